import RPCCore
import ReportCore
import Testing

@testable import ReportService

@Suite("Filters become predicates")
struct FilterTranslatorTests {
  private static let now = Instant(secondsSinceEpoch: 1_000_000)
  private static let text = FieldReference(path: ["name"], kind: .text)
  private static let state = FieldReference(path: ["state"], kind: .state)
  private static let created = FieldReference(path: ["created_at"], kind: .instant)
  private static let option = FieldReference(
    path: ["template_options", "a", "b"], kind: .dynamic)

  private func translate(
    _ key: String, _ operatorName: String, _ value: OptionValue
  ) throws(RPCError) -> Predicate {
    let translator = FilterTranslator(
      schema: .report, limits: QueryLimits(listItemsMax: 3, matchMembersMax: 2), now: Self.now)
    return try translator.predicate(
      FilterCondition(key: key, value: value, operatorName: operatorName))
  }

  @Test(
    "Each operator has its meaning",
    arguments: [
      ("name", "eq", .string("x"), .equals(text, .string("x"))),
      ("name", "eq", .null, .equals(text, .null)),
      ("name", "not", .string("x"), .not(.equals(text, .string("x")))),
      ("name", "lt", .string("x"), .compares(text, .less, .string("x"))),
      ("name", "lte", .string("x"), .compares(text, .lessOrEqual, .string("x"))),
      ("template_options.a.b", "gt", .number(1), .compares(option, .greater, .number(1))),
      ("template_options.a.b", "gte", .number(1), .compares(option, .greaterOrEqual, .number(1))),
      ("name", "exists", .bool(true), .exists(text)),
      ("name", "exists", .bool(false), .not(.exists(text))),
      ("name", "contain", .string("x"), .contains(text, "x")),
      ("name", "not_contain", .string("x"), .not(.contains(text, "x"))),
      ("state", "eq", .string("FINISHED"), .equals(state, .string("FINISHED"))),
      (
        "name", "in", .list([.string("x"), .null]),
        .any([.equals(text, .string("x")), .equals(text, .null)])
      ),
      ("name", "in", .list([]), .any([])),
      ("name", "not_in", .list([]), .not(.any([]))),
      ("name", "contain_in", .list([.string("x")]), .any([.contains(text, "x")])),
      ("name", "not_contain_in", .list([.string("x")]), .not(.any([.contains(text, "x")]))),
      (
        "template_options.a.b", "match", .object(["k": .string("v")]),
        .hasElement(option, ["k": .string("v")])
      ),
      ("name", "regex", .string("^a"), .matches(text, pattern: "^a")),
      ("name", "regex_in", .list([.string("^a")]), .any([.matches(text, pattern: "^a")])),
      (
        "created_at", "datetime_lt", .string("1970-01-01"),
        .comparesInstant(created, .less, Instant(secondsSinceEpoch: 0))
      ),
      (
        "created_at", "gte", .string("1970-01-01"),
        .comparesInstant(created, .greaterOrEqual, Instant(secondsSinceEpoch: 0))
      ),
      (
        "created_at", "datetime_lte", .string("1970-01-01"),
        .comparesInstant(created, .lessOrEqual, Instant(secondsSinceEpoch: 0))
      ),
      (
        "template_options.a.b", "datetime_gt", .string("1970-01-01"),
        .comparesInstant(option, .greater, Instant(secondsSinceEpoch: 0))
      ),
      (
        "created_at", "timediff_gt", .string("now-10s"),
        .comparesInstant(created, .greater, Instant(secondsSinceEpoch: 999_990))
      ),
      (
        "created_at", "timediff_gte", .string("now"),
        .comparesInstant(created, .greaterOrEqual, now)
      ),
      ("created_at", "timediff_lt", .string("now"), .comparesInstant(created, .less, now)),
      ("created_at", "timediff_lte", .string("now"), .comparesInstant(created, .lessOrEqual, now)),
    ] as [(String, String, OptionValue, Predicate)])
  func translates(key: String, name: String, value: OptionValue, predicate: Predicate) throws {
    #expect(try translate(key, name, value) == predicate)
  }

  @Test("A moment equals between two bounds, as sources store fractions")
  func momentsEqual() throws {
    let epoch = Instant(secondsSinceEpoch: 0)
    #expect(
      try translate("created_at", "eq", .string("1970-01-01"))
        == .all([
          .comparesInstant(Self.created, .greaterOrEqual, epoch),
          .comparesInstant(Self.created, .lessOrEqual, epoch),
        ]))
  }

  @Test(
    "A value of the wrong kind is refused with the operator's own reason",
    arguments: [
      ("name", "eq", .list([]), "ERROR_OPERATOR_VALUE_TYPE"),
      ("name", "in", .string("x"), "ERROR_OPERATOR_LIST_VALUE_TYPE"),
      ("name", "not_in", .null, "ERROR_OPERATOR_LIST_VALUE_TYPE"),
      ("name", "exists", .string("true"), "ERROR_OPERATOR_BOOLEAN_TYPE"),
      ("template_options", "match", .string("x"), "ERROR_OPERATOR_DICT_VALUE_TYPE"),
      ("name", "contain", .number(1), "ERROR_OPERATOR_VALUE_TYPE"),
      ("name", "regex", .bool(true), "ERROR_OPERATOR_VALUE_TYPE"),
      ("created_at", "datetime_lt", .number(1), "ERROR_OPERATOR_VALUE_TYPE"),
      ("name", "lt", .null, "ERROR_OPERATOR_VALUE_TYPE"),
    ] as [(String, String, OptionValue, String)])
  func refusesKinds(key: String, name: String, value: OptionValue, reason: String) {
    let error = #expect(throws: RPCError.self) { try translate(key, name, value) }
    #expect(error?.reason == reason)
    #expect(error?.code == .invalidArgument)
    #expect(error?.message.contains(key) == true)
  }

  @Test(
    "What cannot be asked is refused, naming key and reason",
    arguments: [
      ("nam", "eq", .string("x"), "unknown key \"nam\""),
      ("name.x", "eq", .string("x"), "unknown key \"name.x\""),
      ("template_options..x", "eq", .string("x"), "unknown key"),
      ("template_options.", "eq", .string("x"), "unknown key"),
      ("name", "like", .string("x"), "unknown operator \"like\""),
      ("name", "", .string("x"), "unknown operator \"\""),
      ("state", "eq", .string("DONE"), "unknown state \"DONE\""),
      ("created_at", "datetime_lt", .string("soon"), "\"soon\" is no ISO 8601"),
      ("created_at", "timediff_lt", .string("soon"), "\"soon\" is no time difference"),
      ("name", "datetime_lt", .string("2026-01-01"), "no date and time"),
      ("created_at", "contain", .string("2026"), "only text can be searched"),
      ("template_options", "lt", .number(1), "no order"),
      ("name", "regex", .string("("), "cannot be used"),
      ("name", "in", .list([.list([])]), "is a list"),
      (
        "name", "in", .list([.null, .null, .null, .null]), "its list has 4 items; at most 3"
      ),
    ] as [(String, String, OptionValue, String)])
  func refuses(key: String, name: String, value: OptionValue, reason: String) {
    let error = #expect(throws: RPCError.self) { try translate(key, name, value) }
    #expect(error?.reason == "ERROR_INVALID_PARAMETER")
    #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
  }

  @Test("A match may have so many members and no more")
  func matchMembers() throws {
    let most: OptionObject = ["a": .null, "b": .null]
    #expect(
      try translate("template_options.a.b", "match", .object(most))
        == .hasElement(Self.option, most))
    let more: OptionObject = ["a": .null, "b": .null, "c": .null]
    let error = #expect(throws: RPCError.self) {
      try translate("template_options.a.b", "match", .object(more))
    }
    #expect(error?.reason == "ERROR_INVALID_PARAMETER")
    #expect(error?.message.contains("its object has 3 members; at most 2") == true)
  }

  @Test("An empty key is a missing parameter")
  func emptyKey() {
    #expect(throws: RPCError.requiredParameter("query.filter.key")) {
      try translate("", "eq", .null)
    }
  }

  @Test("Keys deeper or longer than the bounds are unknown")
  func keyBounds() {
    let deepest = (1..<ResourceSchema.pathDepthMax).map { "k\($0)" }.joined(separator: ".")
    #expect(ResourceSchema.report.field("template_options.\(deepest)")?.kind == .dynamic)
    #expect(ResourceSchema.report.field("template_options.\(deepest).x") == nil)
    let prefix = "template_options."
    let longest = String(
      repeating: "k", count: ResourceSchema.keyBytesMax - prefix.utf8.count)
    #expect(ResourceSchema.report.field(prefix + longest) != nil)
    #expect(ResourceSchema.report.field(prefix + longest + "k") == nil)
  }
}

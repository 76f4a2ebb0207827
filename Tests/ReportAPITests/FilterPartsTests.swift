import ProtobufWire
import ReportAPI
import Testing

@Suite("Parts of a filter")
struct FilterPartsTests {
  @Test("Long and short names are read alike")
  func aliases() throws {
    let long = Filter("state", "eq", .string("FINISHED"))
    let short = Filter(
      keyAlias: .k("state"), valueAlias: .v(.string("FINISHED")), operatorAlias: .o("eq"))
    for filter in [long, short] {
      #expect(filter.keyText == "state")
      #expect(filter.operatorName == "eq")
      #expect(filter.operand == .string("FINISHED"))
    }
    #expect(try long.protobuf() != short.protobuf())
  }

  @Test("What is left out is nil; an empty text is there")
  func absence() {
    #expect(Filter().keyText == nil)
    #expect(Filter().operand == nil)
    #expect(Filter().operatorName == nil)
    #expect(Filter(keyAlias: .k("")).keyText == "")
  }

  @Test("Of both names on the wire, the last one counts; a value of the same name merges")
  func lastOneWins() throws {
    let first = try Filter(keyAlias: .key("a"), valueAlias: .v(["x": 1])).protobuf()
    let second = try Filter(keyAlias: .k("b"), valueAlias: .v(["y": 2])).protobuf()
    let both = try Filter(protobuf: first + second)
    #expect(both.keyAlias == .k("b"))
    #expect(both.operand == ["x": 1, "y": 2])
    let other = try Filter(valueAlias: .value("z")).protobuf()
    #expect(try Filter(protobuf: first + other).valueAlias == .value("z"))
  }

  @Test("A null in JSON is a value to compare with")
  func nullOperand() throws {
    let filter = try Filter(json: #"{"k": "error", "v": null, "o": "eq"}"#)
    #expect(filter.operand == .null)
  }
}

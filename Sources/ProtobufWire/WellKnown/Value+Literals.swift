/// Values are made as the kinds are: `.string("eu")`, `.number(3)`, `"eu"`, `[1, true, .null]`. There is no
/// nil literal: in `object["key"] = nil` it would stand for null as well as for no value.
extension Value {
  /// The null of JSON.
  public static var null: Value { Value(Kind.null) }
  /// A number; NaN and infinity have no JSON.
  public static func number(_ number: Double) -> Value { Value(.number(number)) }
  /// Text.
  public static func string(_ text: String) -> Value { Value(.string(text)) }
  /// True or false.
  public static func bool(_ flag: Bool) -> Value { Value(.bool(flag)) }
  /// An object.
  public static func `struct`(_ object: Struct) -> Value { Value(.struct(object)) }
  /// An array.
  public static func list(_ list: ListValue) -> Value { Value(.list(list)) }

  /// The number, if the value is one.
  public var numberValue: Double? { if case .number(let number) = kind { number } else { nil } }
  /// The text, if the value is one.
  public var stringValue: String? { if case .string(let text) = kind { text } else { nil } }
  /// The truth, if the value is one.
  public var boolValue: Bool? { if case .bool(let flag) = kind { flag } else { nil } }
  /// The object, if the value is one.
  public var structValue: Struct? { if case .struct(let object) = kind { object } else { nil } }
  /// The elements, if the value is an array.
  public var listValue: [Value]? { if case .list(let list) = kind { list.values } else { nil } }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  /// Text.
  public init(stringLiteral value: String) { self = .string(value) }
  /// True or false.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// A number.
  public init(integerLiteral value: Int) { self = .number(Double(value)) }
  /// A number.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// An array.
  public init(arrayLiteral elements: Value...) { self = .list(ListValue(elements)) }
  /// An object; the last of a key wins.
  public init(dictionaryLiteral elements: (String, Value)...) {
    self = .struct(Struct(pairs: elements.map { (key: $0.0, value: $0.1) }))
  }
}

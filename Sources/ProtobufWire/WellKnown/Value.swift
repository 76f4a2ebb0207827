/// google.protobuf.Value: anything that JSON can say.
///
/// A value without a kind, NaN and infinity are kept in binary, as they came; they have no JSON.
public struct Value: Message {
  /// What a value can be.
  @frozen
  public enum Kind: Sendable {
    /// The null of JSON.
    case null
    /// A number; NaN and infinity have no JSON.
    case number(Double)
    /// Text.
    case string(String)
    /// True or false.
    case bool(Bool)
    /// An object.
    case `struct`(Struct)
    /// An array.
    case list(ListValue)
  }

  /// A kind, with unknown fields where there are any: they are rare, and an array in every value
  /// would make values half as large again.
  @frozen @usableFromInline
  enum Storage: Sendable {
    case plain(Kind?)
    case extended(Extended)

    init(_ kind: Kind?, _ unknownFields: UnknownFields) {
      self =
        unknownFields.isEmpty
        ? .plain(kind) : .extended(Extended(kind: kind, unknownFields: unknownFields))
    }
  }

  /// Written once: who changes a part takes both out and makes another.
  @usableFromInline
  final class Extended: Sendable {
    let kind: Kind?
    let unknownFields: UnknownFields

    init(kind: Kind?, unknownFields: UnknownFields) {
      self.kind = kind
      self.unknownFields = unknownFields
    }
  }

  @usableFromInline var storage: Storage

  /// A value without a kind.
  @inlinable @inline(__always)
  public init() {
    storage = .plain(nil)
  }

  /// A value of a kind.
  @inlinable @inline(__always)
  public init(_ kind: Kind) {
    storage = .plain(kind)
  }

  /// What the value is; nil: nothing was said.
  @inlinable
  public var kind: Kind? {
    @inline(__always)
    get {
      if case .plain(let kind) = storage { return kind }
      return extendedKind
    }
    set { setKind(newValue) }
  }

  @usableFromInline var extendedKind: Kind? {
    if case .extended(let extended) = storage { extended.kind } else { nil }
  }

  @usableFromInline
  mutating func setKind(_ kind: Kind?) {
    storage =
      switch storage {
      case .plain: .plain(kind)
      case .extended(let extended):
        .extended(Extended(kind: kind, unknownFields: extended.unknownFields))
      }
  }

  /// See `Message`.
  public var unknownFields: UnknownFields {
    get {
      if case .extended(let extended) = storage { extended.unknownFields } else { UnknownFields() }
    }
    set { storage = Storage(takeParts().kind, newValue) }
  }

  /// Takes out what the value holds and leaves it without: what is held twice would be copied when it
  /// changes, and a list that arrives in many pieces as many times.
  mutating func takeParts() -> (kind: Kind?, unknownFields: UnknownFields) {
    defer { storage = .plain(nil) }
    return switch storage {
    case .plain(let kind): (kind, UnknownFields())
    case .extended(let extended): (extended.kind, extended.unknownFields)
    }
  }
}

extension Value: Hashable {
  /// Equality of kind and unknown fields.
  public static func == (left: Value, right: Value) -> Bool {
    left.kind == right.kind && left.unknownFields == right.unknownFields
  }

  /// Hashes the kind.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(kind)
  }
}

extension Value.Kind: Hashable {
  /// Equality; texts are compared by their bytes.
  public static func == (left: Value.Kind, right: Value.Kind) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.number(let left), .number(let right)): left == right
    case (.string(let left), .string(let right)): left.isByteEqual(to: right)
    case (.bool(let left), .bool(let right)): left == right
    case (.struct(let left), .struct(let right)): left == right
    case (.list(let left), .list(let right)): left == right
    default: false
    }
  }

  /// Hashes what is compared.
  public func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .number(let number): hasher.combine(number)
    case .string(let text): hasher.combine(UTF8Key(text))
    case .bool(let flag): hasher.combine(flag)
    case .struct(let object): hasher.combine(object)
    case .list(let list): hasher.combine(list)
    }
  }
}

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

/// google.protobuf.NullValue: an enum of one value, in JSON null.
public struct NullValue: ProtoEnum {
  /// 0; other numbers are kept as they came.
  public let rawValue: Int32

  /// Takes any number.
  public init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  /// The null of JSON.
  public static let nullValue = NullValue(rawValue: 0)

  /// See `ProtoEnum`.
  public static let descriptor = EnumDescriptor(
    "google.protobuf.NullValue", ["NULL_VALUE": 0], isNull: true)
}

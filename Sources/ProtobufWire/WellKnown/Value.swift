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

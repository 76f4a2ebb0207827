/// google.protobuf.Value: anything that JSON can say.
///
/// A value without a kind, NaN and infinity cannot be written: encoding throws.
public struct Value: Message {
  /// What a value can be.
  @frozen
  public enum Kind: Sendable, Hashable {
    /// The null of JSON.
    case null
    /// A finite number.
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
  }

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
    set {
      storage =
        newValue.isEmpty
        ? .plain(kind) : .extended(Extended(kind: kind, unknownFields: newValue))
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

/// Copy-on-write storage for the fields of a large message; nothing is allocated while every field
/// is at its default.
@frozen
public struct Boxed<Fields: MessageFields>: Sendable, Hashable {
  @usableFromInline
  final class Storage: @unchecked Sendable {
    // Reached only through `Boxed`, which makes it unique before it changes.
    @exclusivity(unchecked)
    @usableFromInline var fields: Fields

    @inlinable
    init(_ fields: Fields) {
      self.fields = fields
    }
  }

  @usableFromInline var storage: Storage?

  /// Every field at its default.
  @inlinable @inline(__always)
  public init() {
    storage = nil
  }

  /// The fields; changing them copies them first if they are shared.
  @inlinable
  public var fields: Fields {
    @inline(__always)
    _read {
      if let storage {
        yield storage.fields
      } else {
        yield Fields()
      }
    }
    @inline(__always)
    _modify {
      makeUnique()
      yield &storage.unsafelyUnwrapped.fields
    }
  }

  @inlinable @inline(__always)
  mutating func makeUnique() {
    if !isKnownUniquelyReferenced(&storage) { copy() }
  }

  @inlinable @inline(never)
  mutating func copy() {
    storage = Storage(storage?.fields ?? Fields())
  }

  /// Equality of the fields.
  @inlinable
  public static func == (left: Boxed, right: Boxed) -> Bool {
    left.storage === right.storage || left.fields == right.fields
  }

  /// Hashes the fields.
  @inlinable
  public func hash(into hasher: inout Hasher) {
    hasher.combine(fields)
  }
}

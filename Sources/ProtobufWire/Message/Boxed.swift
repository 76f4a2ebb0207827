/// Copy-on-write storage for the fields of a large message; nothing is allocated while every field
/// is at its default.
@frozen
public struct Boxed<Fields: MessageFields>: @unchecked Sendable, Hashable {
  // Sendable as any copy-on-write value is: what is shared is never changed.
  @usableFromInline var storage: BoxedStorage<Fields>?

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
      let storage = self.storage ?? BoxedStorage(Fields())
      defer { withExtendedLifetime(storage) {} }
      yield storage.lent.fields
    }
    @inline(__always)
    _modify {
      if !isKnownUniquelyReferenced(&storage) { copy() }
      defer { withExtendedLifetime(storage) {} }
      yield &storage.unsafelyUnwrapped.lent.fields
    }
  }

  /// Hands the fields to a sink where they are: through `fields` they would be copied.
  @inlinable
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    if let storage {
      try storage.lent.traverse(&sink)
    } else {
      try Fields().traverse(&sink)
    }
  }

  /// Takes a field, copying the others first if they are shared.
  @inlinable
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    if !isKnownUniquelyReferenced(&storage) {
      try source.spend(MemoryLayout<Fields>.stride &+ MemoryCost.allocation)
      copy()
    }
    try storage.unsafelyUnwrapped.lent.fields.decodeField(number, from: &source)
  }

  @inlinable @inline(never)
  mutating func copy() {
    storage = BoxedStorage(storage?.lent.fields ?? Fields())
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

/// Fields that cannot be copied by looking at them: what an object holds is copied before a method is
/// called on it, unless it cannot be copied; then it is lent.
@frozen @usableFromInline
struct LentFields<Fields: MessageFields>: ~Copyable {
  @usableFromInline var fields: Fields

  @inlinable @inline(__always)
  init(_ fields: Fields) {
    self.fields = fields
  }

  @inlinable @inline(__always)
  borrowing func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try fields.traverse(&sink)
  }
}

/// The object that holds the fields.
@usableFromInline
final class BoxedStorage<Fields: MessageFields> {
  // Reached only through `Boxed`, which makes it unique before it changes.
  @exclusivity(unchecked)
  @usableFromInline var lent: LentFields<Fields>

  @inlinable
  init(_ fields: Fields) {
    lent = LentFields(fields)
  }
}

/// The fields of a message that keeps them behind a reference (`Boxed`).
///
/// A large message (more than about eight fields) is a pointer to its fields: arrays of it move
/// eight bytes per element, and hostile input cannot make many empty ones cost much memory.
public protocol MessageFields: Sendable, Hashable {
  /// Every field at its default.
  init()

  /// See `Message`.
  func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError)

  /// See `Message`.
  mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError)
}

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

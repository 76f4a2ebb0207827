/// The fields of a message that keeps them behind a reference (`Boxed`).
///
/// A large message (more than about eight fields) is a pointer to its fields: arrays of it move
/// eight bytes per element, and hostile input cannot make many empty ones cost much memory.
public protocol MessageFields: Sendable, Hashable {
  /// Every field at its default.
  init()
}

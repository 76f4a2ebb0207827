/// What stands for a message in proto3 JSON.
public enum JSONForm: Sendable {
  /// An object of its fields.
  case fields
  /// A form of the type's own, such as text; a google.protobuf.Any wraps it in `value`. Null is the
  /// message's absence.
  case own
  /// A form of the type's own that can be null, as google.protobuf.Value's.
  case ownOrNull
}

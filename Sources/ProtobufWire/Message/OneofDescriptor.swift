/// What is known of one oneof.
public struct OneofDescriptor: Sendable, Hashable {
  /// As in the proto file.
  public let name: String
  /// The numbers of its members, ascending.
  public let fieldNumbers: [Int]
}

/// Message types by their full names, to look into google.protobuf.Any.
public struct TypeRegistry: Sendable {
  private var types: [String: any Message.Type] = [:]

  /// The messages of google/protobuf.
  public static let wellKnown = TypeRegistry([
    AnyMessage.self, Empty.self, ListValue.self, ProtoDuration.self, Struct.self, Timestamp.self,
    Value.self,
  ])

  /// Knows some types.
  public init(_ types: [any Message.Type]) {
    for type in types { self.types[type.descriptor.fullName] = type }
  }

  /// The type of a URL, by what follows its last slash, such as `type.googleapis.com/google.rpc.ErrorInfo`.
  public func type(of url: String) -> (any Message.Type)? {
    types[url.lastIndex(of: "/").map { String(url[url.index(after: $0)...]) } ?? url]
  }
}

/// Message types by their full names, to look into google.protobuf.Any.
public struct TypeRegistry: Sendable {
  private var types: [UTF8Key: any Message.Type] = [:]

  /// The messages of google/protobuf.
  public static let wellKnown = TypeRegistry([
    AnyMessage.self, BoolValue.self, BytesValue.self, DoubleValue.self, Empty.self, FieldMask.self,
    FloatValue.self, Int32Value.self, Int64Value.self, ListValue.self, ProtoDuration.self,
    StringValue.self, Struct.self, Timestamp.self, UInt32Value.self, UInt64Value.self, Value.self,
  ])

  /// Knows some types.
  public init(_ types: [any Message.Type]) {
    for type in types { self.types[UTF8Key(type.descriptor.fullName)] = type }
  }

  /// These types and those of another registry.
  public func merging(_ other: TypeRegistry) -> TypeRegistry {
    var all = self
    all.types.merge(other.types) { $1 }
    return all
  }

  /// The type of a URL, by what follows its last slash, such as `type.googleapis.com/google.rpc.ErrorInfo`;
  /// nil if it is not known or the URL has no slash.
  public func type(of url: String) -> (any Message.Type)? {
    AnyMessage.typeName(of: url).flatMap { types[UTF8Key($0)] }
  }
}

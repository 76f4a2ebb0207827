/// How JSON is written.
public struct JSONEncodingOptions: Sendable {
  /// Which of a field's two names is written.
  public enum FieldNames: Sendable {
    /// lowerCamelCase, the default of proto3 JSON.
    case json
    /// As in the proto file.
    case original
  }

  /// Which names fields get.
  public var fieldNames: FieldNames
  /// Whether fields without presence are written when they are at their defaults.
  public var alwaysWritesDefaults: Bool
  /// Whether lines are broken and indented by two spaces.
  public var isPretty: Bool
  /// Objects and arrays within each other: what is written can be read again with the default
  /// options.
  public var depthMax: Int
  /// How many bytes the messages that a google.protobuf.Any holds may have together. Within each other
  /// the innermost count as often as they are deep, as all of them are unpacked at the same time.
  public var packedBytesMax: Int
  /// The types that a google.protobuf.Any may hold.
  public var types: TypeRegistry

  /// The defaults of proto3 JSON.
  public init(
    fieldNames: FieldNames = .json, alwaysWritesDefaults: Bool = false, isPretty: Bool = false,
    depthMax: Int = 100, packedBytesMax: Int = 64 << 20, types: TypeRegistry = .wellKnown
  ) {
    self.fieldNames = fieldNames
    self.alwaysWritesDefaults = alwaysWritesDefaults
    self.isPretty = isPretty
    self.depthMax = depthMax
    self.packedBytesMax = packedBytesMax
    self.types = types
  }
}

/// What JSON is accepted.
public struct JSONDecodingOptions: Sendable {
  /// Whether members that are no field are passed over instead of being an error.
  public var ignoresUnknownFields: Bool
  /// Objects and arrays within each other.
  public var depthMax: Int
  /// How many bytes of memory the message may take, the growth of its arrays counted; nil: 64 MiB, or 16
  /// bytes for each byte of a larger input.
  public var memoryBytesMax: Int?
  /// The types that a google.protobuf.Any may hold.
  public var types: TypeRegistry

  /// The defaults of proto3 JSON.
  public init(
    ignoresUnknownFields: Bool = false, depthMax: Int = 100, memoryBytesMax: Int? = nil,
    types: TypeRegistry = .wellKnown
  ) {
    self.ignoresUnknownFields = ignoresUnknownFields
    self.depthMax = depthMax
    self.memoryBytesMax = memoryBytesMax
    self.types = types
  }
}

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

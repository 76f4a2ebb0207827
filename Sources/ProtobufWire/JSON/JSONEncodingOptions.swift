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

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

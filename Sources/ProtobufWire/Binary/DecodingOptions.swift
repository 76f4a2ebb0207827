/// What a binary decoder accepts; beyond it, it throws `tooDeep` or `tooLarge`.
public struct DecodingOptions: Sendable, Hashable {
  /// How deep messages (and groups) may be nested, the outermost counted.
  public var depthMax: Int
  /// How many bytes the input may have.
  public var bytesMax: Int
  /// How many bytes of memory the message may take, the growth of its arrays counted; nil: 64 MiB, or 16
  /// bytes for each byte of a larger input. An element can take two bytes of input and a hundred of
  /// memory, so this bounds what hostile input can cost.
  public var memoryBytesMax: Int?
  /// Whether fields that the message does not know are kept and written back.
  public var keepsUnknownFields: Bool

  /// The defaults: depth 100 as in other implementations, 2 GiB less a byte (the format's own
  /// limit).
  @inlinable
  public init(
    depthMax: Int = 100, bytesMax: Int = Int(Int32.max), memoryBytesMax: Int? = nil,
    keepsUnknownFields: Bool = true
  ) {
    self.depthMax = depthMax
    self.bytesMax = bytesMax
    self.memoryBytesMax = memoryBytesMax
    self.keepsUnknownFields = keepsUnknownFields
  }
}

/// What a binary decoder accepts; beyond it, it throws `tooDeep` or `tooLarge`.
public struct DecodingOptions: Sendable, Hashable {
  /// How deep messages (and groups) may be nested, the outermost counted.
  public var depthMax: Int
  /// How many bytes the input may have.
  public var bytesMax: Int
  /// How many elements all repeated fields and maps together may have. An element can take two
  /// bytes of input and many times as much memory, so this bounds what hostile input can cost.
  public var elementsMax: Int
  /// How many map entries may be looked at again because a google.protobuf.Struct arrives in
  /// pieces, which are merged.
  public var mergedEntriesMax: Int
  /// Whether fields that the message does not know are kept and written back.
  public var keepsUnknownFields: Bool

  /// The defaults: depth 100 as in other implementations, 2 GiB less a byte (the format's own
  /// limit), four million elements.
  @inlinable
  public init(
    depthMax: Int = 100, bytesMax: Int = Int(Int32.max), elementsMax: Int = 4 << 20,
    mergedEntriesMax: Int = 1 << 20, keepsUnknownFields: Bool = true
  ) {
    self.depthMax = depthMax
    self.bytesMax = bytesMax
    self.elementsMax = elementsMax
    self.mergedEntriesMax = mergedEntriesMax
    self.keepsUnknownFields = keepsUnknownFields
  }
}

/// Steps through the fields of an encoded message where they lie, without a message to put them in.
/// Reads and refuses exactly what the decoder of messages does, as it is the same reader.
@frozen
package struct FieldCursor {
  @usableFromInline var reader: BinaryReader

  /// - Parameter bytes: must outlive the cursor.
  @inlinable
  package init(_ bytes: UnsafeRawBufferPointer) {
    reader = BinaryReader(bytes, DecodingOptions())
  }

  /// Whether no field is left.
  @inlinable package var isAtEnd: Bool { reader.cursor >= reader.end }

  /// The wire type of the field whose number was read last.
  @inlinable package var wireType: WireType { reader.wireType }

  /// Reads the number of the next field; its value is to be read, or skipped, next.
  ///
  /// - Throws: if that is no field's beginning.
  @inlinable
  package mutating func number() throws(WireError) -> Int {
    try reader.tag()
  }

  /// Reads a number.
  @inlinable
  package mutating func varint() throws(WireError) -> UInt64 {
    try reader.varint()
  }

  /// The bytes of a length-delimited field.
  @inlinable
  package mutating func bytes() throws(WireError) -> UnsafeRawBufferPointer {
    try reader.lengthDelimited()
  }

  /// Passes over the value of a field.
  ///
  /// - Parameter number: of the field.
  @inlinable
  package mutating func skip(_ number: Int) throws(WireError) {
    try reader.skip(number)
  }
}

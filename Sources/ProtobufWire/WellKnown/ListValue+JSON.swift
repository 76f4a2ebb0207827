extension ListValue {
  /// See `Message`.
  public static var jsonForm: JSONForm { .own }

  /// A plain JSON array.
  public func writeJSON(to writer: inout JSONWriter) throws(WireError) {
    try writer.open("[")
    for (index, value) in values.enumerated() {
      writer.next()
      do throws(WireError) {
        try value.writeJSON(to: &writer)
      } catch {
        throw error.inside("[\(index)]")
      }
    }
    writer.close("]")
  }

  /// A plain JSON array.
  public mutating func readJSON(from reader: inout JSONReader) throws(WireError) {
    try decodeField(1, from: &reader)
  }
}

extension Struct {
  /// See `Message`.
  public static var jsonForm: JSONForm { .own }

  /// A plain JSON object.
  public func writeJSON(to writer: inout JSONWriter) throws(WireError) {
    try traverse(&writer)
  }

  /// A plain JSON object.
  public mutating func readJSON(from reader: inout JSONReader) throws(WireError) {
    try decodeField(1, from: &reader)
  }
}

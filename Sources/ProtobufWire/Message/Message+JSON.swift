/// The JSON form (Protocol Buffers, "ProtoJSON Format"). Everything here works on `any Message` and
/// `any Message.Type` as well.
extension Message {
  /// Reads a message of proto3 JSON.
  ///
  /// - Throws: `WireError` with the byte offset and the field.
  public init(
    json text: String, options: JSONDecodingOptions = JSONDecodingOptions()
  ) throws(WireError) {
    try self.init(json: Array(text.utf8), options: options)
  }

  /// Reads a message of proto3 JSON in UTF-8.
  public init(
    json bytes: [UInt8], options: JSONDecodingOptions = JSONDecodingOptions()
  ) throws(WireError) {
    self.init()
    var reader = JSONReader(bytes, options: options)
    try readJSON(from: &reader)
    try reader.expectEnd()
  }

  /// The message as proto3 JSON.
  public func json(
    options: JSONEncodingOptions = JSONEncodingOptions()
  ) throws(WireError) -> String {
    String(decoding: try jsonBytes(options: options), as: UTF8.self)
  }

  /// The message as proto3 JSON in UTF-8.
  public func jsonBytes(
    options: JSONEncodingOptions = JSONEncodingOptions()
  ) throws(WireError) -> [UInt8] {
    var writer = JSONWriter(options: options)
    try writeJSON(to: &writer)
    return writer.bytes
  }

  /// An object of the fields.
  public static var jsonForm: JSONForm { .fields }

  /// An object of the fields.
  public func writeJSON(to writer: inout JSONWriter) throws(WireError) {
    try writer.open("{")
    try writer.fields(of: self)
    writer.close("}")
  }

  /// Reads an object of the fields.
  public mutating func readJSON(from reader: inout JSONReader) throws(WireError) {
    try reader.fields(into: &self)
  }
}

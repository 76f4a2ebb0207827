extension Value {
  /// See `Message`.
  public static var jsonForm: JSONForm { .ownOrNull }

  /// The JSON that the value stands for.
  ///
  /// - Throws: `invalidValue` for a value without a kind (google/protobuf/struct.proto: "the absence
  ///   of any variant indicates an error"), NaN and infinity.
  public func writeJSON(to writer: inout JSONWriter) throws(WireError) {
    switch kind {
    case .null: writer.null()
    case .bool(let flag): writer.bool(flag)
    case .string(let text): writer.string(text)
    case .number(let number):
      guard number.isFinite else {
        throw WireError(
          .invalidValue, at: writer.bytes.count,
          "a google.protobuf.Value of \(number) has no JSON: send text such as \"NaN\" instead")
      }
      writer.real(number)
    case .struct(let object): try object.writeJSON(to: &writer)
    case .list(let list): try list.writeJSON(to: &writer)
    case nil:
      throw WireError(
        .invalidValue, at: writer.bytes.count,
        "a google.protobuf.Value without a kind has no JSON: null_value is what says null")
    }
  }

  /// Any JSON.
  public mutating func readJSON(from reader: inout JSONReader) throws(WireError) {
    switch reader.peek() {
    case UInt8(ascii: "{"):
      var object = Struct()
      try object.readJSON(from: &reader)
      kind = .struct(object)
    case UInt8(ascii: "["):
      var list = ListValue()
      try list.readJSON(from: &reader)
      kind = .list(list)
    case UInt8(ascii: "\""): kind = .string(try reader.string())
    case UInt8(ascii: "t"), UInt8(ascii: "f"): kind = .bool(try reader.bool())
    case UInt8(ascii: "n"):
      try reader.null()
      kind = .null
    case nil: throw reader.malformed("a value is missing")
    default: kind = .number(try reader.real(Double.self))
    }
  }
}

extension Value {
  /// See `Message`.
  public static let descriptor = MessageDescriptor(
    "google.protobuf.Value",
    [
      FieldDescriptor(1, "null_value", .enum(NullValue.descriptor), oneof: 0),
      FieldDescriptor(2, "number_value", .double, oneof: 0),
      FieldDescriptor(3, "string_value", .string, oneof: 0),
      FieldDescriptor(4, "bool_value", .bool, oneof: 0),
      FieldDescriptor(5, "struct_value", .message(Struct.self), oneof: 0),
      FieldDescriptor(6, "list_value", .message(ListValue.self), oneof: 0),
    ], oneofs: ["kind"])

  /// See `Message`.
  public func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    switch kind {
    case .null: try sink.present(1, .enumeration(NullValue.self), .nullValue)
    case .number(let number): try sink.present(2, .double, number)
    case .string(let text): try sink.present(3, .string, text)
    case .bool(let flag): try sink.present(4, .bool, flag)
    case .struct(let object): try sink.message(5, object)
    case .list(let list): try sink.message(6, list)
    case nil: break
    }
  }

  /// See `Message`.
  public mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    var (kind, unknownFields) = takeParts()
    defer { storage = Storage(kind, unknownFields) }
    try Value.decodeField(number, from: &source, into: &kind)
  }

  private static func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source, into kind: inout Kind?
  ) throws(WireError) {
    switch number {
    case 1:
      if try source.present(.enumeration(NullValue.self)) != nil { kind = .null }
    case 2:
      if let number = try source.present(.double) { kind = .number(number) }
    case 3:
      if let text = try source.present(.string) { kind = .string(text) }
    case 4:
      if let flag = try source.present(.bool) { kind = .bool(flag) }
    case 5:
      var object: Struct? = if case .struct(let old) = kind { old } else { nil }
      // Held once, it is extended where it is; see `takeParts`.
      if object != nil { kind = nil }
      try source.message(into: &object)
      if let object { kind = .struct(object) }
    case 6:
      var list: ListValue? = if case .list(let old) = kind { old } else { nil }
      if list != nil { kind = nil }
      try source.message(into: &list)
      if let list { kind = .list(list) }
    default: source.unknown()
    }
  }

  /// One copy for all modules.
  public mutating func decodeFields(from reader: inout BinaryReader) throws(WireError) {
    if case .plain(nil) = storage {
      self = try Value(reading: &reader)
    } else {
      try reader.fields(into: &self)
    }
  }

  /// Reads a value up to the end of the message that the reader is in. The one field that a value
  /// mostly has needs no look at what it held before.
  @inline(__always)
  init(reading reader: inout BinaryReader) throws(WireError) {
    if reader.cursor < reader.end {
      switch reader.cursor.pointee {
      case Tag.string:
        reader.cursor += 1
        self.init(.string(try reader.stringValue()))
      case Tag.number where reader.end - reader.cursor == 9:
        reader.cursor += 1
        self.init(.number(Double(bitPattern: try reader.fixed64())))
      case Tag.object: self.init(.struct(try reader.onlyMessage(Struct(), "struct_value")))
      case Tag.list: self.init(.list(try reader.onlyMessage(ListValue(), "list_value")))
      default: self.init()
      }
      if reader.cursor < reader.end { try readRest(of: &reader) }
    } else {
      self.init()
    }
  }

  @inline(never)
  private mutating func readRest(of reader: inout BinaryReader) throws(WireError) {
    try reader.fields(into: &self)
  }

  /// Matches on what is stored: `kind` would be a copy.
  public borrowing func encodeFields(to writer: inout BinaryWriter) throws(WireError) {
    switch storage {
    case .plain(.string(let text)?):
      writer.append(Tag.string)
      writer.lengthDelimited(text)
    case .plain(.number(let number)?):
      writer.append(Tag.number)
      writer.fixed64(number.bitPattern)
    case .plain(.bool(let flag)?):
      writer.append(Tag.bool)
      writer.append(flag ? 1 : 0)
    case .plain(.struct(let object)?): try writer.message(5, object)
    case .plain(.list(let list)?): try writer.message(6, list)
    default:
      try traverse(&writer)
      writer.unknown(unknownFields)
    }
  }

  /// The tags of the frequent kinds, each one byte.
  enum Tag {
    static let number: UInt8 = 2 << 3 | 1
    static let string: UInt8 = 3 << 3 | 2
    static let bool: UInt8 = 4 << 3
    static let object: UInt8 = 5 << 3 | 2
    static let list: UInt8 = 6 << 3 | 2
  }
}

extension BinaryReader {
  /// A message behind a tag of one byte.
  @inline(__always)
  fileprivate mutating func onlyMessage<M: Message>(
    _ empty: M, _ field: String
  ) throws(WireError) -> M {
    cursor += 1
    var message = empty
    do throws(WireError) {
      try nested { (reader) throws(WireError) in try message.decodeFields(from: &reader) }
    } catch {
      throw error.inside(field)
    }
    return message
  }

  @inline(__always)
  fileprivate mutating func stringValue() throws(WireError) -> String {
    do throws(WireError) {
      return try string()
    } catch {
      throw error.inside("string_value")
    }
  }
}

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

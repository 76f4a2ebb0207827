import ProtobufWire

extension AllTypes {
  static let descriptor = MessageDescriptor(
    "reportwire.test.AllTypes",
    [
      FieldDescriptor(1, "double_field", .double),
      FieldDescriptor(2, "float_field", .float),
      FieldDescriptor(3, "int32_field", .int32),
      FieldDescriptor(4, "int64_field", .int64),
      FieldDescriptor(5, "uint32_field", .uint32),
      FieldDescriptor(6, "uint64_field", .uint64),
      FieldDescriptor(7, "sint32_field", .sint32),
      FieldDescriptor(8, "sint64_field", .sint64),
      FieldDescriptor(9, "fixed32_field", .fixed32),
      FieldDescriptor(10, "fixed64_field", .fixed64),
      FieldDescriptor(11, "sfixed32_field", .sfixed32),
      FieldDescriptor(12, "sfixed64_field", .sfixed64),
      FieldDescriptor(13, "bool_field", .bool),
      FieldDescriptor(14, "string_field", .string),
      FieldDescriptor(15, "bytes_field", .bytes),
      FieldDescriptor(16, "mood", .enum(Mood.descriptor)),
      FieldDescriptor(17, "nested", .message(Nested.self)),
      FieldDescriptor(21, "int32s", .int32, .repeated),
      FieldDescriptor(22, "sint64s", .sint64, .repeated),
      FieldDescriptor(23, "fixed32s", .fixed32, .repeated),
      FieldDescriptor(24, "doubles", .double, .repeated),
      FieldDescriptor(25, "bools", .bool, .repeated),
      FieldDescriptor(26, "moods", .enum(Mood.descriptor), .repeated),
      FieldDescriptor(27, "strings", .string, .repeated),
      FieldDescriptor(28, "blobs", .bytes, .repeated),
      FieldDescriptor(29, "nesteds", .message(Nested.self), .repeated),
      FieldDescriptor(30, "loose_int32s", .int32, .unpacked),
      FieldDescriptor(31, "labels", .map(key: .string, value: .string)),
      FieldDescriptor(32, "counts", .map(key: .int32, value: .int64)),
      FieldDescriptor(33, "branches", .map(key: .bool, value: .message(Nested.self))),
      FieldDescriptor(34, "moods_by_id", .map(key: .fixed64, value: .enum(Mood.descriptor))),
      FieldDescriptor(35, "blobs_by_offset", .map(key: .sint32, value: .bytes)),
      FieldDescriptor(36, "weights", .map(key: .uint32, value: .double)),
      FieldDescriptor(41, "number", .int32, oneof: 0),
      FieldDescriptor(42, "text", .string, oneof: 0),
      FieldDescriptor(43, "message", .message(Nested.self), oneof: 0),
      FieldDescriptor(44, "feeling", .enum(Mood.descriptor), oneof: 0),
      FieldDescriptor(45, "anything", .message(Value.self), oneof: 0),
      FieldDescriptor(51, "maybe_number", .int32, .optional),
      FieldDescriptor(52, "maybe_text", .string, .optional),
      FieldDescriptor(53, "maybe_mood", .enum(Mood.descriptor), .optional),
      FieldDescriptor(61, "object", .message(Struct.self)),
      FieldDescriptor(62, "value", .message(Value.self)),
      FieldDescriptor(63, "list", .message(ListValue.self)),
      FieldDescriptor(64, "time", .message(Timestamp.self)),
      FieldDescriptor(65, "duration", .message(ProtoDuration.self)),
      FieldDescriptor(66, "empty", .message(Empty.self)),
      FieldDescriptor(67, "any", .message(AnyMessage.self)),
      FieldDescriptor(68, "nothing", .enum(NullValue.descriptor)),
      FieldDescriptor(69, "values", .message(Value.self), .repeated),
      FieldDescriptor(70, "times", .message(Timestamp.self), .repeated),
      FieldDescriptor(1000, "far", .string),
      FieldDescriptor(536870911, "last_of_all", .int32),
    ], oneofs: ["choice"])
}

extension AllTypes.Fields {
  func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .double, doubleField)
    try sink.scalar(2, .float, floatField)
    try sink.scalar(3, .int32, int32Field)
    try sink.scalar(4, .int64, int64Field)
    try sink.scalar(5, .uint32, uint32Field)
    try sink.scalar(6, .uint64, uint64Field)
    try sink.scalar(7, .sint32, sint32Field)
    try sink.scalar(8, .sint64, sint64Field)
    try sink.scalar(9, .fixed32, fixed32Field)
    try sink.scalar(10, .fixed64, fixed64Field)
    try sink.scalar(11, .sfixed32, sfixed32Field)
    try sink.scalar(12, .sfixed64, sfixed64Field)
    try sink.scalar(13, .bool, boolField)
    try sink.scalar(14, .string, stringField)
    try sink.scalar(15, .bytes, bytesField)
    try sink.scalar(16, .enumeration(Mood.self), mood)
    try sink.message(17, nested)
    try sink.repeated(21, .int32, int32s)
    try sink.repeated(22, .sint64, sint64s)
    try sink.repeated(23, .fixed32, fixed32s)
    try sink.repeated(24, .double, doubles)
    try sink.repeated(25, .bool, bools)
    try sink.repeated(26, .enumeration(Mood.self), moods)
    try sink.repeated(27, .string, strings)
    try sink.repeated(28, .bytes, blobs)
    try sink.messages(29, nesteds)
    try sink.unpacked(30, .int32, looseInt32s)
    try sink.map(31, .string, .string, labels)
    try sink.map(32, .int32, .int64, counts)
    try sink.map(33, .bool, branches)
    try sink.map(34, .fixed64, .enumeration(Mood.self), moodsById)
    try sink.map(35, .sint32, .bytes, blobsByOffset)
    try sink.map(36, .uint32, .double, weights)
    switch choice {
    case .number(let number): try sink.present(41, .int32, number)
    case .text(let text): try sink.present(42, .string, text)
    case .message(let message): try sink.message(43, message)
    case .feeling(let feeling): try sink.present(44, .enumeration(Mood.self), feeling)
    case .anything(let value): try sink.message(45, value)
    case nil: break
    }
    try sink.present(51, .int32, maybeNumber)
    try sink.present(52, .string, maybeText)
    try sink.present(53, .enumeration(Mood.self), maybeMood)
    try sink.message(61, object)
    try sink.message(62, value)
    try sink.message(63, list)
    try sink.message(64, time)
    try sink.message(65, duration)
    try sink.message(66, empty)
    try sink.message(67, any)
    try sink.scalar(68, .enumeration(NullValue.self), nothing)
    try sink.messages(69, values)
    try sink.messages(70, times)
    try sink.scalar(1000, .string, far)
    try sink.scalar(536870911, .int32, lastOfAll)
  }

  mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.double, into: &doubleField)
    case 2: try source.scalar(.float, into: &floatField)
    case 3: try source.scalar(.int32, into: &int32Field)
    case 4: try source.scalar(.int64, into: &int64Field)
    case 5: try source.scalar(.uint32, into: &uint32Field)
    case 6: try source.scalar(.uint64, into: &uint64Field)
    case 7: try source.scalar(.sint32, into: &sint32Field)
    case 8: try source.scalar(.sint64, into: &sint64Field)
    case 9: try source.scalar(.fixed32, into: &fixed32Field)
    case 10: try source.scalar(.fixed64, into: &fixed64Field)
    case 11: try source.scalar(.sfixed32, into: &sfixed32Field)
    case 12: try source.scalar(.sfixed64, into: &sfixed64Field)
    case 13: try source.scalar(.bool, into: &boolField)
    case 14: try source.scalar(.string, into: &stringField)
    case 15: try source.scalar(.bytes, into: &bytesField)
    case 16: try source.scalar(.enumeration(Mood.self), into: &mood)
    case 17: try source.message(into: &nested)
    case 21: try source.repeated(.int32, into: &int32s)
    case 22: try source.repeated(.sint64, into: &sint64s)
    case 23: try source.repeated(.fixed32, into: &fixed32s)
    case 24: try source.repeated(.double, into: &doubles)
    case 25: try source.repeated(.bool, into: &bools)
    case 26: try source.repeated(.enumeration(Mood.self), into: &moods)
    case 27: try source.repeated(.string, into: &strings)
    case 28: try source.repeated(.bytes, into: &blobs)
    case 29: try source.messages(into: &nesteds)
    case 30: try source.repeated(.int32, into: &looseInt32s)
    case 31: try source.map(.string, .string, into: &labels)
    case 32: try source.map(.int32, .int64, into: &counts)
    case 33: try source.map(.bool, into: &branches)
    case 34: try source.map(.fixed64, .enumeration(Mood.self), into: &moodsById)
    case 35: try source.map(.sint32, .bytes, into: &blobsByOffset)
    case 36: try source.map(.uint32, .double, into: &weights)
    case 41:
      if let new = try source.present(.int32) { choice = .number(new) }
    case 42:
      if let new = try source.present(.string) { choice = .text(new) }
    case 43:
      var new: Nested? = if case .message(let old) = choice { old } else { nil }
      if new != nil { choice = nil }
      try source.message(into: &new)
      if let new { choice = .message(new) }
    case 44:
      if let new = try source.present(.enumeration(Mood.self)) { choice = .feeling(new) }
    case 45:
      var new: Value? = if case .anything(let old) = choice { old } else { nil }
      if new != nil { choice = nil }
      try source.message(into: &new)
      if let new { choice = .anything(new) }
    case 51: try source.present(.int32, into: &maybeNumber)
    case 52: try source.present(.string, into: &maybeText)
    case 53: try source.present(.enumeration(Mood.self), into: &maybeMood)
    case 61: try source.message(into: &object)
    case 62: try source.message(into: &value)
    case 63: try source.message(into: &list)
    case 64: try source.message(into: &time)
    case 65: try source.message(into: &duration)
    case 66: try source.message(into: &empty)
    case 67: try source.message(into: &any)
    case 68: try source.scalar(.enumeration(NullValue.self), into: &nothing)
    case 69: try source.messages(into: &values)
    case 70: try source.messages(into: &times)
    case 1000: try source.scalar(.string, into: &far)
    case 536870911: try source.scalar(.int32, into: &lastOfAll)
    default: source.unknown()
    }
  }
}

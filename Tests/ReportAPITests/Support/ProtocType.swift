import ProtobufWire

/// The type of a field in protoc's terms: a number of google.protobuf.FieldDescriptorProto.Type, and
/// the message's or enum's name with a dot before it.
struct ProtocType: Hashable {
  let number: Int32
  let typeName: String

  init(_ field: FieldDescriptorProto) {
    number = field.type
    typeName = field.typeName
  }

  init(_ number: Int32, _ typeName: String = "") {
    self.number = number
    self.typeName = typeName
  }
}

extension FieldDescriptor {
  /// What protoc would call the field's type; nil for a map, which is a message of its own there.
  var protocType: ProtocType? {
    switch kind {
    case .double: ProtocType(1)
    case .float: ProtocType(2)
    case .int64: ProtocType(3)
    case .uint64: ProtocType(4)
    case .int32: ProtocType(5)
    case .fixed64: ProtocType(6)
    case .fixed32: ProtocType(7)
    case .bool: ProtocType(8)
    case .string: ProtocType(9)
    case .message(let type): ProtocType(11, ".\(type.descriptor.fullName)")
    case .bytes: ProtocType(12)
    case .uint32: ProtocType(13)
    case .enum(let descriptor): ProtocType(14, ".\(descriptor.fullName)")
    case .sfixed32: ProtocType(15)
    case .sfixed64: ProtocType(16)
    case .sint32: ProtocType(17)
    case .sint64: ProtocType(18)
    case .map: nil
    }
  }

  /// The field's enum.
  var enumDescriptor: EnumDescriptor? {
    if case .enum(let descriptor) = kind { descriptor } else { nil }
  }
}

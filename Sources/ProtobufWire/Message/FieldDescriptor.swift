/// What is known of one field.
public struct FieldDescriptor: Sendable {
  /// The types of protobuf (google.protobuf.FieldDescriptorProto.Type).
  public enum Kind: Sendable {
    case double, float, int64, uint64, int32, fixed64, fixed32, bool, string, bytes, uint32
    case sfixed32, sfixed64, sint32, sint64
    /// An enum.
    case `enum`(EnumDescriptor)
    /// A message; its descriptor is asked for when it is needed, as messages may contain themselves.
    case message(any Message.Type)
    /// A map, with the kinds of key and value. On the wire it is a repeated message of two fields.
    indirect case map(key: Kind, value: Kind)
  }

  /// How often a field may stand in a message.
  public enum Label: Sendable, Hashable {
    /// Once, without presence: the default is as good as nothing.
    case implicit
    /// Once, with presence (`optional`; protoc makes a oneof of its own for it).
    case optional
    /// Any number of times; packed if the kind allows it. Maps are repeated, too.
    case repeated
    /// Any number of times, declared `[packed = false]`.
    case unpacked
  }

  /// 1 to 536,870,911.
  public let number: Int
  /// As in the proto file.
  public let name: String
  /// As in JSON: lowerCamelCase.
  public let jsonName: String
  /// The type of the values.
  public let kind: Kind
  /// How often.
  public let label: Label
  /// The index, in the message's `oneofs`, of the oneof that the field is a member of.
  public let oneof: Int?

  /// Describes a field.
  public init(
    _ number: Int, _ name: String, _ kind: Kind, _ label: Label = .implicit, oneof: Int? = nil,
    jsonName: String? = nil
  ) {
    self.number = number
    self.name = name
    self.kind = kind
    self.label = if case .map = kind { .repeated } else { label }
    self.oneof = oneof
    self.jsonName = jsonName ?? FieldDescriptor.jsonName(of: name)
  }

  /// Whether the field holds any number of values (a map included).
  public var isRepeated: Bool { label == .repeated || label == .unpacked }

  /// The type of the message that the field holds, or that its map holds.
  public var messageType: (any Message.Type)? {
    switch kind {
    case .message(let type): type
    case .map(_, .message(let type)): type
    default: nil
    }
  }

  /// The lowerCamelCase name that protoc derives: underscores go, the letter behind is a capital.
  static func jsonName(of name: String) -> String {
    var result = ""
    var isCapital = false
    for character in name {
      if character == "_" {
        isCapital = true
      } else {
        result += isCapital ? character.uppercased() : String(character)
        isCapital = false
      }
    }
    return result
  }
}

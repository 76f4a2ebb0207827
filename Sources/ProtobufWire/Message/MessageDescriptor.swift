/// What is known of a message's fields: written by hand once per message, next to its properties.
public final class MessageDescriptor: Sendable {
  /// Such as `spaceone.api.report.v1.ReportInfo`.
  public let fullName: String
  /// In the order of their numbers.
  public let fields: [FieldDescriptor]
  /// In the order of the proto file; without those that protoc makes for `optional` fields.
  public let oneofs: [OneofDescriptor]

  private let indexByName: [UTF8Key: Int]

  /// Describes a message.
  ///
  /// - Parameters:
  ///   - fields: in the order of their numbers.
  ///   - oneofs: the names of the oneofs that fields refer to.
  public init(_ fullName: String, _ fields: [FieldDescriptor], oneofs: [String] = []) {
    precondition(
      zip(fields, fields.dropFirst()).allSatisfy { $0.number < $1.number },
      "the fields of \(fullName) are not in the order of their numbers")
    self.fullName = fullName
    self.fields = fields
    self.oneofs = oneofs.enumerated().map { index, name in
      OneofDescriptor(
        name: name, fieldNumbers: fields.filter { $0.oneof == index }.map(\.number))
    }
    var indexByName: [UTF8Key: Int] = [:]
    for (index, field) in fields.enumerated() {
      indexByName[UTF8Key(field.name)] = index
      indexByName[UTF8Key(field.jsonName)] = index
    }
    self.indexByName = indexByName
  }

  /// The field of a number.
  public func field(number: Int) -> FieldDescriptor? {
    index(number: number).map { fields[$0] }
  }

  /// The field of a name, as in the proto file or as in JSON.
  public func field(named name: String) -> FieldDescriptor? {
    index(named: name).map { fields[$0] }
  }

  /// Where the field of a number is. Most messages number their fields from one without gaps.
  func index(number: Int) -> Int? {
    if number >= 1, number <= fields.count, fields[number - 1].number == number {
      return number - 1
    }
    return fields.firstIndex { $0.number == number }
  }

  /// Where the field of a name is.
  func index(named name: String) -> Int? { indexByName[UTF8Key(name)] }

  /// A field as it stands in the path of an error.
  @usableFromInline @inline(never)
  func pathName(of number: Int) -> String {
    field(number: number)?.name ?? "#\(number)"
  }
}

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

/// What is known of one oneof.
public struct OneofDescriptor: Sendable, Hashable {
  /// As in the proto file.
  public let name: String
  /// The numbers of its members, ascending.
  public let fieldNumbers: [Int]
}

/// What stands for a message in proto3 JSON.
public enum JSONForm: Sendable {
  /// An object of its fields.
  case fields
  /// A form of the type's own, such as text; a google.protobuf.Any wraps it in `value`. Null is the
  /// message's absence.
  case own
  /// A form of the type's own that can be null, as google.protobuf.Value's.
  case ownOrNull
}

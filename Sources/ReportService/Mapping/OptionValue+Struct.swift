internal import ProtobufWire
internal import ReportCore

extension OptionValue {
  /// The core's form of a google.protobuf.Value; a value without a kind is null.
  init(_ value: Value) {
    self =
      switch value.kind {
      case nil, .null: .null
      case .number(let number): .number(number)
      case .string(let text): .string(text)
      case .bool(let flag): .bool(flag)
      case .list(let list): .list(list.values.map(OptionValue.init))
      case .struct(let object): .object(OptionObject(object))
      }
  }
}

extension OptionObject {
  /// The core's form of a google.protobuf.Struct.
  init(_ object: Struct) {
    self.init(minimumCapacity: object.entries.count)
    for entry in object.entries { self[entry.key] = OptionValue(entry.value) }
  }
}

extension Value {
  /// The wire's form of an option.
  init(_ option: OptionValue) {
    switch option {
    case .null: self = .null
    case .bool(let flag): self = .bool(flag)
    case .number(let number): self = .number(number)
    case .string(let text): self = .string(text)
    case .list(let items): self = .list(ListValue(items.map(Value.init)))
    case .object(let object): self = .struct(Struct(object))
    }
  }
}

extension Struct {
  /// The wire's form of an object; its keys in order, so that it is the same each time.
  init(_ object: OptionObject) {
    self.init()
    for (key, value) in object { self[key] = Value(value) }
  }
}

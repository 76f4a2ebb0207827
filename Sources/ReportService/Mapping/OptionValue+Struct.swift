package import ProtobufWire
package import ReportCore

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
  /// The core's form of a google.protobuf.Struct that a caller sent. Its size is looked at before
  /// anything is done with it.
  ///
  /// - Throws: `invalid` if there is more than the limits allow.
  package init(_ object: Struct, _ limits: UseCaseLimits) throws(UseCaseError) {
    try limits.check(optionsBytes: object.canonicalByteCount)
    self.init(object)
  }

  /// The core's form of a google.protobuf.Struct.
  fileprivate init(_ object: Struct) {
    self.init(minimumCapacity: object.entries.count)
    for entry in object.entries { self[entry.key] = OptionValue(entry.value) }
  }
}

extension Struct {
  /// What `CanonicalJSON.byteCount` gives for the core's form of it.
  fileprivate var canonicalByteCount: Int {
    entries.reduce(max(2, entries.count + 1)) {
      $0 + CanonicalJSON.byteCount(string: $1.key) + 1 + $1.value.canonicalByteCount
    }
  }
}

extension Value {
  fileprivate var canonicalByteCount: Int {
    switch kind {
    case nil, .null: CanonicalJSON.byteCount(.null)
    case .number(let number): CanonicalJSON.byteCount(number: number)
    case .string(let text): CanonicalJSON.byteCount(string: text)
    case .bool(let flag): CanonicalJSON.byteCount(.bool(flag))
    case .list(let list):
      list.values.reduce(max(2, list.values.count + 1)) { $0 + $1.canonicalByteCount }
    case .struct(let object): object.canonicalByteCount
    }
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

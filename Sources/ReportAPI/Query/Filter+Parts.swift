public import ProtobufWire

extension Filter {
  /// A condition, written out.
  public init(_ key: String, _ operatorName: String, _ value: Value) {
    self.init(
      keyAlias: .key(key), valueAlias: .value(value), operatorAlias: .operator(operatorName))
  }

  /// The field's path, whichever name it came under; nil if it was left out.
  public var keyText: String? {
    switch keyAlias {
    case .key(let text), .k(let text): text
    case nil: nil
    }
  }

  /// What the field is compared with, whichever name it came under; nil if it was left out.
  public var operand: Value? {
    switch valueAlias {
    case .value(let value), .v(let value): value
    case nil: nil
    }
  }

  /// The operator's name, whichever name it came under; nil if it was left out.
  public var operatorName: String? {
    switch operatorAlias {
    case .operator(let name), .o(let name): name
    case nil: nil
    }
  }
}

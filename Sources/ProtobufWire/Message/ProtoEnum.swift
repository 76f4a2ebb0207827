/// An open enum of proto3: any number can be held, the known ones have names.
public protocol ProtoEnum: RawRepresentable, Sendable, Hashable where RawValue == Int32 {
  /// The names and numbers.
  static var descriptor: EnumDescriptor { get }
  /// Takes any number.
  init(rawValue: Int32)
}

extension ProtoEnum {
  /// The name of the value; nil for a number that has none.
  public var name: String? { Self.descriptor.name(of: rawValue) }

  /// The value of a name; nil if there is none.
  public init?(name: String) {
    guard let number = Self.descriptor.number(of: name) else { return nil }
    self.init(rawValue: number)
  }
}

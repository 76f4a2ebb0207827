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

/// The names and numbers of an enum.
public final class EnumDescriptor: Sendable {
  /// One name and its number.
  public struct Value: Sendable, Hashable {
    /// Such as `IN_PROGRESS`.
    public let name: String
    /// Any 32-bit number; zero stands first.
    public let number: Int32
  }

  /// Such as `spaceone.api.report.v1.ReportInfo.State`.
  public let fullName: String
  /// In the order of the proto file; where two share a number, the first is written.
  public let values: [Value]

  /// Whether the enum is JSON's null, as google.protobuf.NullValue is.
  public let isNull: Bool

  /// Describes an enum.
  public init(_ fullName: String, _ values: KeyValuePairs<String, Int32>, isNull: Bool = false) {
    self.fullName = fullName
    self.isNull = isNull
    self.values = values.map { Value(name: $0.key, number: $0.value) }
  }

  /// The first name of a number.
  public func name(of number: Int32) -> String? {
    values.first { $0.number == number }?.name
  }

  /// The number of a name.
  public func number(of name: String) -> Int32? {
    values.first { $0.name.isByteEqual(to: name) }?.number
  }
}

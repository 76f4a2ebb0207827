/// google.protobuf.NullValue: an enum of one value, in JSON null.
public struct NullValue: ProtoEnum {
  /// 0; other numbers are kept as they came.
  public let rawValue: Int32

  /// Takes any number.
  public init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  /// The null of JSON.
  public static let nullValue = NullValue(rawValue: 0)

  /// See `ProtoEnum`.
  public static let descriptor = EnumDescriptor(
    "google.protobuf.NullValue", ["NULL_VALUE": 0], isNull: true)
}

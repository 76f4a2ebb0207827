public import ProtobufWire

extension TemplateInfo {
  /// Whether reports can be made from a template.
  public struct State: ProtoEnum {
    /// The number on the wire; one that has no name here is kept.
    public let rawValue: Int32

    /// Takes any number.
    @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }

    /// They can.
    public static let enable = State(rawValue: 0)
    /// They cannot.
    public static let disable = State(rawValue: 1)

    /// The names and numbers, as in the proto file.
    public static let descriptor = EnumDescriptor(
      "spaceone.api.report.v1.TemplateInfo.State",
      ["ENABLE": 0, "DISABLE": 1])
  }
}

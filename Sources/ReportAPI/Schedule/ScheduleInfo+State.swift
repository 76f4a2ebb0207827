public import ProtobufWire

extension ScheduleInfo {
  /// Whether a schedule creates reports.
  public struct State: ProtoEnum {
    /// The number on the wire; one that has no name here is kept.
    public let rawValue: Int32

    /// Takes any number.
    @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }

    /// It does.
    public static let enable = State(rawValue: 0)
    /// It pauses.
    public static let disable = State(rawValue: 1)

    /// The names and numbers, as in the proto file.
    public static let descriptor = EnumDescriptor(
      "spaceone.api.report.v1.ScheduleInfo.State",
      ["ENABLE": 0, "DISABLE": 1])
  }
}

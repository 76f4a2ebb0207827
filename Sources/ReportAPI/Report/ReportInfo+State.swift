public import ProtobufWire

extension ReportInfo {
  /// The stations of a report's life; the last four are terminal.
  public struct State: ProtoEnum {
    /// The number on the wire; one that has no name here is kept.
    public let rawValue: Int32

    /// Takes any number.
    @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }

    /// It waits for its turn.
    public static let created = State(rawValue: 0)
    /// A worker is making it.
    public static let inProgress = State(rawValue: 1)
    /// It broke; `error` says why.
    public static let failure = State(rawValue: 2)
    /// It took longer than its template allows.
    public static let timeout = State(rawValue: 3)
    /// Somebody called it off.
    public static let canceled = State(rawValue: 4)
    /// Its files are there.
    public static let finished = State(rawValue: 5)

    /// The names and numbers, as in the proto file.
    public static let descriptor = EnumDescriptor(
      "spaceone.api.report.v1.ReportInfo.State",
      [
        "CREATED": 0, "IN_PROGRESS": 1, "FAILURE": 2, "TIMEOUT": 3, "CANCELED": 4,
        "FINISHED": 5,
      ])
  }
}

import ProtobufWire
import ReportAPI

/// This project's codec.
enum Reportwire {
  static func decode(_ workload: Workload, _ bytes: [UInt8], _ iterations: Int) throws -> Int {
    switch workload {
    case .a: try decode(GetReportRequest.self, bytes, iterations)
    case .b: try decode(ReportInfo.self, bytes, iterations)
    case .c: try decode(ReportsInfo.self, bytes, iterations)
    case .d: try decode(Struct.self, bytes, iterations)
    }
  }

  static func encode(_ workload: Workload, _ bytes: [UInt8], _ iterations: Int) throws -> Int {
    switch workload {
    case .a: try encode(GetReportRequest(protobuf: bytes), iterations)
    case .b: try encode(ReportInfo(protobuf: bytes), iterations)
    case .c: try encode(ReportsInfo(protobuf: bytes), iterations)
    case .d: try encode(Struct(protobuf: bytes), iterations)
    }
  }

  /// Into a writer that is used again, as the server does.
  static func encodeReused(
    _ workload: Workload, _ bytes: [UInt8], _ iterations: Int
  ) throws -> Int {
    switch workload {
    case .a: try encodeReused(GetReportRequest(protobuf: bytes), iterations)
    case .b: try encodeReused(ReportInfo(protobuf: bytes), iterations)
    case .c: try encodeReused(ReportsInfo(protobuf: bytes), iterations)
    case .d: try encodeReused(Struct(protobuf: bytes), iterations)
    }
  }

  private static func decode<M: Message>(
    _ type: M.Type, _ bytes: [UInt8], _ iterations: Int
  ) throws -> Int {
    var sum = 0
    for _ in 0..<iterations {
      let message = try M(protobuf: bytes)
      sum += message.unknownFields.isEmpty ? 1 : 0
    }
    return sum
  }

  private static func encode<M: Message>(_ message: M, _ iterations: Int) throws -> Int {
    var sum = 0
    for _ in 0..<iterations { sum += try message.protobuf().count }
    return sum
  }

  private static func encodeReused<M: Message>(_ message: M, _ iterations: Int) throws -> Int {
    var sum = 0
    var writer = BinaryWriter()
    for _ in 0..<iterations {
      try message.encode(into: &writer)
      sum += writer.count
      writer.reset()
    }
    return sum
  }
}

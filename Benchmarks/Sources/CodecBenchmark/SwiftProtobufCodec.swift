import SwiftProtobuf
import SwiftProtobufPeer

/// apple/swift-protobuf, bytes in and out as arrays.
enum SwiftProtobufCodec {
  static func decode(_ workload: Workload, _ bytes: [UInt8], _ iterations: Int) throws -> Int {
    switch workload {
    case .a:
      try decode(Spaceone_Api_Report_V1_GetReportRequest.self, bytes, iterations)
    case .b: try decode(Spaceone_Api_Report_V1_ReportInfo.self, bytes, iterations)
    case .c: try decode(Spaceone_Api_Report_V1_ReportsInfo.self, bytes, iterations)
    case .d: try decode(Google_Protobuf_Struct.self, bytes, iterations)
    }
  }

  /// - Parameter isOrdered: whether maps are written sorted by key, as Reportwire always does.
  static func encode(
    _ workload: Workload, _ bytes: [UInt8], _ iterations: Int, isOrdered: Bool
  ) throws -> Int {
    var options = BinaryEncodingOptions()
    options.useDeterministicOrdering = isOrdered
    return switch workload {
    case .a:
      try encode(
        Spaceone_Api_Report_V1_GetReportRequest(serializedBytes: bytes), iterations, options)
    case .b:
      try encode(Spaceone_Api_Report_V1_ReportInfo(serializedBytes: bytes), iterations, options)
    case .c:
      try encode(Spaceone_Api_Report_V1_ReportsInfo(serializedBytes: bytes), iterations, options)
    case .d: try encode(Google_Protobuf_Struct(serializedBytes: bytes), iterations, options)
    }
  }

  private static func decode<M: SwiftProtobuf.Message>(
    _ type: M.Type, _ bytes: [UInt8], _ iterations: Int
  ) throws -> Int {
    var sum = 0
    for _ in 0..<iterations {
      let message = try M(serializedBytes: bytes)
      sum += message.unknownFields.data.isEmpty ? 1 : 0
    }
    return sum
  }

  private static func encode<M: SwiftProtobuf.Message>(
    _ message: M, _ iterations: Int, _ options: BinaryEncodingOptions
  ) throws -> Int {
    var sum = 0
    for _ in 0..<iterations {
      let bytes: [UInt8] = try message.serializedBytes(options: options)
      sum += bytes.count
    }
    return sum
  }
}

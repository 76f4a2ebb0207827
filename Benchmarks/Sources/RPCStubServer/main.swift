// Serves Report.get out of memory over Reportwire's ttrpc server: what the transport costs without
// a store behind it. Writes the reports' ids and bytes to files, so that other servers can answer
// with the same ones.
//
//   rpc-stub-server IDS-FILE REPORTS-FILE THREADS

import Foundation
import NIOPosix
import ProtobufWire
import RPCCore
import ReportAPI
import TTRPC

let reportCount = 10_000
let domainID = "domain-2c1a4e5f6b7d"

func hexadecimal(_ number: Int, digits: Int) -> String {
  let text = String(number, radix: 16)
  return String(repeating: "0", count: digits - text.count) + text
}

/// A finished report of a usual size.
func report(_ number: Int) -> ReportInfo {
  var report = ReportInfo()
  report.domainID = domainID
  report.reportID = "report-\(hexadecimal(number &* 2_654_435_761 & 0xffff_ffff, digits: 12))"
  report.templateID = "template-0b1c5c2f9a10"
  report.storagePath = "\(domainID)/\(report.reportID)/monthly-cost.csv"
  report.state = .finished
  report.createdBy = "user-\(number % 500)@example.com"
  report.createdAt = Timestamp(seconds: 1_780_000_000 + Int64(number), nanos: 123_456_000)
  report.templateOptions = [
    "project": .string("project-\(number % 64)"), "month": "2026-05", "currency": "USD",
    "limit": .number(Double(number)), "include_tax": true, "group_by": ["provider", "region"],
    "title": "Monthly cost by project, provider and region", "note": .null,
  ]
  return report
}

let arguments = CommandLine.arguments
guard arguments.count == 4, let threads = Int(arguments[3]) else {
  FileHandle.standardError.write(
    Data("usage: rpc-stub-server IDS-FILE REPORTS-FILE THREADS\n".utf8))
  exit(2)
}
var reports: [String: [UInt8]] = [:]
var ids = ""
var file: [UInt8] = []
for number in 0..<reportCount {
  let report = report(number)
  let bytes = try report.protobuf()
  reports[report.reportID] = bytes
  ids += report.reportID + "\n"
  withUnsafeBytes(of: UInt32(bytes.count).bigEndian) { file += $0 }
  file += bytes
}
try Data(ids.utf8).write(to: URL(fileURLWithPath: arguments[1]))
try Data(file).write(to: URL(fileURLWithPath: arguments[2]))

var router = Router()
let stored = reports
router.register(
  ReportMethods.get,
  now: { request, _ in
    guard let bytes = stored[request.reportID] else {
      throw RPCError.notFound("report_id", request.reportID)
    }
    return .bytes(bytes)
  },
  later: { request, _ in throw RPCError.notFound("report_id", request.reportID) })
let server = TTRPCServer(
  router: router, group: MultiThreadedEventLoopGroup(numberOfThreads: threads))
let address = try await server.start(host: "127.0.0.1", port: 0)
guard case .tcp(_, let port) = address else { exit(1) }
print(port)
fflush(nil)
try await Task.sleep(for: .seconds(86_400))

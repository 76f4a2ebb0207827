// Asks a Reportwire server for a report, follows it until it has ended, and saves the file.
//
//   swift run ClientExample [ADDRESS] [TEMPLATE] [DOMAIN-ID] [FILE]
//
// TEMPLATE is an id or a name. Without arguments it asks the demo of `scripts/run`;
// `reportwire templates` lists what else that has.

import ProtobufWire
import RPCCore
import ReportAPI
import ReportwireClient

let arguments = Array(CommandLine.arguments.dropFirst())
func argument(_ index: Int, or fallback: String) -> String {
  arguments.indices.contains(index) ? arguments[index] : fallback
}
let domainID = argument(2, or: "domain-ac32ff5ac20f")

let client = try ReportwireClient(address: argument(0, or: "127.0.0.1:50052"))
do {
  // The key makes the create safe to repeat: the client does so if the connection breaks.
  let report = try await client.report.create(
    CreateReportRequest(
      domainID: domainID, templateID: argument(1, or: "monthly-cost-by-project"),
      name: "An example", templateOptions: ["formats": ["csv"]]),
    idempotencyKey: "example-\(UInt64.random(in: 0 ... .max))",
    options: CallOptions(timeout: .seconds(10)))
  print("created \(report.reportID)")

  let end = try await client.reportControl.waitUntilEnded(
    WatchReportRequest(domainID: domainID, reportID: report.reportID)
  ) { progress in
    print("\(progress.rows) rows, \(progress.bytes) bytes")
  }
  guard end.state == .finished else {
    throw RPCError(.aborted, message: end.error?.message ?? "The report ended early.")
  }

  let link = try await client.report.getDownloadURL(
    GetDownloadURLRequest(domainID: domainID, reportID: report.reportID), format: "csv")
  let file = try await ArtifactDownload(url: link.downloadURL)
    .save(to: argument(3, or: "report.csv"))
  print("saved \(file.bytes) bytes, SHA-256 \(file.sha256)")
} catch let error as RPCError {
  print("failed: \(error)")
}
await client.close()

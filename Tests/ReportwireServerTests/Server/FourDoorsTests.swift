import Foundation
import RPCCore
import ReportAPI
import ReportwireTestKit
import Testing

@testable import ReportwireServer

/// One table of calls, made over ttrpc, over gRPC, over REST and in this process: whatever way they come, they
/// get the same answers and the same errors.
@Suite(.timeLimit(.minutes(5))) struct FourDoorsTests {
  /// A call, and how it ends.
  struct Case {
    let method: MethodDescriptor
    /// `$1` is the first report that was answered with, and so on.
    let request: String
    var metadata: [(String, String)] = []
    /// How an error begins; empty: none is expected.
    var error = ""
    /// Is called again until the answer has this; not compared then.
    var awaited = ""

    init<Input, Output>(
      _ method: Method<Input, Output>, _ request: String, error: String = "", awaited: String = "",
      metadata: [(String, String)] = []
    ) {
      self.method = method.descriptor
      self.request = request
      self.error = error
      self.awaited = awaited
      self.metadata = metadata
    }
  }

  private static let catalog: [Case] = [
    Case(ServerInfoMethods.getVersion, "{}"),
    Case(TemplateMethods.list, #"{"domain_id":"a"}"#),
    Case(TemplateMethods.list, #"{"domain_id":"a","name":"series"}"#),
    Case(TemplateMethods.get, #"{"domain_id":"a","template_id":"numbers"}"#),
    Case(TemplateMethods.get, #"{"domain_id":"a","template_id":"numbers","only":["name"]}"#),
    Case(TemplateMethods.get, #"{"domain_id":"a","template_id":"x"}"#, error: "ERROR_NOT_FOUND"),
    Case(StorageTypeMethods.list, #"{"domain_id":"a"}"#),
    Case(
      StorageTypeMethods.get, #"{"domain_id":"a","storage_type_id":"é/x y"}"#,
      error: "ERROR_NOT_FOUND"),
    Case(StorageMethods.list, #"{"domain_id":"a"}"#),
    Case(
      StorageMethods.list, #"{"domain_id":"a","query":{"filter":[{"k":"x","v":1,"o":"eq"}]}}"#,
      error: "ERROR_INVALID_PARAMETER"),
    Case(StorageMethods.get, #"{"domain_id":"b","storage_id":"s"}"#, error: "ERROR_NOT_FOUND"),
  ]

  private static let creates: [Case] = [
    Case(ReportMethods.create, #"{"domain_id":"a","template_id":"numbers","name":"first ☃"}"#),
    Case(
      ReportMethods.create,
      #"{"domain_id":"a","template_id":"series","name":"n","template_options":{"count":3}}"#,
      metadata: [("idempotency-key", "k1"), ("user_id", "ada")]),
    Case(
      ReportMethods.create,
      #"{"domain_id":"a","template_id":"series","name":"n","template_options":{"count":3}}"#,
      metadata: [("idempotency-key", "k1")]),
    Case(
      ReportMethods.create,
      #"{"domain_id":"a","template_id":"series","name":"n","template_options":{"count":4}}"#,
      error: "ERROR_NOT_UNIQUE", metadata: [("idempotency-key", "k1")]),
    Case(
      ReportMethods.create, #"{"template_id":"numbers","name":"n"}"#,
      error: "ERROR_REQUIRED_PARAMETER"),
    Case(
      ReportMethods.create, #"{"domain_id":"a","template_id":"numbers"}"#,
      error: "ERROR_REQUIRED_PARAMETER"),
    Case(
      ReportMethods.create, #"{"domain_id":"a","template_id":"none","name":"n"}"#,
      error: "ERROR_NOT_FOUND"),
    Case(
      ReportMethods.create, #"{"domain_id":"a","template_id":"series","name":"n"}"#,
      error: "ERROR_REQUIRED_PARAMETER"),
    Case(
      ReportMethods.create,
      #"{"domain_id":"a","template_id":"series","name":"n","template_options":{"count":"x"}}"#,
      error: "ERROR_INVALID_PARAMETER"),
    Case(
      ReportMethods.create,
      #"{"domain_id":"a","template_id":"series","name":"n","template_options":{"cuont":1}}"#,
      error: "ERROR_INVALID_PARAMETER"),
    Case(
      ReportMethods.create, #"{"domain_id":"a","template_id":"numbers","name":"a\nb"}"#,
      error: "ERROR_INVALID_PARAMETER"),
    Case(
      ReportMethods.create,
      #"{"domain_id":"a","template_id":"numbers","name":"n","storage_id":"none"}"#,
      error: "ERROR_NOT_FOUND"),
    Case(
      ReportMethods.create, #"{"domain_id":"../a","template_id":"numbers","name":"n"}"#,
      error: "ERROR_INVALID_PARAMETER"),
  ]

  private static let reads: [Case] = [
    Case(ReportControlMethods.watch, #"{"domain_id":"a","report_id":"$1"}"#),
    Case(ReportControlMethods.watch, #"{"domain_id":"a","report_id":"$2"}"#),
    Case(
      ReportControlMethods.watch, #"{"domain_id":"b","report_id":"$2"}"#,
      error: "ERROR_NOT_FOUND"),
    Case(ReportMethods.get, #"{"domain_id":"a","report_id":"$1"}"#),
    // From the cache.
    Case(ReportMethods.get, #"{"domain_id":"a","report_id":"$1"}"#),
    Case(ReportMethods.get, #"{"domain_id":"a","report_id":"$1","only":["state","template_id"]}"#),
    Case(
      ReportMethods.get, #"{"domain_id":"a","report_id":"$1","only":["nothing"]}"#,
      error: "ERROR_INVALID_PARAMETER"),
    Case(ReportMethods.get, #"{"domain_id":"b","report_id":"$1"}"#, error: "ERROR_NOT_FOUND"),
    Case(
      ReportMethods.get, #"{"report_id":"$1"}"#, error: "ERROR_REQUIRED_PARAMETER"),
    Case(ReportMethods.getDownloadURL, #"{"domain_id":"a","report_id":"$1"}"#),
    Case(
      ReportMethods.getDownloadURL, #"{"domain_id":"a","report_id":"$1"}"#,
      metadata: [("format", "json")]),
    Case(
      ReportMethods.getDownloadURL, #"{"domain_id":"a","report_id":"$1"}"#,
      error: "ERROR_INVALID_PARAMETER", metadata: [("format", "pdf")]),
    Case(
      ReportMethods.getDownloadURL, #"{"domain_id":"a","report_id":"$1"}"#,
      metadata: [("format", "manifest")]),
    Case(
      ReportControlMethods.find,
      #"{"domain_id":"a","sha256":"\#(String(repeating: "0", count: 64))"}"#),
    Case(
      ReportControlMethods.find, #"{"domain_id":"a","sha256":"0A"}"#,
      error: "ERROR_INVALID_PARAMETER"),
    Case(ReportControlMethods.inspect, #"{"domain_id":"a","report_id":"$1"}"#),
    Case(
      ReportMethods.list,
      #"{"domain_id":"a","query":{"sort":{"key":"name"},"only":["storage_info.name","state"]}}"#),
    Case(
      ReportMethods.list,
      #"{"domain_id":"a","query":{"filter":[{"k":"name","v":"FIRST","o":"contain"}]}}"#),
    Case(
      ReportMethods.list,
      #"{"domain_id":"a","query":{"filter":[{"k":"template_options.count","v":2,"o":"gt"}]}}"#),
    Case(ReportMethods.list, #"{"domain_id":"a","state":"FINISHED","query":{"count_only":true}}"#),
    Case(
      ReportMethods.list,
      #"{"domain_id":"a","query":{"page":{"start":2,"limit":1},"sort":{"key":"name"}}}"#),
    Case(ReportMethods.list, #"{"domain_id":"a","query":{"keyword":"snow first"}}"#),
    Case(
      ReportMethods.list,
      #"{"domain_id":"a","query":{"filter":[{"k":"name","v":"(","o":"regex"}]}}"#,
      error: "ERROR_INVALID_PARAMETER"),
    Case(
      ReportMethods.list,
      #"{"domain_id":"a","query":{"filter":[{"k":"name","v":"x","o":"like"}]}}"#,
      error: "ERROR_"),
    Case(
      ReportMethods.list, #"{"domain_id":"a","query":{"sort":{"key":"colour"}}}"#,
      error: "ERROR_INVALID_PARAMETER"),
  ]

  private static let previews: [Case] = [
    Case(ReportControlMethods.preview, #"{"domain_id":"a","template_id":"numbers"}"#),
    Case(
      ReportControlMethods.preview,
      #"{"domain_id":"a","template_id":"series","template_options":{"count":70}}"#),
    Case(
      ReportControlMethods.preview, #"{"domain_id":"a","template_id":"none"}"#,
      error: "ERROR_NOT_FOUND"),
    Case(
      ReportControlMethods.preview, #"{"domain_id":"a","template_id":"series"}"#,
      error: "ERROR_REQUIRED_PARAMETER"),
    Case(
      ReportControlMethods.preview,
      #"{"domain_id":"a","template_id":"series","template_options":{"count":"x"}}"#,
      error: "ERROR_INVALID_PARAMETER"),
    Case(
      ReportControlMethods.preview, #"{"domain_id":"b","template_id":"own"}"#,
      error: "ERROR_NOT_FOUND"),
    Case(
      ReportControlMethods.preview, #"{"template_id":"numbers"}"#,
      error: "ERROR_REQUIRED_PARAMETER"),
  ]

  private static let changes: [Case] = [
    Case(ReportControlMethods.pin, #"{"domain_id":"a","report_id":"$1"}"#),
    Case(ReportControlMethods.unpin, #"{"domain_id":"a","report_id":"$1"}"#),
    Case(ReportControlMethods.cancel, #"{"domain_id":"a","report_id":"$1"}"#),
    Case(
      ReportControlMethods.cancel, #"{"domain_id":"b","report_id":"$1"}"#,
      error: "ERROR_NOT_FOUND"),
    Case(
      ReportMethods.create,
      #"{"domain_id":"a","template_id":"series","name":"long","template_options":{"count":1e9}}"#),
    Case(
      ReportMethods.get, #"{"domain_id":"a","report_id":"$3","only":["state"]}"#,
      awaited: "IN_PROGRESS"),
    Case(
      ReportControlMethods.delete, #"{"domain_id":"a","report_id":"$3"}"#,
      error: "ERROR_REPORT_RUNNING"),
    Case(ReportControlMethods.cancel, #"{"domain_id":"a","report_id":"$3"}"#),
    Case(ReportControlMethods.watch, #"{"domain_id":"a","report_id":"$3"}"#),
    Case(ReportControlMethods.delete, #"{"domain_id":"a","report_id":"$1"}"#),
    Case(
      ReportControlMethods.delete, #"{"domain_id":"a","report_id":"$1"}"#,
      error: "ERROR_NOT_FOUND"),
    Case(ReportMethods.get, #"{"domain_id":"a","report_id":"$1"}"#, error: "ERROR_NOT_FOUND"),
    Case(
      ReportMethods.getDownloadURL, #"{"domain_id":"a","report_id":"$1"}"#,
      error: "ERROR_NOT_FOUND"),
  ]

  private static let domains: [Case] = [
    Case(TemplateMethods.get, #"{"domain_id":"a","template_id":"own"}"#),
    Case(TemplateMethods.get, #"{"domain_id":"b","template_id":"own"}"#, error: "ERROR_NOT_FOUND"),
    Case(
      ReportMethods.create, #"{"domain_id":"b","template_id":"own","name":"n"}"#,
      error: "ERROR_NOT_FOUND"),
    Case(DomainMethods.get, #"{"domain_id":"a"}"#),
    Case(DomainMethods.get, #"{"domain_id":"never.seen","only":["domain_id"]}"#),
    Case(DomainMethods.get, #"{"domain_id":"é x"}"#, error: "ERROR_INVALID_PARAMETER"),
    Case(DomainMethods.disable, #"{"domain_id":"b"}"#),
    Case(DomainMethods.get, #"{"domain_id":"b"}"#),
    Case(DomainMethods.list, "{}"),
    Case(DomainMethods.list, #"{"query":{"count_only":true}}"#),
    Case(
      DomainMethods.list,
      #"{"query":{"filter":[{"k":"state","v":"DISABLE","o":"eq"}],"only":["domain_id"]}}"#),
    Case(
      DomainMethods.list,
      #"{"query":{"filter":[{"k":"register_templates","v":true,"o":"exists"}]}}"#),
    Case(
      DomainMethods.list, #"{"domain_id":"b","query":{"sort":{"key":"name"}}}"#,
      error: "ERROR_INVALID_PARAMETER"),
    Case(TemplateMethods.list, #"{"domain_id":"b"}"#),
    Case(
      TemplateMethods.get, #"{"domain_id":"b","template_id":"numbers"}"#, error: "ERROR_NOT_FOUND"),
    Case(
      ReportMethods.create, #"{"domain_id":"b","template_id":"numbers","name":"n"}"#,
      error: "ERROR_NOT_FOUND"),
    Case(
      ReportMethods.create, #"{"domain_id":"b","template_id":"series","name":"n"}"#,
      error: "ERROR_NOT_FOUND"),
    Case(DomainMethods.enable, #"{"domain_id":"b"}"#),
    Case(ReportMethods.create, #"{"domain_id":"b","template_id":"numbers","name":"n"}"#),
    Case(DomainMethods.enable, #"{"domain_id":"../b"}"#, error: "ERROR_INVALID_PARAMETER"),
  ]

  private static let locks: [Case] = [
    Case(ReportMethods.create, locked(#""password":"p""#)),
    Case(
      ReportMethods.create, locked(#""encrypted":true"#), error: "ERROR_REQUIRED_PARAMETER"),
    Case(ReportMethods.create, locked(#""password":"""#), error: "ERROR_INVALID_PARAMETER"),
    Case(ReportMethods.create, locked(#""pasword":"p""#), error: "ERROR_INVALID_PARAMETER"),
  ]

  /// A create of a ZIP file with options of its own.
  private static func locked(_ options: String) -> String {
    #"{"domain_id":"c","template_id":"numbers","name":"n","template_options":"#
      + #"{"formats":["csv.zip"],"format_options":{"csv.zip":{\#(options)}}}}"#
  }

  private static let cases = catalog + previews + creates + reads + changes + domains + locks

  @Test func everyDoorAnswersAlike() async throws {
    var all: [(door: String, outcomes: [String])] = []
    for name in ["in process", "ttrpc", "grpc", "http"] {
      let folder = try TestServer.makeFolder()
      try folder.write(
        "templates/own.yaml",
        "name: own\nsource: numbers\ntenant: shared\nsql: SELECT 1\ndomains: [a]")
      let server = try await TestServer(folder)
      all.append((name, await outcomes(of: server.door(name))))
      try await server.stop()
    }
    for (index, test) in Self.cases.enumerated() {
      let reference = all[0].outcomes[index]
      if test.error.isEmpty {
        #expect(reference.hasPrefix("{"), "\(test.method.fullName) \(test.request)")
      } else {
        let text = reference.drop { $0 != " " }.dropFirst()
        #expect(text.hasPrefix(test.error), "\(test.method.fullName) \(test.request)")
      }
      for (door, outcomes) in all.dropFirst() where door != "http" || !test.method.httpRules.isEmpty
      {
        #expect(outcomes[index] == reference, "\(door): \(test.method.fullName) \(test.request)")
      }
    }
  }

  /// What became of each case, without what differs each time.
  private func outcomes(of door: any TestedDoor) async -> [String] {
    var ids: [String] = []
    var outcomes: [String] = []
    for test in Self.cases {
      var request = test.request
      for (index, id) in ids.enumerated() { request = request.replacing("$\(index + 1)", with: id) }
      var text = ""
      repeat {
        do throws(DoorFailure) {
          text = try await door.call(test.method, request, test.metadata)
        } catch {
          text = "\(error.status) \(error.text)"
        }
      } while !test.awaited.isEmpty && !text.contains(test.awaited) && !Task.isCancelled
      for match in text.matches(of: /report-[0-9a-f]{12}/) where !ids.contains(String(match.0)) {
        ids.append(String(match.0))
      }
      // How far a report has come that was just made, nobody can say.
      let isCreated = test.method.name == "create" && text.hasPrefix("{")
      outcomes.append(
        isCreated ? "{" + Self.timeless(text, ids).prefix { $0 != "," } : Self.timeless(text, ids))
    }
    return outcomes
  }

  private static func timeless(_ text: String, _ ids: [String]) -> String {
    var text = text
    for (index, id) in ids.enumerated() { text = text.replacing(id, with: "$\(index + 1)") }
    return
      text
      .replacing(/\d{4}-\d\d-\d\dT[0-9:.]+Z/, with: "TIME")
      .replacing(/https?:[^"]+/, with: "URL")
      .replacing(/"(worker|rows|bytes)":("[^"]*"|\d+),?/, with: "")
  }
}

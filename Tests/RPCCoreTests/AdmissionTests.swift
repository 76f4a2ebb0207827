import ProtobufWire
import RPCCore
import ReportAPI
import Synchronization
import Testing

@Suite("Who may call what, in which domain", .timeLimit(.minutes(5)))
struct AdmissionTests {
  private static let everywhere = Caller(
    subject: "root", domains: .every, roles: .admin, authentication: .token)
  private static let stranger = Caller(
    subject: "", domains: .every, roles: [], authentication: .none)

  private static func caller(of domain: String, _ roles: Roles) -> Caller {
    Caller(subject: "ann", domains: .only(domain), roles: roles, authentication: .token)
  }

  /// Says in which domain a handler was called, and what the log hears of it.
  private func call<Input, Output>(
    _ method: Method<Input, Output>, _ request: Input, as caller: Caller
  ) async throws -> (domainID: String, noted: String) {
    let seen = Mutex("")
    let notes = CallNotes()
    var router = Router()
    router.register(
      method,
      now: { (_: Input, context: CallContext) -> Answer<Output>? in
        context.notes?.note(resourceID: "called in '\(context.domainID)'")
        return .message(Output())
      }, later: { _, _ in Output() })
    let entry = try router.entry(
      service: method.descriptor.service, method: method.descriptor.name)
    let context = CallContext(caller: caller, peer: "p", transport: "t", notes: notes)
    var writer = BinaryWriter()
    let bytes = try request.protobuf()
    _ = try bytes.withUnsafeBytes { bytes throws(RPCError) in
      try entry.start(bytes, context, into: &writer)
    }
    seen.withLock { $0 = notes.resourceID }
    return (seen.withLock { $0 }, notes.domainID)
  }

  @Test(
    "A request of the caller's domain reaches the handler, which learns the domain from the router")
  func own() async throws {
    let request = GetReportRequest(domainID: "domain-a", reportID: "r")
    for caller in [.anonymous, Self.everywhere, Self.caller(of: "domain-a", .read)] {
      let seen = try await call(ReportMethods.get, request, as: caller)
      #expect(seen.domainID == "called in 'domain-a'")
      #expect(seen.noted == "domain-a")
    }
  }

  @Test(
    "Another domain's is refused, told by bytes: a KELVIN SIGN is no K",
    arguments: [("domain-a", "domain-b"), ("K", "\u{212A}"), ("é", "e\u{301}")])
  func foreign(own: String, asked: String) async throws {
    await #expect(throws: RPCError.permissionDenied) {
      try await call(
        ReportMethods.get, GetReportRequest(domainID: asked, reportID: "r"),
        as: Self.caller(of: own, .admin))
    }
  }

  @Test("Where the domain must be named it must be, whoever asks")
  func missing() async throws {
    for caller in [.anonymous, Self.caller(of: "domain-a", .read)] {
      await #expect(throws: RPCError.requiredParameter("domain_id")) {
        try await call(ReportMethods.get, GetReportRequest(reportID: "r"), as: caller)
      }
    }
  }

  @Test(
    "What is the same for every domain needs no name of one, and is asked by those of one domain in theirs"
  )
  func optional() async throws {
    let request = GetTemplateRequest(templateID: "t")
    let anybody = try await call(TemplateMethods.get, request, as: .anonymous)
    #expect(anybody.domainID == "called in ''")
    let ann = try await call(TemplateMethods.get, request, as: Self.caller(of: "a", .read))
    #expect(ann.domainID == "called in 'a'")
    await #expect(throws: RPCError.permissionDenied) {
      try await call(
        TemplateMethods.get, GetTemplateRequest(domainID: "b", templateID: "t"),
        as: Self.caller(of: "a", .read))
    }
  }

  @Test("Who is not known gets what needs no permission, and is asked who it is for the rest")
  func stranger() async throws {
    _ = try await call(ServerInfoMethods.getVersion, Empty(), as: Self.stranger)
    let error = await #expect(throws: RPCError.self) {
      try await call(
        ReportMethods.get, GetReportRequest(domainID: "d", reportID: "r"), as: Self.stranger)
    }
    #expect(error?.code == .unauthenticated)
    #expect(error?.reason == "ERROR_AUTHENTICATE_FAILURE")
  }

  @Test("Each role permits what its name says and what is less", arguments: Permission.allCases)
  func roles(permission: Permission) async throws {
    let method = Method<GetReportRequest, ReportInfo>(
      service: "s", name: "m", permission: permission, needsDomain: true)
    let request = GetReportRequest(domainID: "a", reportID: "r")
    for role in Permission.allCases {
      let caller = Self.caller(of: "a", Roles(role))
      if role >= permission {
        _ = try await call(method, request, as: caller)
      } else {
        await #expect(throws: RPCError.permissionDenied) {
          try await call(method, request, as: caller)
        }
      }
    }
    // One role is enough, and several are what the most of them is.
    _ = try await call(method, request, as: Self.caller(of: "a", [.read, Roles(permission)]))
    await #expect(throws: RPCError.permissionDenied) {
      try await call(method, request, as: Self.caller(of: "a", []))
    }
  }

  @Test("What every method of the API needs")
  func table() {
    var needs: [String: [String]] = [:]
    for method in MethodTable.methods {
      let name = method.service.split(separator: ".").last ?? ""
      let permission = method.permission.map { "\($0)" } ?? "nothing"
      needs[permission, default: []].append("\(name)/\(method.name)")
      let naming = method.input.descriptor.field(named: "domain_id") != nil
      #expect(naming == (method.input is any DomainRequest.Type), "\(method.fullName)")
      #expect(naming || !method.needsDomain, "\(method.fullName)")
    }
    #expect(needs["nothing"] == ["ServerInfo/get_version"])
    #expect(Set(needs["admin"] ?? []) == ["Audit/list", "Domain/enable", "Domain/disable"])
    #expect(
      Set(needs["run"] ?? []) == [
        "Report/create", "ReportControl/cancel", "ReportControl/delete", "ReportControl/pin",
        "ReportControl/unpin", "ReportControl/preview",
      ])
    #expect(
      needs["read"]?.allSatisfy { name in
        ["get", "list", "get_download_url", "watch", "inspect", "stat", "find"].contains {
          name.hasSuffix("/\($0)")
        }
      } == true)
    let free = MethodTable.methods.filter { $0.permission != nil && !$0.needsDomain }
    #expect(
      Set(free.map(\.service)) == [
        "spaceone.api.report.v1.Template", "spaceone.api.report.v1.StorageType",
        "spaceone.api.report.v1.Domain", "reportwire.v1.Audit",
      ])
  }

  @Test("Metadata of the largest size is taken; a byte more is refused before interceptors see it")
  func metadata() throws {
    let log = Lines()
    var router = Router(interceptors: [MetadataReader(log: log)], metadataBytesMax: 100)
    router.register(ServerInfoMethods.getVersion) { _, _ in VersionInfo() }
    let entry = try router.entry(
      service: ServerInfoMethods.service.name, method: "get_version")
    func start(_ value: String) throws {
      let context = CallContext(metadata: ["key": value], peer: "p", transport: "t")
      var writer = BinaryWriter()
      _ = try entry.start(UnsafeRawBufferPointer(start: nil, count: 0), context, into: &writer)
    }
    try start(String(repeating: "v", count: 97))
    let error = #expect(throws: RPCError.self) { try start(String(repeating: "v", count: 98)) }
    #expect(error?.code == .resourceExhausted)
    #expect(error?.message.contains("101 bytes; at most 100") == true)
    #expect(log.all == ["begin 1 pairs", "begin 0 pairs", "end RESOURCE_EXHAUSTED"])
  }
}

private final class MetadataReader: Interceptor {
  let log: Lines

  init(log: Lines) {
    self.log = log
  }

  func begin(_ context: inout CallContext, of method: MethodDescriptor) throws(RPCError) {
    log.add("begin \(context.metadata.entries.count) pairs")
  }

  func end(_ context: CallContext, of method: MethodDescriptor, error: RPCError?) {
    log.add("end \(error?.code.description ?? "OK")")
  }
}

/// What was seen, in order.
final class Lines: Sendable {
  private let lines = Mutex<[String]>([])

  func add(_ line: String) { lines.withLock { $0.append(line) } }
  var all: [String] { lines.withLock { $0 } }
}

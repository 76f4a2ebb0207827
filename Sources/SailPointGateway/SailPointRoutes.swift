internal import HTTPTypes
internal import ProtobufWire
package import RESTGateway
internal import RPCCore
internal import ReportCore
internal import Texts

/// SailPoint's API as its SDKs call it: of version 1 below `/v3` and its siblings, of version 2 below
/// `/reports/v1`.
package struct SailPointRoutes: HTTPMount {
  /// What stands before the path of a call. Both kinds have the same calls behind.
  private static let bases =
    ["v3", "beta", "v2024", "v2025", "v2026"].map { "/\($0)/reports/" } + ["/reports/v1/"]

  /// What a path is for.
  private enum Route {
    case run
    case file(id: String)
    case result(id: String)
    case cancel(id: String)

    var methods: [HTTPRequest.Method] {
      switch self {
      case .run, .cancel: [.post]
      case .file, .result: [.get, .head]
      }
    }
  }

  private let calls: SailPointCalls
  private let resolver: DownloadResolver

  /// - Parameter resolver: finds the files.
  package init(_ calls: SailPointCalls, resolver: @escaping DownloadResolver) {
    self.calls = calls
    self.resolver = resolver
  }

  package func owns(_ path: String) -> Bool { Self.parts(of: path) != nil }

  package func answer(_ request: MountedRequest) async throws -> MountedAnswer {
    let body = try await request.body()
    guard let route = try Self.route(request.path) else {
      throw HTTPFailure.notFound("path", request.path)
    }
    guard route.methods.contains(request.method) else {
      throw HTTPFailure.methodNotAllowed(route.methods.map(\.rawValue))
    }
    guard let query = FormItems(request.query) else {
      throw HTTPFailure(RPCError.bad("the query is not well written"))
    }
    switch route {
    case .run:
      let answer = try await call(calls.start, body.isEmpty ? Array("{}".utf8) : body, request)
      return .json(answer)
    case .result(let id):
      // Only says in which order results are looked for, and an id names one.
      _ = try query.flag("completed")
      return .json(try await call(calls.getResult, [SailPointCalls.Key.id: .text(id)], request))
    case .cancel(let id):
      _ = try await call(calls.cancelRun, [SailPointCalls.Key.id: .text(id)], request)
      return MountedAnswer(.noContent)
    case .file(let id): return try await file(id, query, request)
    }
  }

  // MARK: Paths

  /// The names behind a base; nil if a path has none. By their bytes.
  private static func parts(of path: String) -> [Substring.UTF8View]? {
    for base in bases where path.utf8.starts(with: base.utf8) {
      let parts = path.utf8.dropFirst(base.utf8.count).split(
        separator: UInt8(ascii: "/"), maxSplits: 2, omittingEmptySubsequences: false)
      return parts.count <= 2 && parts.allSatisfy({ !$0.isEmpty }) ? parts : nil
    }
    return nil
  }

  private static func route(_ path: String) throws(HTTPFailure) -> Route? {
    guard let parts = parts(of: path) else { return nil }
    guard let first = PercentCoding.decoded(Substring(parts[0])) else {
      throw HTTPFailure(RPCError.bad("the id in the path is not well written"))
    }
    guard parts.count == 2 else { return first.isExactly("run") ? .run : .file(id: first) }
    switch String(Substring(parts[1])) {
    case let name where name.isExactly("result"): return .result(id: first)
    case let name where name.isExactly("cancel"): return .cancel(id: first)
    default: return nil
    }
  }

  // MARK: Calls

  private func call(
    _ entry: Router.Entry, _ message: Struct, _ request: MountedRequest
  ) async throws -> String {
    try await call(entry, Array(try message.json().utf8), request)
  }

  private func call(
    _ entry: Router.Entry, _ message: [UInt8], _ request: MountedRequest
  ) async throws -> String {
    do throws(RPCError) {
      return String(decoding: try await request.call(entry, message), as: UTF8.self)
    } catch {
      throw HTTPFailure(error)
    }
  }

  private func file(
    _ id: String, _ query: FormItems, _ request: MountedRequest
  ) async throws -> MountedAnswer {
    guard let name = query["fileFormat"] else {
      throw HTTPFailure(RPCError.bad("fileFormat is required: CSV, PDF or JSON"))
    }
    guard let format = FileFormat(name: name) else {
      throw HTTPFailure(RPCError.bad("fileFormat \(name.quoted) is none of CSV, PDF and JSON"))
    }
    let isAuditable = try query.flag("auditable")
    let found = try Struct(
      json: try await call(
        calls.getFile,
        [SailPointCalls.Key.id: .text(id), SailPointCalls.Key.format: .text(format.rawValue)],
        request))
    let domainID = found.text(SailPointCalls.Key.domainID) ?? ""
    let reportID = found.text(SailPointCalls.Key.reportID) ?? ""
    let made = ReportFormat(rawValue: found.text(SailPointCalls.Key.format) ?? "")
    guard var file = try await resolver(domainID, reportID, made) else {
      throw HTTPFailure.notFound("taskResultId", id)
    }
    // An archive of several files says that it is one.
    if file.artifact.fileExtension.isExactly(format.rawValue) {
      file.artifact.mediaType = format.mediaType
    }
    file.name = Self.fileName(query["name"].flatMap { $0.isEmpty ? nil : $0 } ?? file.name)
    let grant = DownloadGrant(
      domainID: domainID, reportID: reportID, format: made,
      subject: found.text(SailPointCalls.Key.subject) ?? "",
      authentication: Caller.Authentication(
        rawValue: found.text(SailPointCalls.Key.authentication) ?? "") ?? .none,
      isAuditable: isAuditable)
    return MountedAnswer(.ok, body: .file(file, grant))
  }

  /// One of the SDKs' two readers takes a name to end with a space.
  private static func fileName(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.properties.isWhitespace ? "_" : $0 }))
  }
}

extension FormItems {
  /// - Throws: for what is neither true nor false.
  fileprivate func flag(_ name: String) throws(HTTPFailure) -> Bool {
    guard let text = self[name], !text.isEmpty else { return false }
    switch text.lowercased() {
    case "true": return true
    case "false": return false
    default: throw HTTPFailure(RPCError.bad("\(name) is neither true nor false"))
    }
  }
}

import Foundation
import ProtobufWire
import RPCCore
import ReportAPI
import ReportwireTestKit
import TTRPC

/// A server of which every text is made to take over a terminal. Its file never comes to an end, or
/// is another one than its reports say.
final class HostileServer: Sendable {
  /// Escapes, C1 controls, turned writing, ends of lines, a byte order mark; and a wide letter.
  static let text = "a\u{1b}[31m\u{9b}2J\u{202e}b\u{2028}\u{feff}\u{7f}\u{8}\r\nz界"
  /// What of it is always shown.
  static let shownEnd = "z界"

  let address: String
  /// Yields when the beginning of a file was sent.
  let fileBegan: AsyncStream<Void>
  private let server: TTRPCServer
  private let files: FileHandle

  /// - Parameter fileBytes: what the file's server says of its length.
  init(fileBytes: Int = 1000) async throws {
    let (files, port) = try Self.listening()
    self.files = files
    let (began, beginning) = AsyncStream<Void>.makeStream()
    fileBegan = began
    Thread.detachNewThread { [descriptor = files.fileDescriptor] in
      Self.serveBeginnings(descriptor, fileBytes, beginning)
    }
    server = TTRPCServer(router: Self.router(fileURL: "http://127.0.0.1:\(port)/file"))
    address = "\(try await server.start(host: "127.0.0.1", port: 0))"
  }

  func stop() async {
    shutdown(files.fileDescriptor, Int32(SHUT_RDWR))
    await server.shutdown(drain: .zero)
  }

  private static var value: Struct {
    var value = Struct()
    value[text] = .string(text)
    return value
  }

  private static var report: ReportInfo {
    ReportInfo(
      domainID: text, reportID: text, templateID: text, storageInfo: StorageInfo(name: text),
      storagePath: text, templateOptions: value, state: .finished, createdBy: text,
      error: ReportError(code: text, message: text))
  }

  private static var template: TemplateInfo {
    var parameter = Struct()
    for key in ["name", "type", "default", "pattern"] { parameter[key] = .string(text) }
    var options = Struct()
    options["title"] = .string(text)
    options["tenant"] = .string(text)
    options["formats"] = .list(ListValue([.string(text)]))
    options["parameters"] = .list(ListValue([.struct(parameter)]))
    return TemplateInfo(templateID: text, name: text, options: options)
  }

  private static var inspection: ReportInspection {
    ReportInspection(
      report: report, name: text, parameters: value, attempts: 1,
      timeline: [ReportEvent(kind: text, worker: text, message: text)],
      artifacts: [
        ArtifactInfo(format: text, path: text, bytes: 1000, sha256: text, mediaType: text)
      ])
  }

  private static var event: AuditEventInfo {
    AuditEventInfo(
      eventID: text, domainID: text, subject: text, callerDomainID: text, roles: [text],
      authentication: text, peer: text, door: text, method: text, resourceID: text, code: text,
      reason: text, requestID: text, traceID: text, leftOut: 1)
  }

  private static func router(fileURL: String) -> Router {
    var router = Router()
    router.register(ReportMethods.get) { request, _ in
      if request.reportID == "gone" { throw RPCError(.notFound, message: text) }
      return report
    }
    router.register(ReportMethods.list) { _, _ in
      let others = ["界界", "abcd"].map { ReportInfo(reportID: $0, state: .finished) }
      return ReportsInfo(results: [report] + others, totalCount: 9)
    }
    router.register(ReportMethods.create) { _, _ in report }
    router.register(ReportMethods.getDownloadURL) { _, _ in
      ReportDownloadInfo(downloadURL: fileURL)
    }
    router.register(TemplateMethods.get) { _, _ in template }
    router.register(TemplateMethods.list) { _, _ in TemplatesInfo(results: [template]) }
    router.register(DomainMethods.list) { _, _ in
      DomainsInfo(
        results: [DomainInfo(domainID: text, registerTemplates: [text])], totalCount: 9)
    }
    router.register(DomainMethods.enable) { _, _ in DomainInfo(domainID: text) }
    router.register(AuditMethods.list) { _, _ in AuditEventsInfo(results: [event]) }
    router.register(ReportControlMethods.cancel) { _, _ in report }
    router.register(ReportControlMethods.inspect) { _, _ in inspection }
    router.register(
      ReportControlMethods.watch,
      streaming: { request, _, stream in
        try await stream.send(ReportProgress(reportID: text, state: .inProgress))
        try await stream.send(
          ReportProgress(
            reportID: text, state: .failure, error: ReportError(code: text, message: text)))
      })
    return router
  }

  private static func listening() throws -> (FileHandle, UInt16) {
    #if os(Linux)
      let kind = Int32(SOCK_STREAM.rawValue)
    #else
      let kind = SOCK_STREAM
    #endif
    let descriptor = socket(AF_INET, kind, 0)
    guard descriptor >= 0 else { throw POSIXError(.ENFILE) }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, size) == 0 && listen(descriptor, 8) == 0
          && getsockname(descriptor, address, &size) == 0
      }
    }
    guard isBound else { throw POSIXError(.EADDRINUSE) }
    return (handle, UInt16(bigEndian: address.sin_port))
  }

  /// Answers each request with the beginning of a file, and holds the connection.
  private static func serveBeginnings(
    _ listener: Int32, _ fileBytes: Int, _ beginning: AsyncStream<Void>.Continuation
  ) {
    var held: [FileHandle] = []
    while case let descriptor = accept(listener, nil, nil), descriptor >= 0 {
      let connection = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
      held.append(connection)
      _ = connection.someBytes()
      try? connection.write(
        contentsOf: Data(
          "HTTP/1.1 200 OK\r\ncontent-length: \(fileBytes)\r\n\r\nthe beginning".utf8))
      beginning.yield()
    }
    withExtendedLifetime(held) {}
  }
}

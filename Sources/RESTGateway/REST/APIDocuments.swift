import HTTPTypes
internal import ProtobufWire
package import RPCCore

/// What describes the methods for those who call them by REST: `/openapi.json` and the page `/docs`.
/// Both are made of the method table once.
package struct APIDocuments: Sendable {
  private let openAPI: String
  private let page: String

  /// - Parameters:
  ///   - router: has the methods.
  ///   - comments: of the proto files, by the full names of what they are about.
  ///   - version: of this server.
  package init(_ router: Router, comments: [String: String], version: String) {
    let model = OpenAPIModel(router, comments: comments)
    openAPI = OpenAPIWriter(model).document(version: version)
    page = DocumentPage(model).html(version: version)
  }

  /// nil if a path is none of them.
  func document(at path: String) -> Reply? {
    if path.isByteEqual(to: "/openapi.json") {
      return Reply(
        status: .ok,
        headers: [.contentType: "application/json", .xContentTypeOptions: "nosniff"],
        body: .text(openAPI))
    }
    guard path.isByteEqual(to: "/docs") else { return nil }
    return Reply(
      status: .ok,
      headers: [
        .contentType: "text/html; charset=utf-8", .xContentTypeOptions: "nosniff",
        .contentSecurityPolicy: "default-src 'none'; style-src 'unsafe-inline'",
      ], body: .text(page))
  }
}

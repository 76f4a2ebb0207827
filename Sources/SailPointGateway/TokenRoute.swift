internal import HTTPTypes
package import RESTGateway
internal import RPCCore
internal import ReportCore
internal import Texts

/// `POST /oauth/token`: hands a request for a token on to who makes them. The parameters may stand in the
/// body, as a form, or in the query.
package struct TokenRoute: HTTPMount {
  /// What is asked for.
  package struct Request: Sendable {
    /// Decoded, in their order.
    package var parameters: [(name: String, value: String)]
    /// What stands behind `Authorization: Basic`.
    package var basic: String?
    /// The address that it comes from, without its port.
    package var host: String
  }

  /// What is answered.
  package struct Answer: Sendable {
    package var status: Int
    /// JSON.
    package var body: String
    package var retryAfterSeconds: Int64?

    package init(status: Int, body: String, retryAfterSeconds: Int64?) {
      self.status = status
      self.body = body
      self.retryAfterSeconds = retryAfterSeconds
    }
  }

  /// Bytes of a body, gzip undone: many times what the longest parameters have. Whoever asks has shown
  /// nothing yet, and each byte may become a parameter.
  private static let bodyBytesMax = 16_384
  private static let path = "/oauth/token"
  private static let form = "application/x-www-form-urlencoded"
  private static let basic = "basic "

  private let tokens: @Sendable (Request) async -> Answer

  package init(_ tokens: @escaping @Sendable (Request) async -> Answer) {
    self.tokens = tokens
  }

  package func owns(_ path: String) -> Bool { path.isExactly(Self.path) }

  package func answer(_ request: MountedRequest) async throws -> MountedAnswer {
    let body = try await request.body(Self.form, bytesMax: Self.bodyBytesMax)
    guard request.method == .post else {
      throw HTTPFailure.methodNotAllowed([HTTPRequest.Method.post.rawValue])
    }
    guard let body = String(validating: body, as: UTF8.self),
      let inBody = FormItems(body), let inQuery = FormItems(request.query)
    else { throw HTTPFailure(RPCError.bad("the parameters are not well written")) }
    let authorization = request.headers[.authorization]
    let isBasic = authorization?.utf8.prefix(Self.basic.utf8.count).map { $0 | 0x20 }
      .elementsEqual(Self.basic.utf8)
    let answer = await tokens(
      Request(
        parameters: inBody.items + inQuery.items,
        basic: isBasic == true
          ? authorization.map { String(Substring($0.utf8.dropFirst(Self.basic.utf8.count))) } : nil,
        host: PeerAddress.host(of: request.peer)))
    var headers: HTTPFields = [:]
    // Asked for only of those who have used it (RFC 6749, section 5.2): others may know no such thing.
    if answer.status == 401, isBasic == true {
      headers[.wwwAuthenticate] = #"Basic realm="reportwire""#
    }
    if let seconds = answer.retryAfterSeconds { headers[.retryAfter] = "\(seconds)" }
    return .json(
      answer.body, HTTPResponse.Status(code: answer.status), headers: headers)
  }

  /// RFC 6749, section 5.2.
  package func answer(to failure: HTTPFailure) -> MountedAnswer {
    let code = failure.status.code < 500 ? "invalid_request" : "server_error"
    return .json(
      #"{"error":"\#(code)","error_description":\#(JSONText.string(failure.message))}"#,
      failure.status, headers: failure.headers)
  }
}

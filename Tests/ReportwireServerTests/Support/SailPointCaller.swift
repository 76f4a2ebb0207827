import Foundation

@testable import ReportwireServer

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Calls SailPoint's API, and whatever else is HTTP.
struct SailPointCaller {
  struct Answer {
    let status: Int
    let headers: [String: String]
    let body: Data

    var text: String { String(decoding: body, as: UTF8.self) }
    /// The body as a JSON object; empty if it is none.
    var json: [String: Any] {
      (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:]
    }
    func string(_ key: String) -> String? { json[key] as? String }
    /// The text of an ErrorResponseDto.
    var message: String? {
      (json["messages"] as? [[String: Any]])?.first?["text"] as? String
    }
  }

  let address: String
  var token: String?

  func send(
    _ method: String, _ path: String, _ body: String? = nil, headers: [String: String] = [:]
  ) async throws -> Answer {
    var request = URLRequest(url: URL(string: "http://\(address)\(path)")!)
    request.httpMethod = method
    if let body {
      request.httpBody = Data(body.utf8)
      request.setValue("application/json", forHTTPHeaderField: "content-type")
    }
    if let token { request.setValue("Bearer \(token)", forHTTPHeaderField: "authorization") }
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    let (data, response) = try await URLSession.shared.data(for: request)
    let http = response as? HTTPURLResponse
    var fields: [String: String] = [:]
    for (name, value) in http?.allHeaderFields ?? [:] {
      fields["\(name)".lowercased()] = "\(value)"
    }
    return Answer(status: http?.statusCode ?? 0, headers: fields, body: data)
  }

  func run(_ type: String, _ arguments: String = "{}", base: String = "/v3/reports") async throws
    -> Answer
  {
    try await send("POST", "\(base)/run", #"{"reportType":"\#(type)","arguments":\#(arguments)}"#)
  }

  func result(_ id: String) async throws -> Answer {
    try await send("GET", "/v3/reports/\(id)/result?completed=false")
  }
}

extension TestServer {
  /// A folder with templates of SailPoint's names: two are made at once, and one takes for ever.
  static func makeSailPointFolder() throws -> TemporaryFolder {
    let folder = try makeFolder()
    try folder.write(
      "templates/sailpoint-identities.yaml",
      """
      template_id: sailpoint-identities
      name: sailpoint-identities
      source: numbers
      sql: >-
        SELECT value, domain_id AS owner FROM numbers
        WHERE domain_id = :domain_id AND (NOT :correlatedOnly OR value > 1) ORDER BY value
      parameters:
        correlatedOnly: {type: boolean, default: false}
      columns:
        - {name: value, title: The value}
      formats: [csv, json]
      """)
    try folder.write(
      "templates/sailpoint-orphan-identities.yaml",
      """
      template_id: sailpoint-orphan-identities
      name: sailpoint-orphan-identities
      source: numbers
      tenant: shared
      sql: SELECT 1 AS one
      formats: [csv, json]
      """)
    try folder.write(
      "templates/sailpoint-search-export.yaml",
      """
      template_id: sailpoint-search-export
      name: sailpoint-search-export
      source: numbers
      tenant: shared
      sql: |
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE :query = 'slow')
        SELECT i FROM n
      parameters:
        query: {type: string, required: true}
      formats: [csv]
      limits: {rows: 1000000000}
      """)
    return folder
  }
}

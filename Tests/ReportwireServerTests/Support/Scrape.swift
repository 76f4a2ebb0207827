import Foundation

@testable import ReportwireServer

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// What a server answered to `GET /metrics`.
struct Scrape {
  let status: Int
  let contentType: String
  let text: String
  /// By name and labels, as they are written.
  let values: [String: Double]

  init(_ server: TestServer, headers: [String: String] = [:]) async throws {
    var request = URLRequest(
      url: URL(string: "http://\(server.addresses.http)/metrics")!,
      cachePolicy: .reloadIgnoringLocalAndRemoteCacheData)
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    let (data, answer) = try await URLSession.shared.data(for: request)
    let response = answer as? HTTPURLResponse
    status = response?.statusCode ?? 0
    contentType = response?.value(forHTTPHeaderField: "Content-Type") ?? ""
    text = String(decoding: data, as: UTF8.self)
    var values: [String: Double] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      guard let space = line.lastIndex(of: " ") else { continue }
      values[String(line[..<space])] = Double(line[line.index(after: space)...])
    }
    self.values = values
  }

  /// Scrapes until something is so.
  static func until(
    _ server: TestServer, _ isSo: (Scrape) -> Bool
  ) async throws -> Scrape {
    while true {
      let scrape = try await Scrape(server)
      if isSo(scrape) { return scrape }
    }
  }

  subscript(name: String) -> Double? { values[name] }

  /// The series of a family.
  func series(_ name: String) -> [String: Double] {
    values.filter { $0.key.hasPrefix(name + "{") }
  }
}

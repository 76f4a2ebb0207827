internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Fetches a key set by HTTP, within bounds.
package struct KeyFetch: Sendable {
  /// What was fetched.
  struct Found: Sendable {
    var text: String
    /// How long it is good for, in seconds, as `Cache-Control` says; nil: it does not.
    var maxAge: Int?
  }

  /// Bytes of a set at most.
  package static let bytesMax = 1_048_576
  /// How often a request may be sent elsewhere.
  private static let redirectsMax = 3

  private let url: KeyURL
  private let timeoutMilliseconds: Int64

  /// - Parameter timeoutMilliseconds: for all of it.
  package init(_ url: KeyURL, timeoutMilliseconds: Int64 = 10_000) {
    self.url = url
    self.timeoutMilliseconds = timeoutMilliseconds
  }

  /// - Throws: a `KeyProblem` that says why there is nothing.
  func callAsFunction() async throws(KeyProblem) -> Found {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: .init(connect: .seconds(5), read: .milliseconds(timeoutMilliseconds)))
    configuration.httpVersion = .http1Only
    configuration.connectionPool.retryConnectionEstablishment = false
    // One for each time: keys are asked for rarely, and no connection has to stay open for that.
    let client = HTTPClient(
      eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
    let result = await withinTime { () async -> Result<Found, KeyProblem> in
      do throws(KeyProblem) {
        return .success(try await follow(client))
      } catch {
        return .failure(error)
      }
    }
    // What it still does is cut off; there is nothing that could be lost.
    try? await client.shutdown()
    return try result.get()
  }

  private func withinTime(
    _ fetch: @escaping @Sendable () async -> Result<Found, KeyProblem>
  ) async -> Result<Found, KeyProblem> {
    await withTaskGroup(of: Result<Found, KeyProblem>.self) { group in
      group.addTask { await fetch() }
      group.addTask { [timeoutMilliseconds] in
        try? await Task.sleep(for: .milliseconds(timeoutMilliseconds))
        return .failure(KeyProblem("there is no answer after \(timeoutMilliseconds) ms"))
      }
      defer { group.cancelAll() }
      return await group.next() ?? .failure(KeyProblem("nobody asked"))
    }
  }

  private func follow(_ client: HTTPClient) async throws(KeyProblem) -> Found {
    var url = url
    for _ in 0...Self.redirectsMax {
      let response = try await head(url, client)
      switch response.status.code {
      case 200: return try await found(response)
      case 301, 302, 303, 307, 308:
        guard let location = response.headers.first(name: "location") else {
          throw KeyProblem("it is sent on to nowhere")
        }
        url = try url.redirected(to: location)
      case let code: throw KeyProblem("the answer is \(code)")
      }
    }
    throw KeyProblem("it is sent on more than \(Self.redirectsMax) times")
  }

  private func head(
    _ url: KeyURL, _ client: HTTPClient
  ) async throws(KeyProblem) -> HTTPClientResponse {
    var request = HTTPClientRequest(url: url.text)
    request.headers.add(name: "accept", value: "application/jwk-set+json, application/json")
    request.headers.add(name: "user-agent", value: "reportwire")
    do {
      return try await client.execute(
        request, timeout: .milliseconds(timeoutMilliseconds))
    } catch {
      throw KeyProblem("it cannot be reached: \(error)")
    }
  }

  private func found(_ response: HTTPClientResponse) async throws(KeyProblem) -> Found {
    let body: ByteBuffer
    do {
      body = try await response.body.collect(upTo: Self.bytesMax)
    } catch is NIOTooManyBytesError {
      throw KeyProblem("it has more than \(Self.bytesMax) bytes")
    } catch {
      throw KeyProblem("it cannot be read to its end: \(error)")
    }
    guard let text = String(validating: body.readableBytesView, as: UTF8.self) else {
      throw KeyProblem("it is not UTF-8")
    }
    return Found(text: text, maxAge: Self.maxAge(response.headers[canonicalForm: "cache-control"]))
  }

  /// RFC 9111, section 5.2.2. What must not be kept is good for no time.
  static func maxAge(_ values: [Substring]) -> Int? {
    var age: Int?
    for value in values {
      let parts = value.lowercased().split(separator: "=", maxSplits: 1)
      switch parts.first {
      case "no-store", "no-cache": return 0
      case "max-age":
        let digits = parts.last?.filter { $0 != "\"" } ?? ""
        // The shortest of several; one that is longer than a number can say is long.
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
          continue
        }
        age = min(age ?? .max, Int(digits) ?? .max)
      default: continue
      }
    }
    return age
  }
}

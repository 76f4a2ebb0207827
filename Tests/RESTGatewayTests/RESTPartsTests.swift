import HTTPTypes
import ProtobufWire
import RPCCore
import RPCServing
import ReportAPI
import Testing

@testable import RESTGateway

@Suite("The parts of REST")
struct RESTPartsTests {
  static let bindings = RESTBindings(RESTService().router)

  /// The method and the values of the path's variables.
  @Test(arguments: [
    ("/report/v1/reports", "list", []), ("/report/v1/report/r-1", "get", ["r-1"]),
    ("/report/v1/report/a%2Fb", "get", ["a/b"]), ("/report/v1/report/a+b", "get", ["a+b"]),
    ("/report/v1/report/%C3%A9", "get", ["é"]), ("/report/v1/report/e%CC%81", "get", ["e\u{301}"]),
    ("/report/v1/%72eport/r", "get", ["r"]),
    ("/report/v1/report/r/download_url", "get_download_url", ["r"]),
  ])
  func `A path is found by its decoded names`(
    _ path: String, _ name: String, _ values: [String]
  ) throws {
    let match = try #require(try Self.bindings.match(path))
    #expect(match.bindings[.get]?.entry.descriptor.name == name)
    #expect(match.values.map { Array($0.utf8) } == values.map { Array($0.utf8) })
  }

  @Test(arguments: [
    "", "/", "report/v1/reports", "/report/v1/reports/", "//report/v1/reports",
    "/report/v1/report/",
    "/report/v1/report", "/report/v2/reports", "/Report/v1/reports", "/report/v1/report/a/b/c",
    String(repeating: "/a", count: 5000),
  ])
  func `Anything else is none`(_ path: String) throws {
    #expect(try Self.bindings.match(path) == nil)
  }

  @Test(arguments: ["/report/v1/report/%", "/report/v1/report/%zz", "/report/v1/report/%ff"])
  func `A variable that cannot be read is refused`(_ path: String) {
    let error = #expect(throws: RPCError.self) { try Self.bindings.match(path) }
    #expect(error?.code == .invalidArgument)
  }

  @Test func `Every binding of the method table is found`() throws {
    for method in RESTService().router.methods {
      for rule in method.httpRules {
        let match = try #require(
          try Self.bindings.match(rule.path.replacing(/\{[a-z_]+\}/, with: "x")))
        let binding = try #require(match.bindings[rule.verb])
        #expect(binding.entry.descriptor.fullName == method.fullName)
        #expect(binding.rule == rule)
      }
    }
  }

  @Test func `A query is items with plus signs as spaces`() throws {
    let match = try #require(try Self.bindings.match("/report/v1/reports"))
    let binding = try #require(match.bindings[.get])
    let request = try match.request(binding, query: "a=b+c%2B&d&=e&&f=g=h", body: [])
    #expect(
      request.query == [
        FieldText("a", "b c+"), FieldText("d", ""), FieldText("", "e"), FieldText("f", "g=h"),
      ])
    #expect(throws: RPCError.self) { try match.request(binding, query: "a=%f", body: []) }
  }

  @Test(
    arguments: [
      (nil, 1.0), ("", 0), ("*/*", 1), ("application/*;q=0.5", 0.5), ("Application/JSON", 1),
      ("text/html, application/json ; q=0.25", 0.25), ("application/json;q=0, */*", 0),
      ("text/*", 0),
      ("application/json;charset=utf-8", 1), ("application/json;q=x", 1),
    ] as [(String?, Double)])
  func `The closest of the media types decides`(_ accept: String?, _ quality: Double) {
    #expect(Preferences(accept).quality(ofMedia: "application/json") == quality)
  }

  @Test(
    arguments: [
      ("grpc-timeout", "2S", 2_000_000_000), ("grpc-timeout", "0m", 0),
      ("grpc-timeout", "99999999H", .max),
      ("x-timeout-seconds", "2", 2_000_000_000), ("x-timeout-seconds", "0.25", 250_000_000),
      ("x-timeout-seconds", "0.000000001", 1),
      ("x-timeout-seconds", "999999999", 999_999_999_000_000_000),
      ("grpc-timeout", "", nil), ("grpc-timeout", "S", nil), ("grpc-timeout", "1x", nil),
      ("grpc-timeout", "123456789S", nil), ("x-timeout-seconds", "", nil),
      ("x-timeout-seconds", "-1", nil),
      ("x-timeout-seconds", "1e3", nil), ("x-timeout-seconds", ".5", nil),
      ("x-timeout-seconds", "1.", nil),
      ("x-timeout-seconds", "1234567890", nil), ("x-timeout-seconds", "0.0000000001", nil),
    ] as [(String, String, Int64?)])
  func `A timeout is read, or refused`(_ name: String, _ text: String, _ wanted: Int64?) throws {
    var headers: HTTPFields = [:]
    headers[try #require(HTTPField.Name(name))] = text
    if let wanted {
      #expect(try RequestTimeout.nanoseconds(headers) == wanted)
    } else {
      #expect(throws: RPCError.self) { try RequestTimeout.nanoseconds(headers) }
    }
  }

  @Test func `The shorter timeout counts, and none is none`() throws {
    var headers: HTTPFields = [:]
    #expect(try RequestTimeout.nanoseconds(headers) == nil)
    headers[try #require(HTTPField.Name("x-timeout-seconds"))] = "1"
    headers[try #require(HTTPField.Name("grpc-timeout"))] = "2S"
    #expect(try RequestTimeout.nanoseconds(headers) == 1_000_000_000)
  }

  @Test(arguments: [0, 1, 65_536, 65_537, 300_000])
  func `What is compressed is had again`(_ count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
    let compressed = try #require(Gzip.compressed(bytes))
    #expect(try Gzip.decompressed(compressed, bytesMax: count) == bytes)
    #expect(try Gzip.decompressed(compressed + compressed, bytesMax: 2 * count) == bytes + bytes)
    if count > 0 {
      #expect(throws: Gzip.Failure.tooLong) {
        try Gzip.decompressed(compressed, bytesMax: count - 1)
      }
    }
    #expect(throws: Gzip.Failure.broken) {
      try Gzip.decompressed(compressed.dropLast(), bytesMax: count + 1)
    }
    #expect(throws: Gzip.Failure.broken) {
      try Gzip.decompressed(compressed + [1], bytesMax: count + 1)
    }
  }

  @Test(arguments: StatusCode.all)
  func `Every code has a status`(_ code: StatusCode) {
    let wanted: [Int] = [
      200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401,
    ]
    #expect(HTTPFailure(RPCError(code, message: "")).status.code == wanted[Int(code.rawValue)])
  }
}

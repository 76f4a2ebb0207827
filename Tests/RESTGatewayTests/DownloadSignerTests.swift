import ReportCore
import ReportwireTestKit
import Testing

@testable import RESTGateway

@Suite("Signed URLs")
struct DownloadSignerTests {
  private let clock = FakeClock()

  private func signer(
    _ key: SigningKey = Gateway.key(1), former: [DownloadSigner.FormerKey] = [],
    lifetime: Duration = .seconds(900), base: String = "http://127.0.0.1:8080"
  ) -> DownloadSigner {
    DownloadSigner(key: key, formerKeys: former, lifetime: lifetime, clock: clock) { base }
  }

  private func ticket(
    _ signer: DownloadSigner, domain: String = "d", report: String = "r", format: String = "csv"
  ) throws -> DownloadTicket {
    let url = signer.url(
      domainID: domain, reportID: report, format: ReportFormat(rawValue: format))
    let target = try #require(url.firstRange(of: "/artifacts/").map { url[$0.lowerBound...] })
    let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
    return try #require(DownloadTicket(path: parts[0], query: parts[1]))
  }

  @Test func `The signature is the HMAC of RFC 2104 over a message of known form`() throws {
    let ticket = try ticket(signer())
    let message = "reportwire download 1\n1:d\n1:r\n3:csv\n10:1800000900\n8:" + ticket.keyID
    #expect(String(decoding: ticket.message, as: UTF8.self) == message)
    // As Python's hmac module has it, for a key of 32 bytes 0x01.
    #expect(ticket.keyID == "cabf5820")
    #expect(ticket.signature == "jEskxTBOxJ_mmy-0azXRjuzXWnlwdAseZmm-ha_E54M")
  }

  @Test(arguments: ["http://h:1", "http://h:1/", "http://h:1//"])
  func `The URL starts with the public one`(_ base: String) {
    let url = signer(base: base).url(domainID: "d", reportID: "r", format: .csv)
    #expect(url.hasPrefix("http://h:1/artifacts/d/r/csv?expires=1800000900&key="))
  }

  @Test(arguments: ["a/b", "..", "a b", "é", "a?b#c", "%2F", "a&b=c", "\u{0}"])
  func `Any id goes through a URL`(_ id: String) throws {
    let signer = signer()
    let ticket = try ticket(signer, domain: id, report: id, format: id)
    #expect([ticket.domainID, ticket.reportID, ticket.format.rawValue] == [id, id, id])
    #expect(signer.verdict(on: ticket) == .good)
  }

  @Test func `A URL is good until the second of its expiry, not in it`() throws {
    let signer = signer()
    let ticket = try ticket(signer)
    clock.advance(by: .seconds(900) - .nanoseconds(1))
    #expect(signer.verdict(on: ticket) == .good)
    clock.advance(by: .nanoseconds(1))
    #expect(signer.verdict(on: ticket) == .expired)
  }

  @Test func `A lifetime is rounded up to whole seconds`() throws {
    #expect(try ticket(signer(lifetime: .milliseconds(1))).expires == "1800000001")
    clock.advance(by: .milliseconds(1))
    #expect(try ticket(signer()).expires == "1800000901")
  }

  @Test func `What is changed is foreign`() throws {
    let signer = signer()
    let good = try ticket(signer, domain: "ab", report: "c")
    let changes: [(inout DownloadTicket) -> Void] = [
      { $0.domainID = "aB" }, { $0.reportID = "d" }, { $0.format = .json },
      { $0.expires = "1800000901" }, { $0.expires = "01800000900" }, { $0.expires = "" },
      { $0.keyID = "00000000" }, { $0.keyID = "" }, { $0.signature = "" },
      { $0.signature.removeLast() }, { $0.signature += "A" },
      {
        $0.domainID = "a"
        $0.reportID = "bc"
      },
    ]
    for change in changes {
      var ticket = good
      change(&ticket)
      #expect(signer.verdict(on: ticket) == .foreign, "\(ticket)")
    }
    for index in good.signature.indices {
      for other in ["A", "B", "_", "="] where other != String(good.signature[index]) {
        var ticket = good
        ticket.signature.replaceSubrange(index...index, with: other)
        #expect(signer.verdict(on: ticket) == .foreign)
      }
    }
  }

  @Test func `A changed URL that has expired is foreign, not expired`() throws {
    let signer = signer()
    var ticket = try ticket(signer)
    ticket.reportID = "s"
    clock.advance(by: .seconds(1000))
    #expect(signer.verdict(on: ticket) == .foreign)
  }

  @Test func `URLs of a former key stay good, those of a stranger's are none`() throws {
    let old = try ticket(signer(Gateway.key(1)))
    #expect(signer(Gateway.key(2), former: [.init(Gateway.key(1))]).verdict(on: old) == .good)
    #expect(signer(Gateway.key(2)).verdict(on: old) == .foreign)
  }

  @Test func `A key that changes signs no more, and is known until its last URL expires`() throws {
    let signer = signer(Gateway.key(1))
    let old = try ticket(signer)
    let until = Instant(secondsSinceEpoch: 1_800_000_000 + 900)
    signer.change(
      to: Gateway.key(2), formerKeys: [.init(Gateway.key(1), until: until)])
    let new = try ticket(signer)
    #expect(new.keyID != old.keyID)
    #expect(signer.verdict(on: old) == .good)
    #expect(signer.verdict(on: new) == .good)
    // Whoever stole the old key makes a URL that is good for longer than any that it signed.
    let stolen = try ticket(self.signer(Gateway.key(1), lifetime: .seconds(86_400)))
    #expect(signer.verdict(on: stolen) == .good)
    clock.advance(by: .seconds(900))
    #expect(signer.verdict(on: stolen) == .foreign)
    #expect(try signer.verdict(on: ticket(signer)) == .good)
  }

  @Test func `A secret that can be guessed is refused`() {
    #expect(SigningKey(secret: Array(repeating: 1, count: SigningKey.bytesMin - 1)) == nil)
    #expect(SigningKey.randomSecret().count == SigningKey.bytesMin)
    #expect(SigningKey.randomSecret() != SigningKey.randomSecret())
  }

  @Test(arguments: [
    "expires=1&key=a", "expires=1&key=a&signature=s&key=a", "expires=1&key=a&signature=s&key=b",
    "expires=1&key=a&signature=s&%6bey=a", "", "&", "=", "Expires=1&key=a&signature=s",
    "expires=1&key=a&signature=%", "expires=1&key=%FF&signature=s",
    // A Kelvin sign, which Swift's strings hold to be a K, and a key of it.
    "expires=1&%E2%84%AAey=a&signature=s",
  ])
  func `A query that lacks a part or has one twice or badly escaped is none`(_ query: String) {
    #expect(DownloadTicket(path: "/artifacts/d/r/csv", query: query) == nil)
  }

  @Test(arguments: [
    "expires=1&key=a-b&signature=s", "signature=s&key=a-b&expires=1",
    "expires=1&key=a-b&signature=s&", "&&expires=1&key=a-b&signature=s",
    "expires=1&key=a%2Db&signature=%73", "e%78pires=1&key=a-b&signature=s",
    "expires=1&key=a-b&signature=s&token=J.W.T", "expires=1&key=a-b&signature=s?token=J.W.T",
    "token=J.W.T&expires=1&key=a-b&signature=s&x&=&y=&=z", "%FF=1&expires=1&key=a-b&signature=s",
  ])
  func `What programs do to a query, and what they put beside it, does not matter`(
    _ query: String
  ) throws {
    let ticket = try #require(DownloadTicket(path: "/artifacts/d/r/csv", query: query))
    #expect([ticket.expires, ticket.keyID, ticket.signature] == ["1", "a-b", "s"])
  }

  @Test(arguments: ["%", "%2", "%zz", "%FF", "%C3", "d%"])
  func `A path that is badly escaped is none`(_ part: String) {
    #expect(
      DownloadTicket(path: "/artifacts/\(part)/r/csv", query: "expires=1&key=a&signature=s") == nil)
  }
}

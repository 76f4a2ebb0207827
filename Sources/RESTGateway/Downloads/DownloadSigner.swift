package import ReportCore
private import Synchronization

/// Makes download URLs and knows its own again. A URL is good for one format of one report, from
/// its making to its expiry, for whoever has it. The key that signs may change while it works.
package final class DownloadSigner: Sendable {
  /// A key that signed before; its URLs stay good until they expire.
  package struct FormerKey: Sendable {
    let key: SigningKey
    /// When the last of its URLs has expired: whoever learnt the key can make no more from then on.
    let until: Instant?

    /// - Parameter until: nil: as long as it is given.
    package init(_ key: SigningKey, until: Instant? = nil) {
      self.key = key
      self.until = until
    }
  }

  enum Verdict: Hashable {
    case good
    case expired
    /// Not signed by this server, or changed since.
    case foreign
  }

  private let keys: Mutex<(current: SigningKey, former: [FormerKey])>
  private let lifetime: Duration
  private let clock: any EngineClock
  private let publicURL: @Sendable () -> String

  /// - Parameters:
  ///   - key: signs.
  ///   - formerKeys: signed before.
  ///   - lifetime: of a URL, rounded up to a whole second.
  ///   - publicURL: where readers reach this server, such as `https://reports.example.org`, with or
  ///     without a slash at the end. Asked for each URL, since a port may be known only later.
  package init(
    key: SigningKey, formerKeys: [FormerKey] = [], lifetime: Duration = .seconds(900),
    clock: any EngineClock, publicURL: @escaping @Sendable () -> String
  ) {
    keys = Mutex((key, formerKeys))
    self.lifetime = lifetime
    self.clock = clock
    self.publicURL = publicURL
  }

  /// Signs with another key from now on.
  package func change(to key: SigningKey, formerKeys: [FormerKey]) {
    keys.withLock { $0 = (key, formerKeys) }
  }

  /// A URL for one format of a report.
  package func url(domainID: String, reportID: String, format: ReportFormat) -> String {
    let key = keys.withLock { $0.current }
    var ticket = DownloadTicket(
      domainID: domainID, reportID: reportID, format: format,
      expires: "\(Self.wholeSeconds(clock.now.advanced(by: lifetime)))", keyID: key.id)
    ticket.signature = key.signature(of: ticket.message)
    var base = publicURL()
    while base.hasSuffix("/") { base.removeLast() }
    return base + ticket.target
  }

  /// The signature is looked at first: only the holder of a true URL learns that it has expired.
  func verdict(on ticket: DownloadTicket) -> Verdict {
    let now = clock.now
    let known = keys.withLock { keys in
      [keys.current] + keys.former.filter { $0.until.map { now < $0 } ?? true }.map(\.key)
    }
    guard let key = known.first(where: { $0.id == ticket.keyID }),
      Self.isEqual(key.signature(of: ticket.message), ticket.signature),
      let expires = Int64(ticket.expires)
    else { return .foreign }
    return now < Instant(secondsSinceEpoch: expires) ? .good : .expired
  }

  /// Rounded up, so that no URL lives shorter than promised.
  private static func wholeSeconds(_ instant: Instant) -> Int64 {
    instant.secondsSinceEpoch + (instant.nanosecond > 0 ? 1 : 0)
  }

  /// Takes the same time wherever the texts differ.
  private static func isEqual(_ left: String, _ right: String) -> Bool {
    guard left.utf8.count == right.utf8.count else { return false }
    return zip(left.utf8, right.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}

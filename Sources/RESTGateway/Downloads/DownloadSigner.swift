package import ReportCore

/// Makes download URLs and knows its own again. A URL is good for one format of one report, from
/// its making to its expiry, for whoever has it.
package struct DownloadSigner: Sendable {
  enum Verdict: Hashable {
    case good
    case expired
    /// Not signed by this server, or changed since.
    case foreign
  }

  private let key: SigningKey
  private let formerKeys: [SigningKey]
  private let lifetime: Duration
  private let clock: any EngineClock
  private let publicURL: @Sendable () -> String

  /// - Parameters:
  ///   - key: signs.
  ///   - formerKeys: their URLs stay good until they expire.
  ///   - lifetime: of a URL, rounded up to a whole second.
  ///   - publicURL: where readers reach this server, such as `https://reports.example.org`, with or
  ///     without a slash at the end. Asked for each URL, since a port may be known only later.
  package init(
    key: SigningKey, formerKeys: [SigningKey] = [], lifetime: Duration = .seconds(900),
    clock: any EngineClock, publicURL: @escaping @Sendable () -> String
  ) {
    self.key = key
    self.formerKeys = formerKeys
    self.lifetime = lifetime
    self.clock = clock
    self.publicURL = publicURL
  }

  /// A URL for one format of a report.
  package func url(domainID: String, reportID: String, format: ReportFormat) -> String {
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
    guard let key = ([key] + formerKeys).first(where: { $0.id == ticket.keyID }),
      Self.isEqual(key.signature(of: ticket.message), ticket.signature),
      let expires = Int64(ticket.expires)
    else { return .foreign }
    return clock.now < Instant(secondsSinceEpoch: expires) ? .good : .expired
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

import ReportCore
internal import Texts

/// What a download URL says: `/artifacts/<domain>/<report>/<format>?expires=&key=&signature=`.
struct DownloadTicket: Hashable {
  static let prefix = "/artifacts/"

  /// What the query of a ticket holds.
  private enum Item: String, CaseIterable {
    case expires, key, signature

    /// Byte by byte: a Kelvin sign is no k.
    init?(bytes text: String) {
      guard let item = Self.allCases.first(where: { $0.rawValue.isExactly(text) })
      else { return nil }
      self = item
    }
  }

  var domainID: String
  var reportID: String
  var format: ReportFormat
  /// Seconds since 1970, as written: what was signed is the text.
  var expires: String
  var keyID: String
  var signature = ""

  init(
    domainID: String, reportID: String, format: ReportFormat, expires: String, keyID: String
  ) {
    self.domainID = domainID
    self.reportID = reportID
    self.format = format
    self.expires = expires
    self.keyID = keyID
  }

  /// Whether a path has the parts of a ticket, whatever they say.
  static func isPath(_ path: String) -> Bool {
    components(path) != nil
  }

  /// Reads a request. nil unless each part is there once and well written.
  ///
  /// Percent escapes are undone, since some programs escape what need not be. Other items are none
  /// of this server's business: callers append `&token=...` to any URL they hold, some of them with
  /// a second question mark, which no part of a ticket can hold.
  init?(path: String, query: String?) {
    guard let parts = Self.components(path),
      let domainID = PercentCoding.decoded(parts[0]),
      let reportID = PercentCoding.decoded(parts[1]),
      let format = PercentCoding.decoded(parts[2])
    else { return nil }
    var values: [Item: String] = [:]
    for item in (query ?? "").utf8.split(whereSeparator: { "&?".utf8.contains($0) }) {
      let name = item.prefix { $0 != UInt8(ascii: "=") }
      guard let key = PercentCoding.decoded(Substring(name)).flatMap(Item.init(bytes:)) else {
        continue
      }
      guard let value = PercentCoding.decoded(Substring(item.dropFirst(name.count + 1))),
        values.updateValue(value, forKey: key) == nil
      else { return nil }
    }
    guard let expires = values[.expires], let keyID = values[.key],
      let signature = values[.signature]
    else { return nil }
    self.domainID = domainID
    self.reportID = reportID
    self.format = ReportFormat(rawValue: format)
    self.expires = expires
    self.keyID = keyID
    self.signature = signature
  }

  /// The path and query of a URL.
  var target: String {
    let path = [domainID, reportID, format.rawValue].map(PercentCoding.encoded)
      .joined(separator: "/")
    return "\(Self.prefix)\(path)?expires=\(expires)&key=\(keyID)&signature=\(signature)"
  }

  /// What is signed: each part behind its length, so that no two tickets read alike.
  var message: [UInt8] {
    var message = Array("reportwire download 1".utf8)
    for part in [domainID, reportID, format.rawValue, expires, keyID] {
      message.append(contentsOf: "\n\(part.utf8.count):".utf8)
      message.append(contentsOf: part.utf8)
    }
    return message
  }

  private static func components(_ path: String) -> [Substring]? {
    guard path.hasPrefix(prefix) else { return nil }
    let parts = path.dropFirst(prefix.count).split(
      separator: "/", omittingEmptySubsequences: false)
    return parts.count == 3 && parts.allSatisfy { !$0.isEmpty } ? parts : nil
  }
}

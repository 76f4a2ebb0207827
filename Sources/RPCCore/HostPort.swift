internal import Texts

/// A host and a port, as addresses and URLs have them: `reports.example.org:443`, `[::1]:8080`.
package struct HostPort: Hashable, Sendable {
  /// Why a text is none; goes on after what names the text and a colon.
  package enum Malformed: String, Error {
    case portMissing = "the port is missing"
    case portNumber = "the port must be a number up to 65535"
    case brackets = "write an IPv6 address in brackets"
    case hostMissing = "the host is missing"
    case hostCharacters = "the host has characters that no host has"
  }

  /// A name or number, IPv6 without brackets.
  package var host: String
  package var port: Int

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Reads `HOST:PORT` or `[IPv6]:PORT`.
  ///
  /// - Parameter defaultPort: of a text without one; nil: every text must have one.
  package init(_ text: Substring, defaultPort: Int? = nil) throws(Malformed) {
    let closing = text.hasPrefix("[") ? text.firstIndex(of: "]") : nil
    let colon = text.lastIndex(of: ":").flatMap { $0 < closing ?? text.startIndex ? nil : $0 }
    if let colon {
      let digits = text[text.index(after: colon)...]
      guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits) else {
        throw .portNumber
      }
      self.port = Int(port)
    } else {
      guard let defaultPort else { throw .portMissing }
      port = defaultPort
    }
    var host = text[..<(colon ?? text.endIndex)]
    if closing != nil {
      guard host.hasSuffix("]"), host.contains(":") else { throw .brackets }
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      throw .brackets
    }
    guard !host.isEmpty else { throw .hostMissing }
    let isHost = host.unicodeScalars.allSatisfy { scalar in
      !scalar.isObeyed && !scalar.properties.isWhitespace
        && !"/?#@[]".unicodeScalars.contains(scalar)
    }
    guard isHost else { throw .hostCharacters }
    self.host = String(host)
  }
}

extension HostPort: CustomStringConvertible {
  /// `HOST:PORT`; `init` reads it back.
  package var description: String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}

import ProtobufWire
import RPCCore

/// The parts of an `http` or `https` URL that a request needs.
struct DownloadURL: Hashable {
  let isSecure: Bool
  let address: HostPort
  /// Path and query, as they go into the request line.
  private(set) var target: String

  /// - Throws: `INVALID_ARGUMENT` saying what is wrong.
  init(_ text: String) throws(RPCError) {
    let scheme = ["https://", "http://"].first { text.hasPrefix($0) }
    guard let scheme else { throw Self.wrong("it must begin with http:// or https://") }
    isSecure = scheme == "https://"
    let rest = text.dropFirst(scheme.count)
    let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
    let path = rest[end...].prefix { $0 != "#" }
    // Spaces and control characters would split the request line.
    guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
      throw Self.wrong("its path must be percent-encoded")
    }
    target = path.hasPrefix("/") ? String(path) : "/\(path)"
    do throws(HostPort.Malformed) {
      address = try HostPort(rest[..<end], defaultPort: isSecure ? 443 : 80)
    } catch {
      throw Self.wrong(error.rawValue)
    }
  }

  /// Where a redirect leads.
  ///
  /// - Throws: `FAILED_PRECONDITION` for another host, and from `https` to `http`.
  func redirected(to location: String) throws(RPCError) -> DownloadURL {
    var other = self
    if location.hasPrefix("//") {
      other = try DownloadURL((isSecure ? "https:" : "http:") + location)
    } else if location.hasPrefix("/") {
      other = try DownloadURL(origin + location)
    } else if ["https://", "http://"].contains(where: location.hasPrefix) {
      other = try DownloadURL(location)
    } else {
      let folder = target.prefix { $0 != "?" }.reversed().drop { $0 != "/" }.reversed()
      other = try DownloadURL(origin + String(folder) + location)
    }
    guard other.address.host.lowercased().isByteEqual(to: address.host.lowercased()) else {
      throw .downloadRedirected(self, "leads to another host, \(other.origin)")
    }
    guard other.isSecure || !isSecure else {
      throw .downloadRedirected(self, "leads from https to http")
    }
    return other
  }

  /// Scheme, host, and port if it is not the scheme's own.
  var origin: String {
    let text = address.description
    let own = isSecure ? ":443" : ":80"
    let authority = address.port == (isSecure ? 443 : 80) ? String(text.dropLast(own.count)) : text
    return (isSecure ? "https://" : "http://") + authority
  }

  /// The URL as a request needs it.
  var text: String { origin + target }

  /// The URL without its query, which holds the signature: for messages.
  var publicText: String { origin + target.prefix { $0 != "?" } }

  private static func wrong(_ reason: String) -> RPCError {
    RPCError(
      .invalidArgument, reason: "ERROR_INVALID_URL",
      message: "The download URL cannot be used: \(reason).")
  }
}

import RPCCore

/// The parts of an `http` URL that a request needs.
struct DownloadURL: Hashable {
  let address: HostPort
  /// Path and query, as they go into the request line.
  let target: String

  /// - Throws: `INVALID_ARGUMENT` saying what is wrong.
  init(_ text: String) throws(RPCError) {
    guard text.hasPrefix("http://") else {
      throw Self.wrong(
        text.hasPrefix("https://")
          ? "https is not spoken here: fetch it with a web client such as curl"
          : "it must begin with http://")
    }
    let rest = text.dropFirst("http://".count)
    let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
    let path = rest[end...].prefix { $0 != "#" }
    // Spaces and control characters would split the request line.
    guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
      throw Self.wrong("its path must be percent-encoded")
    }
    target = path.hasPrefix("/") ? String(path) : "/\(path)"

    do throws(HostPort.Malformed) {
      address = try HostPort(rest[..<end], defaultPort: 80)
    } catch {
      throw Self.wrong(error.rawValue)
    }
  }

  /// `host:port` as the Host field has it.
  var authority: String {
    let text = address.description
    return address.port == 80 ? String(text.dropLast(":80".utf8.count)) : text
  }

  /// The URL without its query, which holds the signature: for messages.
  var publicText: String {
    "http://\(authority)\(target.prefix { $0 != "?" })"
  }

  private static func wrong(_ reason: String) -> RPCError {
    RPCError(
      .invalidArgument, reason: "ERROR_INVALID_URL",
      message: "The download URL cannot be used: \(reason).")
  }
}

internal import Foundation

/// Where a key set is published: `https`, or `http` on this machine.
package struct KeyURL: Sendable, Hashable {
  package let text: String
  private let url: URL

  /// Whether somebody meant a URL, good or not.
  package static func isMeant(_ text: String) -> Bool {
    let text = text.lowercased()
    return text.hasPrefix("https://") || text.hasPrefix("http://")
  }

  /// - Throws: a `KeyProblem` if keys cannot be fetched there, or must not be.
  package init(_ text: String) throws(KeyProblem) {
    guard text.utf8.count <= 2048, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }),
      let url = URL(string: text), let host = url.host(percentEncoded: false), !host.isEmpty
    else { throw KeyProblem("it is no URL such as https://issuer.example.com/jwks.json") }
    guard url.user == nil, url.password == nil else {
      throw KeyProblem("a URL of keys must hold no user and no password")
    }
    switch url.scheme?.lowercased() {
    case "https": break
    case "http" where Self.isLoopback(host): break
    default:
      throw KeyProblem(
        "keys are fetched by https, or by http from this machine: who can change them "
          + "on their way can be anybody")
    }
    self.text = text
    self.url = url
  }

  /// Where a redirect leads, which has the scheme that this has.
  func redirected(to location: String) throws(KeyProblem) -> KeyURL {
    guard let target = URL(string: location, relativeTo: url)?.absoluteURL else {
      throw KeyProblem("it is sent on to no URL")
    }
    guard target.scheme?.lowercased() == url.scheme?.lowercased() else {
      throw KeyProblem("it is sent on to another scheme, which is not followed")
    }
    return try KeyURL(target.absoluteString)
  }

  private static func isLoopback(_ host: String) -> Bool {
    let host = host.lowercased()
    if host == "localhost" || host == "::1" || host == "[::1]" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}

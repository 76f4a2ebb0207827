private import Foundation
private import ProtobufWire

/// The tokens that `reportwire login` keeps for the user, by the address of the server. The file is
/// for its owner alone.
package struct SavedTokens: Sendable {
  private static let fileBytesMax = 1_048_576
  private static let what = "the file of tokens"

  /// `$XDG_CONFIG_HOME/reportwire/tokens.json`, or below `~/.config`.
  package let path: String

  package init(environment: [String: String]) {
    let given = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    path = "\(given ?? NSHomeDirectory() + "/.config")/reportwire/tokens.json"
  }

  /// The token for a server; nil if there is none.
  package func token(for address: String) throws(Problems) -> String? {
    let text = try PrivateFile.read(path, bytesMax: Self.fileBytesMax, Self.what)
    guard case .string(let token)? = try tokens(in: text)[address]?.kind else { return nil }
    return token
  }

  /// Keeps a token for a server; nil: none any more.
  package func save(_ token: String?, for address: String) throws(Problems) {
    do {
      try FileManager.default.createDirectory(
        atPath: TextFile.folder(of: path), withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    } catch {
      throw Problems(path, "the folder cannot be made: \(error.localizedDescription)")
    }
    try PrivateFile.change(path, bytesMax: Self.fileBytesMax, Self.what) {
      (text) throws(Problems) in
      var tokens = try tokens(in: text)
      tokens[address] = token.map { Value(.string($0)) }
      do throws(WireError) {
        return try tokens.json() + "\n"
      } catch {
        throw Problems(path, "the token cannot be written as JSON: \(error)")
      }
    }
  }

  private func tokens(in text: String?) throws(Problems) -> Struct {
    guard let text else { return Struct() }
    do throws(WireError) {
      return try Struct(json: text)
    } catch {
      throw Problems(path, "the file is not what 'reportwire login' wrote; remove it: \(error)")
    }
  }
}

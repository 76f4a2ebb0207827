private import Crypto
internal import ProtobufWire
package import RPCCore
private import Synchronization
internal import Texts

/// Somebody who gets tokens for a secret.
package struct OAuthClient: Hashable, Sendable {
  /// UTF-8 bytes of an id or a secret at most.
  package static let textBytesMax = 255

  package var id: String
  package var secret: ClientSecretHash
  /// What its tokens reach; nil: every domain, which needs the role admin.
  package var domainID: String?
  package var role: Permission
  /// What it may ask for, as its tokens carry it.
  package var scopes: [OAuthScope]
  /// Whom it stands for, as a personal access token does; nil: nobody but itself.
  package var user: String?

  package init(
    id: String, secret: ClientSecretHash, domainID: String?, role: Permission,
    scopes: [OAuthScope], user: String?
  ) {
    self.id = id
    self.secret = secret
    self.domainID = domainID
    self.role = role
    self.scopes = scopes
    self.user = user
  }

  /// Tells this client from what it was before any change, and nothing of its secret.
  var fingerprint: String {
    let parts = [
      id, secret.text, domainID.map { "=" + $0 } ?? "", role.name, OAuthScope.text(of: scopes),
      user.map { "=" + $0 } ?? "",
    ]
    return Hex.text(of: SHA256.hash(data: Array(JSONText.array(parts).utf8)).prefix(8))
  }

  /// Whether it may ask for a scope: for its own, and for less than everything if it has that.
  func mayAsk(for scope: OAuthScope) -> Bool { scopes.contains(scope) || scopes.contains(.all) }

  /// Whoever has a token of it.
  ///
  /// - Parameter scopes: the token's; they take away from what its role gives.
  func caller(in scopes: [OAuthScope]) -> Caller {
    let most = scopes.compactMap(\.permission).max()
    return Caller(
      subject: user ?? id, domains: domainID.map { .only($0) } ?? .every,
      roles: most.map { Roles(min(role, $0)) } ?? [], authentication: .token,
      isApplication: user == nil)
  }
}

/// What a token may be used for, whatever its client's role gives.
package enum OAuthScope: String, CaseIterable, Sendable {
  /// All that the role gives.
  case all = "sp:scopes:all"
  /// What needs no permission.
  case standard = "sp:scopes:default"
  /// Looking at reports and fetching them.
  case readReports = "sp:report:read"
  /// That, and making them and calling them off.
  case manageReports = "sp:report:manage"

  /// The scope of a published name, by its bytes.
  package init?(name: String) {
    guard let scope = Self.allCases.first(where: { $0.rawValue.isByteEqual(to: name) }) else {
      return nil
    }
    self = scope
  }

  /// The most that it permits; nil: nothing.
  fileprivate var permission: Permission? {
    switch self {
    case .all: .admin
    case .standard: nil
    case .readReports: .read
    case .manageReports: .run
    }
  }

  /// As tokens carry them (RFC 6749, section 3.3).
  static func text(of scopes: [OAuthScope]) -> String {
    scopes.map(\.rawValue).joined(separator: " ")
  }
}

/// The clients that there are: for those who give them tokens, and for those who look at tokens, so that a
/// token ends with its client.
package final class OAuthClients: Sendable {
  private let clients: Mutex<[UTF8Key: OAuthClient]>
  private let changeCount = Atomic<Int>(0)

  package init(_ clients: [OAuthClient]) {
    self.clients = Mutex(Self.byID(clients))
  }

  /// Knows other clients from now on. Tokens of those that are gone, or that are not as they were, end.
  package func change(to clients: [OAuthClient]) {
    self.clients.withLock { $0 = Self.byID(clients) }
    // Behind the change: whoever has seen the new number finds the new clients.
    changeCount.add(1, ordering: .releasing)
  }

  /// How often they changed. What was found out before it grew may be wrong now.
  var changes: Int { changeCount.load(ordering: .acquiring) }

  func client(_ id: String) -> OAuthClient? { clients.withLock { $0[UTF8Key(id)] } }

  private static func byID(_ clients: [OAuthClient]) -> [UTF8Key: OAuthClient] {
    Dictionary(clients.map { (UTF8Key($0.id), $0) }) { $1 }
  }
}

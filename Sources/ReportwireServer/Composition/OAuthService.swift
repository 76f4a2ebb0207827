package import Authentication
internal import Logging
package import RPCCore
internal import ReportCore
internal import SailPointGateway
internal import ServiceLifecycle
private import Texts

/// Gives tokens to the clients of a file, which is read again when it changes.
struct OAuthService: Service {
  /// Those of the file.
  let clients: OAuthClients
  private let tokens: OAuthTokens
  private let path: String
  private let watch: FileWatch
  private let logger: Logger

  /// - Parameter key: signs them.
  /// - Throws: what is wrong with the file.
  init(
    _ oauth: ServerConfiguration.OAuth, rules: TokenRules, key: OAuthKey, clock: any EngineClock,
    logger: Logger
  ) throws(Problems) {
    path = oauth.clients
    self.logger = logger
    watch = FileWatch([path], clock: clock)
    clients = OAuthClients(try OAuthClientFile(path: path).clients())
    tokens = OAuthTokens(
      clients: clients, key: key, rules: rules,
      lifetimes: oauth.lifetimes, now: { clock.now.secondsSinceEpoch },
      elapsed: { clock.monotonic.nanoseconds / 1_000_000_000 })
  }

  /// Where clients get their tokens.
  var route: TokenRoute {
    TokenRoute { [tokens, logger] request in
      let answer = await tokens.answer(
        request.parameters, basic: request.basic, host: request.host)
      if answer.status != 200 {
        logger.info(
          "token refused", metadata: ["peer_host": "\(request.host)", "answer": "\(answer.body)"])
      }
      return TokenRoute.Answer(
        status: answer.status, body: answer.body, retryAfterSeconds: answer.retryAfterSeconds)
    }
  }

  func run() async {
    await watch.run {
      do throws(Problems) {
        let found = try OAuthClientFile(path: path).clients()
        clients.change(to: found)
        logger.notice("there are other clients", metadata: ["clients": "\(found.count)"])
      } catch {
        logger.error("clients not changed", error)
      }
    }
  }

  /// The key of a data folder that signs the server's own tokens; made if there is none.
  static func key(in folder: DataFolder) async throws(Problems) -> OAuthKey {
    let path = folder.path + "/token-key"
    let what = "the key of the server's tokens"
    var text = try PrivateFile.read(path, bytesMax: 65_536, what)
    do {
      if text == nil {
        let made = try DevelopmentToken.makeKeyPair().privateKey
        try PrivateFile.write(made, to: path, what)
        text = made
      }
      return try await OAuthKey(privateKey: text ?? "")
    } catch let problems as Problems {
      throw problems
    } catch {
      throw Problems(path, "\(error); remove the file to have another made")
    }
  }
}

/// The file of those who get tokens for a secret: a line of YAML for each, which `reportwire client add`
/// appends.
package struct OAuthClientFile {
  package let path: String

  package init(path: String) {
    self.path = path
  }

  /// - Throws: each problem with its line. A file that is not there has no clients.
  package func clients() throws(Problems) -> [OAuthClient] {
    try clients(in: try PrivateFile.read(path, bytesMax: YAMLNode.fileBytesMax, Self.what) ?? "")
  }

  private func clients(in text: String) throws(Problems) -> [OAuthClient] {
    guard let root = try YAMLNode.parse(text, file: path) else { return [] }
    let log = ProblemLog(file: path)
    guard case .mapping(let entries) = root.content else {
      throw Problems(
        path, "it has to be a mapping such as {ID: {secret: HASH, domain: domain-1, role: run}}")
    }
    var clients: [OAuthClient] = []
    for entry in entries {
      if let client = Self.client(entry.key, entry.value, line: entry.line, log) {
        clients.append(client)
      }
    }
    guard log.problems.isEmpty else { throw Problems(log.problems) }
    return clients
  }

  private static func client(
    _ id: String, _ node: YAMLNode, line: Int, _ log: ProblemLog
  ) -> OAuthClient? {
    var reader = YAMLObject(node, "client '\(id)'", log: log)
    let secret = reader.string("secret").flatMap { ClientSecretHash($0) }
    let domainID = reader.string("domain")
    let role =
      reader.choice("role", of: Permission.allCases.map(\.name)).flatMap(Permission.init(name:))
      ?? .run
    let scopes = reader.string("scopes")?.split(separator: " ").map(String.init)
    let user = reader.string("user")
    let isDisabled = reader.boolean("disabled") ?? false
    reader.finish()
    for scope in scopes ?? [] where OAuthScope(name: scope) == nil {
      log.add(
        line: line, "client '\(id)' has the scope \(scope.quoted), which is none of \(scopeNames)")
    }
    if secret == nil {
      log.add(line: line, "client '\(id)' has no secret as 'reportwire client add' writes one")
    }
    if (domainID ?? "").isEmpty, role < .admin {
      log.add(
        line: line,
        "client '\(id)' reaches every domain only as an admin; write {domain: DOMAIN_ID}")
    }
    guard let secret, id.utf8.count <= OAuthClient.textBytesMax,
      (user ?? "").utf8.count <= OAuthClient.textBytesMax, !isDisabled
    else { return nil }
    return OAuthClient(
      id: id, secret: secret, domainID: domainID, role: role,
      scopes: scopes?.compactMap(OAuthScope.init(name:)) ?? [.all], user: user)
  }

  private static let what = "the file of clients"
  private static let scopeNames = OAuthScope.allCases.map(\.rawValue).joined(separator: ", ")

  /// Adds a client with a new secret.
  ///
  /// - Returns: its id, and the secret, which is kept nowhere.
  package func add(
    domainID: String?, role: Permission, user: String?, scopes: [String]
  ) throws(Problems) -> (id: String, secret: String) {
    if domainID == nil, role < .admin {
      throw Problems(
        "--domain", "only an admin reaches every domain; name one, or add --role admin")
    }
    for scope in scopes where OAuthScope(name: scope) == nil {
      throw Problems("--scope", "\(scope.quoted) is none of \(Self.scopeNames)")
    }
    for text in [domainID, user].compactMap({ $0 })
    where !(1...OAuthClient.textBytesMax).contains(text.utf8.count)
      || text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    {
      throw Problems(
        path, "\(text.quoted) cannot be kept: it is empty, too long or holds a control")
    }
    let made: (secret: String, hash: ClientSecretHash)
    do {
      made = try ClientSecretHash.make()
    } catch {
      throw Problems(path, "no secret can be made: \(error)")
    }
    let id = Incident.newID() + Incident.newID()
    var line = "\(id): {secret: \"\(made.hash.text)\", role: \(role.name)"
    for (key, value) in [("domain", domainID), ("user", user)] {
      if let value { line += ", \(key): \(JSONText.string(value))" }
    }
    if !scopes.isEmpty { line += ", scopes: \(JSONText.string(scopes.joined(separator: " ")))" }
    try PrivateFile.change(path, bytesMax: YAMLNode.fileBytesMax, Self.what) {
      (text) throws(Problems) in
      let before = text ?? ""
      // What is there has to be good: else nothing is gained by another line.
      _ = try clients(in: before)
      return before + (before.isEmpty || before.hasSuffix("\n") ? "" : "\n") + line + "}\n"
    }
    return (id, made.secret)
  }
}

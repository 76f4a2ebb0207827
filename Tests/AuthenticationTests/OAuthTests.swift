import ProtobufWire
import RPCCore
import Synchronization
import Testing
import Texts

@testable import Authentication

@Suite(.timeLimit(.minutes(5))) struct OAuthTests {
  /// A clock that a test sets, in seconds.
  private final class Time: Sendable {
    private let seconds = Mutex<Int64>(1_700_000_000)
    var now: Int64 { seconds.withLock { $0 } }
    func pass(_ more: Int64) { seconds.withLock { $0 += more } }
  }

  private let time = Time()
  private let key: OAuthKey
  private let secrets: [String: String]
  private let clients: [OAuthClient]
  private let known: OAuthClients
  private let tokens: OAuthTokens

  init() async throws {
    key = try await OAuthKey(privateKey: DevelopmentToken.makeKeyPair().privateKey)
    var secrets: [String: String] = [:]
    clients = try [("person", "ada"), ("program", nil)].map { id, user in
      let made = try ClientSecretHash.make()
      secrets[id] = made.secret
      return OAuthClient(
        id: id, secret: made.hash, domainID: "domain-1", role: .run,
        scopes: [.all, .readReports], user: user)
    }
    self.secrets = secrets
    known = OAuthClients(clients)
    tokens = Self.tokens(known, key, TokenRules(), time)
  }

  private static func tokens(
    _ clients: OAuthClients, _ key: OAuthKey, _ rules: TokenRules, _ time: Time
  ) -> OAuthTokens {
    OAuthTokens(
      clients: clients, key: key, rules: rules,
      lifetimes: OAuthTokens.Lifetimes(accessSeconds: 750, refreshSeconds: 86_400),
      now: { time.now }, elapsed: { time.now })
  }

  private func ask(
    _ id: String, _ more: [(String, String)] = [], secret: String? = nil, host: String = "h"
  ) async -> OAuthTokens.Answer {
    await tokens.answer(
      [
        ("grant_type", "client_credentials"), ("client_id", id),
        ("client_secret", secret ?? secrets[id] ?? ""),
      ] + more, basic: nil, host: host)
  }

  private func members(_ answer: OAuthTokens.Answer) throws -> Struct {
    try Struct(json: answer.body)
  }

  private func verifier(_ rules: TokenRules = TokenRules()) -> TokenVerifier {
    TokenVerifier(
      keys: [key.tokenKey], rules: rules, clients: known, now: { [time] in Double(time.now) })
  }

  private func caller(of answer: OAuthTokens.Answer) throws -> Caller {
    let verifier = verifier()
    return try verifier.caller(of: try #require(try members(answer).text("access_token")))
  }

  @Test func `A client gets a token that every door believes`() async throws {
    let answer = await ask("person")
    #expect(answer.status == 200)
    let members = try members(answer)
    #expect(members.text("token_type") == "bearer")
    #expect(members["expires_in"] == 750)
    #expect(members.text("scope") == "sp:scopes:all sp:report:read")
    let ada = try caller(of: answer)
    #expect(ada.subject == "ada")
    #expect(ada.domains == .only("domain-1"))
    #expect(ada.roles == .run)
    #expect(!ada.isApplication)

    let program = await ask("program")
    #expect(try self.members(program).text("refresh_token") == nil)
    #expect(try caller(of: program).isApplication)
    time.pass(781)
    #expect(throws: TokenProblem.expired) { try caller(of: program) }
  }

  @Test func `A token may what its role and its scopes both give`() async throws {
    let table: [(Permission, [OAuthScope], String?, Roles)] = [
      (.run, [.all], nil, .run), (.read, [.all], nil, .read), (.admin, [.all], nil, .admin),
      (.admin, [.manageReports], nil, .run), (.admin, [.readReports], nil, .read),
      (.read, [.manageReports], nil, .read), (.run, [.standard], nil, []), (.run, [], nil, []),
      (.run, [.standard, .readReports], nil, .read),
      (.run, [.all], "sp:report:read", .read), (.run, [.all], "sp:scopes:default", []),
      (.manage, [.all], "sp:report:manage sp:report:read", .run),
      (.admin, [.readReports, .manageReports], "sp:report:read sp:report:read", .read),
    ]
    for (role, scopes, asked, roles) in table {
      var client = clients[0]
      (client.role, client.scopes) = (role, scopes)
      if role == .admin { client.domainID = nil }
      known.change(to: [client])
      let caller = try caller(of: await ask("person", asked.map { [("scope", $0)] } ?? []))
      #expect(caller.roles == roles, "\(role) \(scopes) \(asked ?? "")")
      #expect(caller.domains == (role == .admin ? .every : .only("domain-1")))
    }
    var client = clients[0]
    client.scopes = [.readReports]
    known.change(to: [client])
    for scope in [
      "sp:scopes:all", "sp:report:manage", "sp:report:read x", "SP:REPORT:READ",
      String(repeating: "sp:report:read ", count: 18),
    ] {
      #expect(await ask("person", [("scope", scope)]).status == 400, "\(scope)")
    }
  }

  @Test func `A token ends with its client, and with each change of it`() async throws {
    let verifier = verifier()
    let token = try #require(try members(await ask("person")).text("access_token"))
    let changes: [(inout OAuthClient) throws -> Void] = [
      { $0.role = .read }, { $0.domainID = "domain-2" }, { $0.user = nil },
      { $0.scopes = [.all] }, { $0.secret = try ClientSecretHash.make().hash },
    ]
    for change in changes {
      #expect(try verifier.caller(of: token).subject == "ada")
      var client = clients[0]
      try change(&client)
      known.change(to: [client, clients[1]])
      #expect(throws: TokenProblem.unknownClient) { try verifier.caller(of: token) }
      known.change(to: clients)
    }
    #expect(try verifier.caller(of: token).subject == "ada")
    known.change(to: [clients[1]])
    #expect(throws: TokenProblem.unknownClient) { try verifier.caller(of: token) }
    // A server that has no clients signs no tokens.
    let other = TokenVerifier(
      keys: [key.tokenKey], rules: TokenRules(), now: { [time] in Double(time.now) })
    known.change(to: clients)
    #expect(throws: TokenProblem.unknownClient) { try other.caller(of: token) }
  }

  @Test(arguments: ["client_id", "scope", "sid", "iss"])
  func `What the claims of others are called takes nothing from a token`(
    _ name: String
  ) async throws {
    for rules in [
      TokenRules(subjectClaim: name), TokenRules(domainClaim: name), TokenRules(rolesClaim: name),
    ] {
      let tokens = Self.tokens(known, key, rules, time)
      let answer = await tokens.answer(
        [
          ("grant_type", "client_credentials"), ("client_id", "person"),
          ("client_secret", secrets["person"] ?? ""),
        ], basic: nil, host: "h")
      let token = try #require(try members(answer).text("access_token"))
      let ada = try verifier(rules).caller(of: token)
      #expect(
        ada
          == Caller(
            subject: "ada", domains: .only("domain-1"), roles: .run, authentication: .token))
    }
  }

  @Test func `A token is given for Basic too, however its parts are encoded`() async throws {
    let secret = try #require(secrets["person"])
    for text in ["person:\(secret)", "%70erson:\(secret)"] {
      var basic: [UInt8] = []
      basic.appendBase64(Array(text.utf8))
      let answer = await tokens.answer(
        [("grant_type", "client_credentials")], basic: String(decoding: basic, as: UTF8.self),
        host: "h")
      #expect(answer.status == 200)
    }
    for basic in ["", "!", "cGVyc29u"] {
      let answer = await tokens.answer(
        [("grant_type", "client_credentials")], basic: basic, host: "h")
      #expect(answer.status == 401)
    }
  }

  @Test func `Each fault has its error`() async throws {
    let id = ("client_id", "person")
    let secret = ("client_secret", try #require(secrets["person"]))
    let grant = ("grant_type", "client_credentials")
    let table: [([(String, String)], Int, String)] = [
      ([], 400, "invalid_request"), ([id, secret], 400, "invalid_request"),
      ([("grant_type", "password"), id, secret], 400, "unsupported_grant_type"),
      ([grant], 401, "invalid_client"), ([grant, id], 401, "invalid_client"),
      ([grant, id, ("client_secret", "")], 401, "invalid_client"),
      ([grant, id, ("client_secret", "wrong")], 401, "invalid_client"),
      ([grant, ("client_id", "nobody"), secret], 401, "invalid_client"),
      ([grant, ("client_id", "PERSON"), secret], 401, "invalid_client"),
      ([grant, id, ("client_secret", String(repeating: "x", count: 256))], 401, "invalid_client"),
      ([grant, id, secret, id], 400, "invalid_request"),
      ([grant, id, secret, ("scope", "other")], 400, "invalid_scope"),
      ([("grant_type", "refresh_token"), id, secret], 400, "invalid_request"),
      (
        [("grant_type", "refresh_token"), id, secret, ("refresh_token", "x.y.z")], 400,
        "invalid_grant"
      ),
    ]
    for (parameters, status, error) in table {
      let answer = await tokens.answer(parameters, basic: nil, host: "h")
      #expect(answer.status == status, "\(parameters.map(\.0))")
      #expect(try members(answer).text("error") == error, "\(parameters.map(\.0))")
      #expect(!answer.body.contains(secret.1))
    }
    let twice = await tokens.answer([grant, id, secret], basic: "eDp5", host: "h")
    #expect(twice.status == 400)
    #expect(
      try members(await ask("person", [("scope", "sp:report:read")])).text("scope")
        == "sp:report:read")
  }

  @Test func `A refresh token opens no door, and is its client's until that has another secret`()
    async throws
  {
    let first = try members(await ask("person"))
    let refresh = try #require(first.text("refresh_token"))
    #expect(throws: TokenProblem.refreshToken) { try verifier().caller(of: refresh) }

    func renew(_ id: String, _ token: String) async -> OAuthTokens.Answer {
      await tokens.answer(
        [
          ("grant_type", "refresh_token"), ("client_id", id),
          ("client_secret", secrets[id] ?? ""), ("refresh_token", token),
        ], basic: nil, host: "h")
    }
    #expect(try caller(of: await renew("person", refresh)).subject == "ada")
    #expect(await renew("program", refresh).status == 400)
    let access = try #require(first.text("access_token"))
    #expect(await renew("person", access).status == 400)
    #expect(await renew("person", refresh + "x").status == 400)

    // The same secret, but made anew.
    let other = try ClientSecretHash.make()
    var changed = clients[0]
    changed.secret = other.hash
    known.change(to: [changed])
    let answer = await tokens.answer(
      [
        ("grant_type", "refresh_token"), ("client_id", "person"),
        ("client_secret", other.secret), ("refresh_token", refresh),
      ], basic: nil, host: "h")
    #expect(answer.status == 400)
    known.change(to: clients)
    #expect(await renew("person", refresh).status == 200)
    time.pass(86_400)
    #expect(await renew("person", refresh).status == 400)
  }

  @Test func `A refresh gives what the first request asked for, or less`() async throws {
    var client = clients[0]
    (client.role, client.scopes) = (.run, [.all])
    known.change(to: [client])
    func renew(_ token: String, _ scope: String? = nil) async -> OAuthTokens.Answer {
      await tokens.answer(
        [
          ("grant_type", "refresh_token"), ("client_id", "person"),
          ("client_secret", secrets["person"] ?? ""), ("refresh_token", token),
        ] + (scope.map { [("scope", $0)] } ?? []), basic: nil, host: "h")
    }
    let both = "sp:report:read sp:report:manage"
    let first = try members(await ask("person", [("scope", both)]))
    let refresh = try #require(first.text("refresh_token"))
    let second = await renew(refresh)
    #expect(try members(second).text("scope") == both)
    // Asked for less, it gives less, and the next refresh token is good for the first request's still.
    let less = await renew(refresh, "sp:report:read")
    #expect(try caller(of: less).roles == .read)
    let next = try #require(try members(less).text("refresh_token"))
    #expect(try members(await renew(next)).text("scope") == both)
    for more in ["sp:scopes:all", "sp:scopes:default", "sp:report:read sp:scopes:all", "x"] {
      let refused = await renew(next, more)
      #expect(refused.status == 400, "\(more)")
      #expect(try members(refused).text("error") == "invalid_scope", "\(more)")
    }
    // What the client may no longer ask for goes; all is all that it has by now.
    let all = try #require(try members(await ask("person")).text("refresh_token"))
    client.scopes = [.readReports]
    known.change(to: [client])
    #expect(try members(await renew(next)).text("scope") == "sp:report:read")
    #expect(await renew(next, "sp:report:manage").status == 400)
    #expect(try members(await renew(all)).text("scope") == "sp:report:read")
  }

  @Test func `A refresh token of an earlier release stands for all that its client may`()
    async throws
  {
    let refresh = try #require(try members(await ask("person")).text("refresh_token"))
    var claims = try #require(key.claims(of: refresh))
    claims["scope"] = nil
    let answer = await tokens.answer(
      [
        ("grant_type", "refresh_token"), ("client_id", "person"),
        ("client_secret", secrets["person"] ?? ""), ("refresh_token", try await key.sign(claims)),
      ], basic: nil, host: "h")
    #expect(answer.status == 200)
    #expect(try members(answer).text("scope") == OAuthScope.text(of: clients[0].scopes))
  }

  @Test func `Whoever tries too many secrets waits, and nobody else does`() async throws {
    for _ in 0...ClientLockout.freeFailures {
      let answer = await ask("person", secret: "wrong")
      #expect(answer.status == 401)
      #expect(answer.retryAfterSeconds == nil)
    }
    let locked = await ask("person")
    #expect(locked.status == 401)
    #expect(locked.retryAfterSeconds == 2)
    #expect(await ask("person", host: "other").status == 200)
    #expect(await ask("program").status == 200)
    time.pass(2)
    #expect(await ask("person").status == 200)
    // What went well takes all of it away.
    #expect(await ask("person", secret: "wrong").retryAfterSeconds == nil)
    #expect(await ask("person").status == 200)
  }

  @Test func `Pauses double up to a bound, and few are remembered`() {
    var lockout = ClientLockout(pairsMax: 100)
    let pair = ClientLockout.Pair(clientID: UTF8Key("a"), host: UTF8Key("h"))
    var pauses: [Int64] = []
    for _ in 0..<40 {
      lockout.failed(pair, at: 0)
      pauses.append(lockout.pause(pair, at: 0) ?? 0)
    }
    #expect(pauses.prefix(8) == [0, 0, 0, 0, 0, 2, 4, 8])
    #expect(pauses.last == ClientLockout.longestPauseSeconds)
    for number in 0..<1000 {
      lockout.failed(
        ClientLockout.Pair(clientID: UTF8Key("a"), host: UTF8Key("\(number)")), at: 0)
    }
    #expect(lockout.count == 100)
    // The one that waits the longest is not what is forgotten.
    #expect(lockout.pause(pair, at: 0) == ClientLockout.longestPauseSeconds)
    #expect(lockout.pause(pair, at: 900) == nil)
  }

  @Test func `More secrets than are looked at in a while are sent away`() async throws {
    let answers = await withTaskGroup(of: OAuthTokens.Answer.self) { group in
      for number in 0..<(OAuthTokens.waitingMax + 40) {
        group.addTask { await self.ask("person", host: "\(number)") }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    let full = answers.filter { $0.status == 503 }
    #expect(answers.count { $0.status == 200 } + full.count == answers.count)
    #expect(full.allSatisfy { $0.retryAfterSeconds == 1 })
    #expect(answers.count { $0.status == 200 } >= OAuthTokens.waitingMax)
    #expect(await ask("person").status == 200)
  }

  @Test func `Whoever tries many secrets at once gets no further than one after the other`()
    async throws
  {
    async let other = ask("program", host: "other")
    let answers = await withTaskGroup(of: OAuthTokens.Answer.self) { group in
      for _ in 0..<100 { group.addTask { await self.ask("person", secret: "wrong") } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    // Those that were looked at: the free ones, and those on the way when the last of them was found wrong.
    let looked = answers.count { $0.status == 401 && $0.retryAfterSeconds == nil }
    #expect(looked > ClientLockout.freeFailures)
    #expect(looked <= ClientLockout.freeFailures + OAuthTokens.waitingPerHostMax)
    #expect(answers.allSatisfy { $0.status == 401 || $0.status == 503 })
    #expect(await other.status == 200)
    #expect(await ask("person", host: "other").status == 200)
  }

  @Test func `A hash is read as it is written, and nothing else is`() throws {
    let made = try ClientSecretHash.make()
    let text = made.hash.text
    #expect(ClientSecretHash(text) == made.hash)
    #expect(made.hash.matches(made.secret))
    #expect(!made.hash.matches(made.secret + "x"))
    #expect(!text.contains(made.secret))
    for wrong in [
      "", "x", made.secret, text + "$", "scrypt$8192$$", text.replacing("8192", with: "1048576"),
      text.replacing("8192", with: "1000"), String(text.dropLast()),
    ] {
      #expect(ClientSecretHash(wrong) == nil, "\(wrong)")
    }
  }
}

import Authentication
import ProtobufWire
import RPCCore
import Testing

@Suite(.timeLimit(.minutes(5))) struct AuthenticatorTests {
  private static let secret = "0123456789abcdef0123456789abcdef"
  private static let method = MethodDescriptor(
    service: "s", name: "m", input: Empty.self, output: Empty.self)

  /// The caller, and the metadata that is left.
  private func begin(_ metadata: Metadata) async throws -> (caller: Caller, metadata: Metadata) {
    let keys = [try await TokenKey.secret(Array(Self.secret.utf8))]
    let authenticator = Authenticator(
      TokenVerifier(keys: keys, rules: TokenRules(), now: { Signer.moment }))
    var context = CallContext(metadata: metadata, peer: "p", transport: "t")
    try authenticator.begin(&context, of: Self.method)
    return (context.caller, context.metadata)
  }

  private func token(_ claims: String? = nil) async throws -> String {
    try await Signer.hmac(Self.secret).token(claims)
  }

  @Test func aTokenComesInEitherKeyAndIsSeenNoMore() async throws {
    let token = try await token()
    for metadata: Metadata in [
      ["token": token, "x": "y"], ["authorization": "Bearer \(token)", "x": "y"],
      ["authorization": "bearer  \(token)", "x": "y"],
      ["token": token, "authorization": "Basic eA==", "x": "y"],
    ] {
      let (caller, left) = try await begin(metadata)
      #expect(caller.subject == "user-1")
      #expect(caller.domains == .only("domain-1"))
      #expect(left == ["x": "y"])
    }
  }

  @Test(
    arguments: [
      [:], ["token": ""], ["authorization": "Basic eA=="], ["authorization": "Bearer"],
      ["authorization": "Bearer "],
    ] as [Metadata])
  func whoeverShowsNothingIsNobody(_ metadata: Metadata) async throws {
    let caller = try await begin(metadata).caller
    #expect(caller.authentication == .none)
    #expect(!caller.has(.read))
    #expect(caller.has(nil))
    #expect(!caller.reaches("domain-1"))
  }

  @Test func theAnswerDoesNotSayWhatIsWrongWithAToken() async throws {
    let token = try await token(Signer.claims(exp: "1"))
    let error = await #expect(throws: RPCError.self) { _ = try await begin(["token": token]) }
    #expect(error == .authenticateFailure("the token is not valid"))
    #expect(error?.cause as? TokenProblem == .expired)
  }

  @Test func aCallerMayNarrowItselfAndNeverWiden() async throws {
    let own = try await token()
    #expect(
      try await begin(["token": own, "x_domain_id": "domain-1"]).caller.domains
        == .only("domain-1"))
    await #expect(throws: RPCError.permissionDenied) {
      _ = try await begin(["token": own, "x_domain_id": "domain-2"])
    }
    let admin = try await token(Signer.claims(did: nil, more: #""roles":["admin"]"#))
    #expect(try await begin(["token": admin]).caller.domains == .every)
    #expect(
      try await begin(["token": admin, "x_domain_id": "domain-2"]).caller.domains
        == .only("domain-2"))
  }
}

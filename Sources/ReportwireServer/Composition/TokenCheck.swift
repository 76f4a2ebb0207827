internal import Authentication
internal import Logging
private import RPCCore
internal import ReportCore
internal import ServiceLifecycle

/// The keys that callers' tokens are checked with: read at the start, and again when their file changes, or
/// fetched again from time to time.
struct TokenCheck: Service {
  private static let fileBytesMax = 1_048_576

  /// Knows who is calling.
  let authenticator: Authenticator
  private let verifier: TokenVerifier
  /// nil if they are not fetched.
  private let remote: RemoteKeys?
  private let tokens: ServerConfiguration.Tokens
  /// The server's own.
  private let own: [TokenKey]
  private let watch: FileWatch
  private let logger: Logger

  /// - Parameters:
  ///   - own: of the server's own tokens.
  ///   - clients: those that get them; nil: nobody does.
  /// - Throws: what is wrong with the keys. Those that cannot be fetched now are no reason: they may be had
  ///   later.
  init(
    _ tokens: ServerConfiguration.Tokens, own: [TokenKey] = [], clients: OAuthClients? = nil,
    clock: any EngineClock, logger: Logger
  ) async throws(Problems) {
    self.tokens = tokens
    self.own = own
    self.logger = logger
    watch = FileWatch(tokens.keys.map { [$0] } ?? [], clock: clock)
    let keys = try await Self.keys(tokens) + own
    let verifier = TokenVerifier(
      keys: keys, rules: tokens.rules, clients: clients,
      now: { Double(clock.now.nanosecondsSinceEpoch) / 1e9 })
    self.verifier = verifier
    remote = tokens.keysURL.map { url in
      RemoteKeys(
        KeyFetch(url), staleSeconds: tokens.keysStaleSeconds,
        time: RemoteKeys.Time(
          now: { clock.monotonic.nanoseconds },
          sleep: { try await clock.sleep(until: MonotonicInstant(nanoseconds: $0)) }),
        apply: { verifier.change(to: $0 + keys) },
        tell: { Self.tell($0, of: url, logger) })
    }
    authenticator = Authenticator(verifier, demand: { [remote] in remote?.demand() })
    await remote?.look()
  }

  func run() async {
    guard let remote else { return await watch.run { await reload() } }
    await cancelWhenGracefulShutdown { await remote.run() }
  }

  private static func tell(_ event: RemoteKeys.Event, of url: KeyURL, _ logger: Logger) {
    let url: Logger.MetadataValue = "\(url.text)"
    switch event {
    case .fetched(let count, isNew: true):
      logger.notice(
        "tokens are checked with new keys", metadata: ["keys": "\(count)", "url": url])
    case .fetched(_, isNew: false): logger.debug("token keys are as they were")
    case .failed(let problem):
      logger.error("token keys not fetched", metadata: ["url": url, "problem": "\(problem)"])
    case .stale:
      logger.error(
        "token keys are too old, and tokens are refused until there are newer ones",
        metadata: ["url": url])
    }
  }

  /// If anything is wrong with the new keys, it is logged and the old ones stay.
  private func reload() async {
    do throws(Problems) {
      let keys = try await Self.keys(tokens) + own
      verifier.change(to: keys)
      logger.notice("tokens are checked with new keys", metadata: ["keys": "\(keys.count)"])
    } catch {
      logger.error("token keys not changed", error)
    }
  }

  private static func keys(
    _ tokens: ServerConfiguration.Tokens
  ) async throws(Problems) -> [TokenKey] {
    var keys: [TokenKey] = []
    if let path = tokens.keys {
      let text = try TextFile.read(path, bytesMax: fileBytesMax)
      do {
        keys += try await TokenKey.all(in: text)
      } catch {
        throw Problems(path, "\(error)")
      }
      if keys.contains(where: { $0.algorithm == .hs256 }), TextFile.isReadableByOthers(path) {
        throw Problems(
          path,
          "it holds a secret that signs tokens, and others may read it; take their access away: "
            + "chmod 600 \(path)")
      }
    }
    if let secret = tokens.secret {
      do {
        keys.append(try await .secret(Array(secret.utf8)))
      } catch {
        throw Problems(Setting.authSecret.path, "\(error)")
      }
    }
    return keys
  }
}

internal import Authentication
internal import Logging
private import RPCCore
internal import ReportCore
internal import ServiceLifecycle

/// The keys that callers' tokens are checked with: read at the start, and again when their file changes.
struct TokenCheck: Service {
  private static let fileBytesMax = 1_048_576

  let verifier: TokenVerifier
  private let tokens: ServerConfiguration.Tokens
  private let watch: FileWatch
  private let logger: Logger

  /// - Throws: what is wrong with the keys.
  init(
    _ tokens: ServerConfiguration.Tokens, clock: any EngineClock, logger: Logger
  ) async throws(Problems) {
    self.tokens = tokens
    self.logger = logger
    watch = FileWatch(tokens.keys.map { [$0] } ?? [], clock: clock)
    verifier = TokenVerifier(
      keys: try await Self.keys(tokens), rules: tokens.rules,
      now: { Double(clock.now.nanosecondsSinceEpoch) / 1e9 })
  }

  func run() async {
    await watch.run { await reload() }
  }

  /// If anything is wrong with the new keys, it is logged and the old ones stay.
  private func reload() async {
    do throws(Problems) {
      let keys = try await Self.keys(tokens)
      verifier.change(to: keys)
      logger.notice("tokens are checked with new keys", metadata: ["keys": "\(keys.count)"])
    } catch {
      for problem in error.all {
        logger.error("token keys not changed", metadata: ["problem": "\(problem)"])
      }
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

private import ArtifactStores
internal import Authentication
internal import Logging
private import RPCCore
internal import ReportCore
internal import ServiceLifecycle

/// The keys that callers' tokens are checked with: read at the start, and again when their file changes.
struct TokenCheck: Service {
  /// How often the file is looked at.
  private static let pause = Duration.seconds(2)
  private static let fileBytesMax = 1_048_576

  let verifier: TokenVerifier
  private let tokens: ServerConfiguration.Tokens
  private let clock: any EngineClock
  private let logger: Logger
  private let firstVersion: FileStatus.Version?

  /// - Throws: what is wrong with the keys.
  init(
    _ tokens: ServerConfiguration.Tokens, clock: any EngineClock, logger: Logger
  ) async throws(Problems) {
    self.tokens = tokens
    self.clock = clock
    self.logger = logger
    firstVersion = tokens.keys.flatMap(Self.version)
    verifier = TokenVerifier(
      keys: try await Self.keys(tokens), rules: tokens.rules,
      now: { Double(clock.now.nanosecondsSinceEpoch) / 1e9 })
  }

  func run() async {
    guard let path = tokens.keys else {
      try? await gracefulShutdown()
      return
    }
    await cancelWhenGracefulShutdown {
      var version = firstVersion
      while true {
        let next = clock.monotonic.advanced(by: Self.pause)
        do { try await clock.sleep(until: next) } catch { return }
        let found = Self.version(path)
        // A file that is being replaced may be away for a moment.
        guard found != nil, found != version else { continue }
        version = found
        await reload()
      }
    }
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

  private static func version(_ path: String) -> FileStatus.Version? {
    FileStatus(path: path, followsLink: true)?.version
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

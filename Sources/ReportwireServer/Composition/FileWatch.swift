private import ArtifactStores
internal import ReportCore
internal import ServiceLifecycle

/// Tells when files are replaced, until the server stops.
struct FileWatch: Sendable {
  /// How often they are looked at.
  private static let pause = Duration.seconds(2)

  private let paths: [String]
  private let clock: any EngineClock
  private let first: [FileStatus.Version?]

  /// - Parameter paths: are looked at now: what changes from here on is told of.
  init(_ paths: [String], clock: any EngineClock) {
    self.paths = paths
    self.clock = clock
    first = Self.versions(paths)
  }

  /// - Parameter changed: called after each change.
  func run(_ changed: @escaping @Sendable () async -> Void) async {
    await cancelWhenGracefulShutdown {
      var last = first
      await clock.repeating(after: Self.pause) {
        let found = Self.versions(paths)
        // A file that is being replaced may be away for a moment.
        guard found != last, !found.contains(nil) else { return }
        last = found
        await changed()
      }
    }
  }

  private static func versions(_ paths: [String]) -> [FileStatus.Version?] {
    paths.map { FileStatus(path: $0, followsLink: true)?.version }
  }
}

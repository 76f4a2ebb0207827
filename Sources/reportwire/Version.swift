internal import ReportwireServer

/// What `--version` says.
enum Version {
  static let number = ReportwireVersion.number
}

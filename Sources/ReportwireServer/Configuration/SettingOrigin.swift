/// Where the value of a setting comes from; later ones win.
package enum SettingOrigin: Hashable, Sendable {
  case standard
  case file(String, line: Int)
  case environment(String)
  case flag(String)

  func problem(_ reason: String) -> Problem {
    switch self {
    case .standard: Problem("the default", reason)
    case .file(let path, let line): Problem(path, line: line, reason)
    case .environment(let name): Problem(name, reason)
    case .flag(let flag): Problem(flag, reason)
    }
  }

  /// What `--print-config` says.
  var label: String {
    switch self {
    case .standard: "default"
    case .file(_, let line): "file, line \(line)"
    case .environment(let name): name
    case .flag(let flag): flag
    }
  }
}

/// A value as somebody wrote it.
struct SettingText: Hashable, Sendable {
  var text: String
  var origin: SettingOrigin
}

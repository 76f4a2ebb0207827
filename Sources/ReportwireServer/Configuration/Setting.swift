/// One thing that can be configured: as a key of the file, an environment variable or a flag, whose
/// names all follow from its path.
package struct Setting: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case text
    /// A file or folder; relative ones are relative to the configuration file, or to the working
    /// directory where a flag or variable names them.
    case path
    /// `HOST:PORT`.
    case address
    case integer(ClosedRange<Int>)
    case boolean
    case choice([String])
  }

  /// Dotted, as the file nests it: `listen.ttrpc`.
  package let path: String
  package let kind: Kind
  /// As one would write it; nil: off.
  package let defaultText: String?
  /// Never printed or logged.
  package let isSecret: Bool
  /// One line for `--help`.
  package let help: String

  package init(
    _ path: String, _ kind: Kind, default defaultText: String?, isSecret: Bool = false,
    help: String
  ) {
    self.path = path
    self.kind = kind
    self.defaultText = defaultText
    self.isSecret = isSecret
    self.help = help
  }

  /// `REPORTWIRE_LISTEN_TTRPC`.
  package var environmentName: String {
    "REPORTWIRE_" + path.uppercased().replacing(".", with: "_")
  }

  /// `--listen-ttrpc`.
  package var flag: String {
    "--" + path.replacing(".", with: "-").replacing("_", with: "-")
  }
}

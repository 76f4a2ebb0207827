/// Everything that a configuration is made from; nothing else is looked at.
package struct ConfigurationInput: Sendable {
  /// The text of each flag given, by the path of its setting.
  package var flags: [String: String]
  /// `NAME=PATH` of each `--source`.
  package var sourceFlags: [String]
  /// `--config`; nil: `REPORTWIRE_CONFIG`, or `reportwire.yaml` in the working directory if it is
  /// there.
  package var configFlag: String?
  package var environment: [String: String]
  package var workingDirectory: String

  package init(
    flags: [String: String] = [:], sourceFlags: [String] = [], configFlag: String? = nil,
    environment: [String: String], workingDirectory: String
  ) {
    self.flags = flags
    self.sourceFlags = sourceFlags
    self.configFlag = configFlag
    self.environment = environment
    self.workingDirectory = workingDirectory
  }
}

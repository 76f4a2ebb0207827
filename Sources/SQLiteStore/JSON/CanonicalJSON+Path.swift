internal import ReportCore

extension CanonicalJSON {
  /// The path that SQLite's JSON functions take for nested names. A name is matched as it is
  /// written, so it is escaped just like the names in the stored text.
  static func path(_ names: some Sequence<String>) -> String {
    names.reduce("$") { $0 + "." + string($1) }
  }
}

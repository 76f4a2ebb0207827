internal import DataSources
internal import ReportCore

/// The databases of a configuration.
enum SourceSet {
  /// Opens nothing yet: a database that is away now may be back when a report needs it. Templates
  /// find out when they are checked.
  static func make(
    _ sources: [ServerConfiguration.Source]
  ) -> [String: any DataSource] {
    // Two names may differ in their bytes and be the same to a dictionary, which must not trap.
    Dictionary(
      sources.map { source in
        switch source.kind {
        case .sqlite:
          (
            source.name,
            SQLiteSource(
              name: source.name, path: source.path, invalidText: source.invalidText)
          )
        }
      }, uniquingKeysWith: { first, _ in first })
  }
}

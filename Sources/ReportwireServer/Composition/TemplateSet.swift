internal import DataSources
internal import IdentitySearch
package import Logging
package import ReportCore
internal import ServiceLifecycle
internal import UnixSignals

/// Keeps the catalogue in step with the files.
package final class TemplateSet: Sendable {
  package let catalog: LoadedCatalog
  private let input: ConfigurationInput?
  private let check: SourceCheck
  private let logger: Logger
  private let configuration: ServerConfiguration

  /// Reads the templates for the first time.
  ///
  /// - Parameters:
  ///   - input: where a reload finds the configuration; nil: as it is now.
  ///   - patience: how long a source may say nothing before the others go on without it.
  /// - Throws: `Problems` if a template is broken. One whose source cannot be read is not.
  package init(
    _ configuration: ServerConfiguration, reread input: ConfigurationInput?,
    renderers: [any Renderer], patience: Duration, logger: Logger
  ) async throws {
    self.input = input
    self.logger = logger
    self.configuration = configuration
    check = SourceCheck(
      renderers: renderers, searches: [IdentitySearch()], patience: patience)
    catalog = LoadedCatalog(
      try await Self.read(configuration, check), check: check, logger: logger)
  }

  /// Reads sources and templates again. If anything is wrong, it is logged and all stays as it was.
  package func reload() async {
    do throws(Problems) {
      let newer = try input.map { (input) throws(Problems) in try ConfigurationReader.read(input) }
      let contents = try await Self.read(newer ?? configuration, check)
      catalog.replace(with: contents)
      logger.notice(
        "templates read again",
        metadata: ["templates": .stringConvertible(contents.templates.count)])
    } catch {
      logger.error("templates not read again", error)
    }
  }

  private static func read(
    _ configuration: ServerConfiguration, _ check: SourceCheck
  ) async throws(Problems) -> LoadedCatalog.Contents {
    let folder = TemplateFolder(
      path: configuration.templates, isRequired: configuration.isTemplatesGiven)
    return try await folder.read(sources: SourceSet.make(configuration.sources), check: check)
  }
}

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

/// Reads the templates again with every SIGHUP.
struct TemplateReloader: Service {
  let reload: @Sendable () async -> Void

  func run() async throws {
    let signals = await UnixSignalsSequence(trapping: .sighup)
    for await _ in signals.cancelOnGracefulShutdown() {
      await reload()
    }
  }
}

/// Looks again and again at the sources that could not be read.
struct SourceWatch: Service {
  let catalog: LoadedCatalog

  func run() async {
    await cancelWhenGracefulShutdown { await catalog.keepChecking() }
  }
}

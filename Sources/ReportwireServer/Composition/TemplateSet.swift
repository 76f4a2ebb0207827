package import Logging
private import NIOPosix
package import ReportCore
private import Synchronization

/// Keeps the catalogue in step with the files.
package final class TemplateSet: Sendable {
  package let catalog: LoadedCatalog
  private let input: ConfigurationInput?
  private let formats: [ReportFormat]
  private let logger: Logger
  private let state: Mutex<(configuration: ServerConfiguration, sources: [String: any DataSource])>

  /// Reads the templates for the first time.
  ///
  /// - Parameter input: where a reload finds the configuration; nil: as it is now.
  /// - Throws: `Problems` if a template is broken.
  package init(
    _ configuration: ServerConfiguration, reread input: ConfigurationInput?,
    formats: [ReportFormat], logger: Logger
  ) async throws {
    self.input = input
    self.formats = formats
    self.logger = logger
    let sources = SourceSet.make(configuration.sources)
    state = Mutex((configuration, sources))
    catalog = LoadedCatalog(try await Self.read(configuration, sources, formats))
  }

  /// Reads sources and templates again. If anything is wrong, it is logged and all stays as it was.
  package func reload() async {
    do {
      var (configuration, sources) = state.withLock { $0 }
      if let input {
        let newer = try ConfigurationReader.read(input)
        sources = Self.sources(newer, keeping: sources, of: configuration)
        configuration.sources = newer.sources
        configuration.templates = newer.templates
        configuration.isTemplatesGiven = newer.isTemplatesGiven
      }
      let contents = try await Self.read(configuration, sources, formats)
      state.withLock { $0 = (configuration, sources) }
      catalog.replace(with: contents)
      logger.notice(
        "templates read again",
        metadata: ["templates": .stringConvertible(contents.templates.count)])
    } catch let problems as Problems {
      for problem in problems.all {
        logger.error("templates not read again", metadata: ["problem": "\(problem)"])
      }
    } catch {
      logger.error("templates not read again", metadata: ["problem": "\(error)"])
    }
  }

  /// A source whose database is the same stays open.
  private static func sources(
    _ newer: ServerConfiguration, keeping old: [String: any DataSource],
    of configuration: ServerConfiguration
  ) -> [String: any DataSource] {
    let former = Dictionary(
      uniqueKeysWithValues: configuration.sources.map { ($0.name, $0.path) })
    return SourceSet.make(newer.sources).reduce(into: [:]) { result, entry in
      let path = newer.sources.first { $0.name == entry.key }?.path
      result[entry.key] =
        former[entry.key] == path ? old[entry.key] ?? entry.value : entry.value
    }
  }

  /// Reads files and opens databases, on a thread that may block.
  private static func read(
    _ configuration: ServerConfiguration, _ sources: [String: any DataSource],
    _ formats: [ReportFormat]
  ) async throws -> LoadedCatalog.Contents {
    let folder = TemplateFolder(
      path: configuration.templates, isRequired: configuration.isTemplatesGiven, formats: formats)
    return try await NIOThreadPool.singleton.runIfActive {
      LoadedCatalog.Contents(templates: try folder.read(sources: sources), sources: sources)
    }
  }
}

package import Logging
private import NIOPosix
package import ReportCore

/// Keeps the catalogue in step with the files.
package final class TemplateSet: Sendable {
  package let catalog: LoadedCatalog
  private let input: ConfigurationInput?
  private let formats: [ReportFormat]
  private let logger: Logger
  private let configuration: ServerConfiguration

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
    self.configuration = configuration
    catalog = LoadedCatalog(try await Self.read(configuration, formats))
  }

  /// Reads sources and templates again. If anything is wrong, it is logged and all stays as it was.
  package func reload() async {
    do {
      let newer = try input.map { (input) throws(Problems) in try ConfigurationReader.read(input) }
      let contents = try await Self.read(newer ?? configuration, formats)
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

  /// Reads files and opens databases, on a thread that may block.
  private static func read(
    _ configuration: ServerConfiguration, _ formats: [ReportFormat]
  ) async throws -> LoadedCatalog.Contents {
    let sources = SourceSet.make(configuration.sources)
    let folder = TemplateFolder(
      path: configuration.templates, isRequired: configuration.isTemplatesGiven, formats: formats)
    return try await NIOThreadPool.singleton.runIfActive {
      LoadedCatalog.Contents(templates: try folder.read(sources: sources), sources: sources)
    }
  }
}

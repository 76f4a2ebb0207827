package import ReportCore
private import Synchronization

/// The templates and sources in force, replaced as a whole.
package final class LoadedCatalog: TemplateCatalog, Sendable {
  /// One consistent set.
  package struct Contents: Sendable {
    let templates: [Template]
    let byKey: [String: Template]
    let sources: [String: any DataSource]

    package init(templates: [Template], sources: [String: any DataSource]) {
      self.templates = templates.sorted { $0.templateID < $1.templateID }
      var byKey: [String: Template] = [:]
      for template in templates {
        byKey[template.name] = template
        byKey[template.templateID] = template
      }
      self.byKey = byKey
      self.sources = sources
    }
  }

  private let contents: Mutex<Contents>

  package init(_ contents: Contents) {
    self.contents = Mutex(contents)
  }

  /// Puts another set into force. Runs that have started keep what they took.
  package func replace(with contents: Contents) {
    self.contents.withLock { $0 = contents }
  }

  package var templates: [Template] { contents.withLock(\.templates) }

  package func template(_ idOrName: String) -> Template? {
    contents.withLock { $0.byKey[idOrName] }
  }

  package func source(_ name: String) -> (any DataSource)? {
    contents.withLock { $0.sources[name] }
  }
}

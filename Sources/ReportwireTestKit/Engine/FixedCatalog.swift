package import ReportCore

/// Templates and sources that a test gives.
package struct FixedCatalog: TemplateCatalog {
  package let templates: [Template]
  private let sources: [String: any DataSource]

  package init(_ templates: [Template], sources: [String: any DataSource]) {
    self.templates = templates.sorted { $0.templateID < $1.templateID }
    self.sources = sources
  }

  package func template(_ idOrName: String) -> Template? {
    templates.first { $0.templateID.isExactly(idOrName) || $0.name.isExactly(idOrName) }
  }

  package func source(_ name: String) -> (any DataSource)? {
    sources[name]
  }
}

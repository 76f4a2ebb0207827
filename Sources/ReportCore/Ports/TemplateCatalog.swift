/// The templates and sources in force. Read by service and engine, replaced as a whole when the
/// configuration is read again.
package protocol TemplateCatalog: Sendable {
  /// All templates, sorted by id.
  var templates: [Template] { get }
  /// By id, or by its unique name.
  func template(_ idOrName: String) -> Template?
  /// By its name in the configuration.
  func source(_ name: String) -> (any DataSource)?
  /// The kind of search of a name, which templates that have it may rely on.
  func search(_ name: String) -> (any SearchCompiler)?
  /// A template as it is now. If it has a fault, that is looked at once more; waits a second or so.
  func rechecked(_ template: Template) async -> Template
}

extension TemplateCatalog {
  /// For catalogues whose templates do not search.
  package func search(_ name: String) -> (any SearchCompiler)? { nil }

  /// For catalogues whose templates have no faults.
  package func rechecked(_ template: Template) async -> Template { template }
}

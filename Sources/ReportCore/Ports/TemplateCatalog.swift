/// The templates and sources in force. Read by service and engine, replaced as a whole when the
/// configuration is read again.
package protocol TemplateCatalog: Sendable {
  /// All templates, sorted by id.
  var templates: [Template] { get }
  /// By id, or by its unique name.
  func template(_ idOrName: String) -> Template?
  /// By its name in the configuration.
  func source(_ name: String) -> (any DataSource)?
}

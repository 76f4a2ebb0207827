package import RPCCore

/// The services of this server over the method table.
package struct ReportServices: Sendable {
  let environment: ReportServiceEnvironment

  package init(_ environment: ReportServiceEnvironment) {
    self.environment = environment
  }

  /// Registers a handler for each method that this server implements.
  package func register(into router: inout Router) {
    ReportHandlers(environment: environment).register(into: &router)
    ReportControlHandlers(environment: environment).register(into: &router)
    CatalogHandlers(environment: environment).register(into: &router)
    StorageHandlers(environment: environment).register(into: &router)
  }
}

/// Something wrong with a template.
package struct TemplateProblem: Hashable, Sendable {
  /// Where in the template's file, from the outside in: `["parameters", "carrier", "default"]`,
  /// `["columns", "2", "name"]`; list items by index from 0. The place may be one that the file
  /// leaves out; then the problem is that of the deepest part that is there.
  package var path: [String]
  /// What is wrong and what to do.
  package var message: String

  package init(_ path: [String], _ message: String) {
    self.path = path
    self.message = message
  }
}

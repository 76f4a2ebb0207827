/// One REST binding of a method (google.api.http).
public struct HTTPRule: Sendable, Hashable {
  /// The HTTP methods that bindings use.
  public enum Verb: String, Sendable, Hashable {
    case get = "GET"
    case put = "PUT"
    case post = "POST"
    case delete = "DELETE"
    case patch = "PATCH"
  }

  /// The HTTP method.
  public let verb: Verb
  /// The path template, such as `/report/v1/report/{report_id}`.
  public let path: String
  /// The field that the body fills: `*` for all that the path does not, empty for no body.
  public let body: String

  /// Makes a binding.
  public init(_ verb: Verb, _ path: String, body: String = "") {
    self.verb = verb
    self.path = path
    self.body = body
  }
}

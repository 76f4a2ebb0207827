/// How a log line is written.
package enum LogFormat: String, Hashable, Sendable, CaseIterable {
  /// `key=value` pairs.
  case logfmt
  /// One JSON object.
  case json
}

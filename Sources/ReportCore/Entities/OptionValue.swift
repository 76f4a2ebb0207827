/// A value of `template_options`: what JSON can say. Numbers are doubles, as in
/// google.protobuf.Value.
package indirect enum OptionValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case list([OptionValue])
  case object(OptionObject)
}

/// An object of options by name; the order of its keys means nothing.
package typealias OptionObject = [String: OptionValue]

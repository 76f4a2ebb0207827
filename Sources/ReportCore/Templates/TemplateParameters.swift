internal import Texts

/// What a run of a template is to be done with: its parameters, checked and with the defaults
/// filled in, and the formats to make.
package struct TemplateParameters: Hashable, Sendable {
  /// A value for every name the template's SQL may use, `domain_id` included; NULL for what was
  /// not given and has no default. Booleans are 1 and 0, dates `2026-11-23`, datetimes as their
  /// parameter's `MomentForm`, lists JSON arrays.
  package var bindings: [String: Cell]
  /// The parameters as a reader would write them; without those that were not given.
  package var values: OptionObject
  package var formats: [ReportFormat]

  /// The option that chooses the formats; no parameter can be named so.
  package static let formatsKey = "formats"
  /// The option that says how files are written, by format; no parameter can be named so.
  package static let formatOptionsKey = "format_options"
  /// The parameter that is bound to the caller's domain; no template declares it.
  package static let domainKey = "domain_id"

  /// Checks a caller's options. Nothing is coerced: `"5"` is no integer. A null is like nothing.
  ///
  /// - Parameter formats: those that have a renderer.
  package static func resolve(
    _ template: Template, options: OptionObject, domainID: String, formats: [ReportFormat]
  ) throws(OptionError) -> TemplateParameters {
    try checkKeys(of: options, template)
    var bindings: [String: Cell] = [domainKey: .text(domainID)]
    var values: OptionObject = [:]
    for parameter in template.parameters {
      guard let value = parameter.value(in: options) else {
        if parameter.isRequired {
          throw OptionError(.missing, key: parameter.name, reason: "it is required")
        }
        bindings[parameter.name] = .null
        continue
      }
      let resolved = try ParameterValue(value, of: parameter)
      try resolved.check(parameter)
      bindings[parameter.name] = resolved.cell
      values[parameter.name] = resolved.option
    }
    return TemplateParameters(
      bindings: bindings, values: values,
      formats: try resolveFormats(options[formatsKey], template, known: formats))
  }

  /// The renderers of a report's formats, as the template wants them and then the caller's
  /// `format_options`: `{"csv": {"delimiter": "semicolon"}}`.
  ///
  /// - Parameters:
  ///   - known: those that there are.
  ///   - passwords: what was taken out of the options.
  /// - Throws: for a format that has no renderer or is not made, for an option that it does not take,
  ///   and for a password that is not there.
  package static func renderers(
    of formats: [ReportFormat], _ template: Template, options: OptionObject,
    known: [any Renderer], passwords: FilePasswords = FilePasswords()
  ) throws(OptionError) -> [any Renderer] {
    let made = known.filter { formats.contains($0.format) }
    let requests = try requests(options[formatOptionsKey], made)
    var adapted: [any Renderer] = []
    for format in formats {
      guard let renderer = made.first(where: { $0.format == format }) else {
        throw OptionError(
          .invalid, key: formatsKey, reason: "there is no format \(format.rawValue.quoted)")
      }
      let (chosen, problems) = renderer.adapted(
        to: template, request: requests[renderer.optionsFormat] ?? [:])
      if let problem = problems.first {
        throw OptionError(
          .invalid, key: ([formatOptionsKey] + problem.path).joined(separator: "."),
          reason: problem.message)
      }
      guard renderer.takesPassword,
        try FilePasswords.isLocked(format, by: requests[format] ?? [:])
      else {
        adapted.append(chosen)
        continue
      }
      guard let password = passwords[format] else {
        throw OptionError(
          .missing, key: FilePasswords.key(of: format), reason: "the server has it no more")
      }
      adapted.append(chosen.locked(by: password))
    }
    return adapted
  }

  /// What a caller says of each format.
  ///
  /// - Parameter made: the renderers of the formats that are made.
  private static func requests(
    _ option: OptionValue?, _ made: [any Renderer]
  ) throws(OptionError) -> [ReportFormat: OptionObject] {
    var requests: [ReportFormat: OptionObject] = [:]
    guard let option, option != .null else { return requests }
    guard case .object(let members) = option else {
      throw OptionError(
        .invalid, key: formatOptionsKey,
        reason: "it must be an object of formats, not \(option.kindName)")
    }
    for (name, value) in members {
      let format = ReportFormat(rawValue: name)
      let key = "\(formatOptionsKey).\(name)"
      let isTaken = made.contains {
        $0.optionsFormat == format || $0.takesPassword && $0.format == format
      }
      guard isTaken else {
        let takers = made.map(\.optionsFormat) + made.filter(\.takesPassword).map(\.format)
        throw OptionError(
          .invalid, key: key,
          reason: "no file is made that has its options; there are "
            + Set(takers.map(\.rawValue)).sorted().joined(separator: ", "))
      }
      guard case .object(let values) = value else {
        throw OptionError(
          .invalid, key: key, reason: "it must be an object of options, not \(value.kindName)")
      }
      requests[format] = values
    }
    return requests
  }

  private static func checkKeys(
    of options: OptionObject, _ template: Template
  ) throws(OptionError) {
    let known = template.parameters.map(\.name) + [formatsKey, formatOptionsKey]
    let names = Set(known.map(\.exact))
    guard let unknown = options.keys.first(where: { !names.contains(ExactText($0)) }) else {
      return
    }
    let meant = known.nearest(to: unknown).map { "; did you mean \($0)?" } ?? ""
    throw OptionError(
      .invalid, key: unknown,
      reason: "the template has no such parameter\(meant); known are "
        + names.sorted().map(\.text).joined(separator: ", "))
  }

  private static func resolveFormats(
    _ option: OptionValue?, _ template: Template, known: [ReportFormat]
  ) throws(OptionError) -> [ReportFormat] {
    guard let option, option != .null else { return template.formats }
    let knownNames = known.map(\.rawValue).sorted().joined(separator: ", ")
    guard case .list(let items) = option, !items.isEmpty else {
      throw OptionError(
        .invalid, key: formatsKey, reason: "it must be a list of one or more of \(knownNames)")
    }
    var formats: [ReportFormat] = []
    for item in items {
      guard case .string(let name) = item else {
        throw OptionError(
          .invalid, key: formatsKey,
          reason: "its items must be strings, not \(item.kindName); known are \(knownNames)")
      }
      let format = ReportFormat(rawValue: name)
      guard known.contains(format) else {
        throw OptionError(
          .invalid, key: formatsKey,
          reason: "there is no format \(name.quoted); known are \(knownNames)")
      }
      guard !formats.contains(format) else {
        throw OptionError(.invalid, key: formatsKey, reason: "\(name.quoted) is there twice")
      }
      formats.append(format)
    }
    return formats
  }
}

/// What is wrong with a caller's `template_options`.
package struct OptionError: Error, Hashable, Sendable, CustomStringConvertible {
  package struct Code: Hashable, Sendable {
    private enum Name { case missing, invalid }
    private let name: Name

    /// A required parameter was not given.
    package static let missing = Code(name: .missing)
    /// A key that the template does not have, or a value that its parameter does not take.
    package static let invalid = Code(name: .invalid)
  }

  package var code: Code
  /// The key inside `template_options`.
  package var key: String
  /// For a person, such as "it must be a date such as 2026-11-23, not a number".
  package var reason: String

  package init(_ code: Code, key: String, reason: String) {
    self.code = code
    self.key = key
    self.reason = reason
  }

  package var description: String { "\(key): \(reason)" }
}

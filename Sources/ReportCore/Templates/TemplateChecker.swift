internal import Texts

/// Finds what is wrong with templates when they are loaded, so that a report that is accepted later
/// can run.
package struct TemplateChecker: Sendable {
  /// One for each format that there is.
  private let renderers: [any Renderer]

  package init(renderers: [any Renderer]) {
    self.renderers = renderers
  }

  /// The formats that have a renderer.
  package var formats: [ReportFormat] { renderers.map(\.format) }

  /// The formats that options can be said of.
  package var optionFormats: [ReportFormat] { optionRenderers.map(\.format) }

  /// Without those that wrap another format, whose options they take.
  private var optionRenderers: [any Renderer] {
    renderers.filter { $0.optionsFormat == $0.format }
  }

  /// What is wrong with a template by itself, in the order of its fields.
  ///
  /// - Parameter hasSource: whether the configuration has the data source that it names.
  package func problems(in template: Template, hasSource: Bool) -> [TemplateProblem] {
    var problems = nameProblems(template)
    for parameter in template.parameters { problems += parameterProblems(parameter) }
    problems += duplicates(template.parameters.map(\.name)).map { name in
      TemplateProblem(["parameters", name], "there are two parameters of this name")
    }
    problems += formatProblems(template) + formatOptionProblems(template)
    problems += cellFormatProblems(template.columns)
    problems += limitProblems(template.limits)
    guard hasSource else {
      return problems + [
        TemplateProblem(
          ["source"], "the configuration has no source named \(template.source.quoted)")
      ]
    }
    return problems
  }

  /// What is wrong with a template's statement. Opens the source, so it blocks.
  ///
  /// - Throws: SOURCE_UNAVAILABLE if nobody can tell now.
  package func problems(
    in template: Template, against source: any DataSource
  ) throws(ReportFailure) -> [TemplateProblem] {
    do throws(ReportFailure) {
      return shapeProblems(
        template, try source.inspect(template.sql, invalidText: template.invalidText))
    } catch {
      guard error.code != .sourceUnavailable else { throw error }
      return [TemplateProblem(["sql"], error.message)]
    }
  }

  /// Problems between templates: what must be unique and is not.
  ///
  /// - Returns: each with the index of the later of two templates.
  package func problems(among templates: [Template]) -> [(index: Int, problem: TemplateProblem)] {
    var owners: [ExactText: String] = [:]
    var problems: [(index: Int, problem: TemplateProblem)] = []
    for (index, template) in templates.enumerated() {
      for (field, value) in [("template_id", template.templateID), ("name", template.name)] {
        // One lookup takes either, so a name must not be another's id.
        if let owner = owners[ExactText(value)] {
          problems.append(
            (index, TemplateProblem([field], "\(value.quoted) is taken by template \(owner)")))
        }
      }
      for value in [template.templateID, template.name].map(\.exact)
      where owners[value] == nil {
        owners[value] = template.name
      }
    }
    return problems
  }

  private func nameProblems(_ template: Template) -> [TemplateProblem] {
    var problems: [TemplateProblem] = []
    if !Self.isTemplateID(template.templateID) {
      problems.append(
        TemplateProblem(
          ["template_id"],
          "\(template.templateID.quoted) must be 1 to \(Self.templateIDBytesMax) bytes of text "
            + "without control characters, line ends and directions"))
    }
    if !Self.isName(template.name) {
      problems.append(
        TemplateProblem(
          ["name"],
          "\(template.name.quoted) must be 1 to 100 letters, digits, '-', '_' or '.', and begin "
            + "with a letter or digit"))
    }
    return problems
  }

  private func formatProblems(_ template: Template) -> [TemplateProblem] {
    let known = formats.map(\.rawValue).sorted().joined(separator: ", ")
    var problems = template.formats.enumerated().compactMap { index, format in
      formats.contains(format)
        ? nil
        : TemplateProblem(
          ["formats", "\(index)"],
          "there is no format \(format.rawValue.quoted); known are \(known)")
    }
    if template.formats.isEmpty {
      problems.append(TemplateProblem(["formats"], "name at least one of \(known)"))
    }
    for name in duplicates(template.formats.map(\.rawValue)) {
      problems.append(TemplateProblem(["formats"], "\(name.quoted) is there twice"))
    }
    return problems
  }

  private func formatOptionProblems(_ template: Template) -> [TemplateProblem] {
    optionRenderers.flatMap { $0.adapted(to: template).problems }
  }

  private func cellFormatProblems(_ columns: [TemplateColumn]) -> [TemplateProblem] {
    columns.enumerated().compactMap { index, column in
      guard let text = column.format else { return nil }
      let path = ["columns", "\(index)", "format"]
      guard let format = CellFormat(text) else {
        return TemplateProblem(path, "\(text.quoted) is no format; \(CellFormat.grammar)")
      }
      guard !format.applies(to: column.type), let type = column.type else { return nil }
      return TemplateProblem(path, "\(text.quoted) is no format of a \(type.rawValue)")
    }
  }

  private func limitProblems(_ limits: TemplateLimits) -> [TemplateProblem] {
    [
      ("rows", limits.rowsMax), ("seconds", limits.secondsMax), ("bytes", limits.bytesMax),
      ("cell_bytes", limits.cellBytesMax ?? 1),
    ]
    .filter { $0.1 < 1 }
    .map { TemplateProblem(["limits", $0.0], "\($0.1) must be 1 or more") }
  }

  private func duplicates(_ names: [String]) -> [String] {
    var seen: Set<ExactText> = []
    return names.filter { !seen.insert(ExactText($0)).inserted }
  }

  /// UTF-8 bytes of a template's id at most.
  private static let templateIDBytesMax = 255

  /// Any text that is one line wherever it is shown: callers of other servers have ids of their own.
  private static func isTemplateID(_ text: String) -> Bool {
    guard !text.isEmpty, text.utf8.count <= templateIDBytesMax else { return false }
    return text.unicodeScalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: false
      default: true
      }
    }
  }

  private static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 100, isAlphanumeric(first) else {
      return false
    }
    return text.utf8.allSatisfy { isAlphanumeric($0) || "-_.".utf8.contains($0) }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default: false
    }
  }
}

/// The template against what its statement gives and takes.
extension TemplateChecker {
  private func shapeProblems(_ template: Template, _ shape: StatementShape) -> [TemplateProblem] {
    tenantProblems(template, shape) + bindingProblems(template, shape)
      + columnProblems(template, shape)
  }

  private func tenantProblems(
    _ template: Template, _ shape: StatementShape
  ) -> [TemplateProblem] {
    let bindsDomain = shape.parameterNames.contains(TemplateParameters.domainKey)
    switch (bindsDomain, template.isShared) {
    case (true, false), (false, true): return []
    case (false, false):
      return [
        TemplateProblem(
          ["sql"],
          "it does not bind :domain_id, so every domain would see the same rows; bind it, or say "
            + "tenant: shared")
      ]
    case (true, true):
      return [
        TemplateProblem(
          ["tenant"], "the SQL binds :domain_id, so the rows are not shared; leave tenant out")
      ]
    }
  }

  private func bindingProblems(
    _ template: Template, _ shape: StatementShape
  ) -> [TemplateProblem] {
    let declared = Set(template.parameters.map { ExactText($0.name) })
    let bound = Set(shape.parameterNames.map(\.exact))
    let undeclared = shape.parameterNames.filter {
      $0 != TemplateParameters.domainKey && !declared.contains(ExactText($0))
    }
    return undeclared.map { name in
      TemplateProblem(["sql"], ":\(name) is not declared under parameters")
    }
      + template.parameters.map(\.name)
      .filter { !bound.contains(ExactText($0)) && $0 != TemplateParameters.domainKey }
      .map { TemplateProblem(["parameters", $0], "the SQL does not use :\($0)") }
  }

  private func columnProblems(
    _ template: Template, _ shape: StatementShape
  ) -> [TemplateProblem] {
    let names = shape.columns.map(\.name)
    let known = Set(names.map(\.exact))
    var seen: Set<ExactText> = []
    return template.columns.enumerated().compactMap { index, column in
      let path = ["columns", "\(index)", "name"]
      guard known.contains(ExactText(column.name)) else {
        return TemplateProblem(
          path,
          "the query has no column \(column.name.quoted); it has "
            + names.map(\.quoted).joined(separator: ", "))
      }
      guard seen.insert(ExactText(column.name)).inserted else {
        return TemplateProblem(path, "\(column.name.quoted) is there twice")
      }
      return nil
    }
  }
}

/// Parameters by themselves.
extension TemplateChecker {
  private func parameterProblems(_ parameter: TemplateParameter) -> [TemplateProblem] {
    nameProblems(parameter) + formProblems(parameter) + boundProblems(parameter)
      + textProblems(parameter)
      + allowedProblems(parameter) + defaultProblems(parameter)
  }

  private func nameProblems(_ parameter: TemplateParameter) -> [TemplateProblem] {
    let name = parameter.name
    switch name {
    case TemplateParameters.domainKey:
      return [
        TemplateProblem(
          ["parameters", name], "the caller's domain is bound to it; do not declare it")
      ]
    case TemplateParameters.formatsKey:
      return [
        TemplateProblem(
          ["parameters", name], "the option of this name chooses the formats; take another name")
      ]
    default: break
    }
    let isWellFormed =
      name.utf8.first.map { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
      && name.utf8.count <= 100
      && name.utf8.allSatisfy { Self.isAlphanumeric($0) || $0 == UInt8(ascii: "_") }
    guard !isWellFormed else { return [] }
    return [
      TemplateProblem(
        ["parameters", name],
        "a parameter's name is 1 to 100 letters, digits and '_', and begins with no digit")
    ]
  }

  private func formProblems(_ parameter: TemplateParameter) -> [TemplateProblem] {
    guard parameter.momentForm != nil, parameter.kind != .datetime else { return [] }
    return [
      TemplateProblem(
        ["parameters", parameter.name, "stored_as"],
        "a \(parameter.kind.rawValue) has no stored_as; a datetime has")
    ]
  }

  private func boundProblems(_ parameter: TemplateParameter) -> [TemplateProblem] {
    var problems: [TemplateProblem] = []
    var values: [ParameterValue] = []
    for (field, option) in [("minimum", parameter.minimum), ("maximum", parameter.maximum)] {
      guard let option else { continue }
      let path = ["parameters", parameter.name, field]
      guard parameter.kind.isOrdered else {
        problems.append(TemplateProblem(path, "a \(parameter.kind.rawValue) has no \(field)"))
        continue
      }
      do throws(OptionError) {
        values.append(try ParameterValue(option, of: parameter))
      } catch {
        problems.append(TemplateProblem(path, error.reason))
      }
    }
    if values.count == 2, values[1].isOrdered(before: values[0]) {
      problems.append(
        TemplateProblem(
          ["parameters", parameter.name, "maximum"],
          "\(values[1].option.shown) is less than the minimum \(values[0].option.shown)"))
    }
    return problems
  }

  private func textProblems(_ parameter: TemplateParameter) -> [TemplateProblem] {
    var problems: [TemplateProblem] = []
    let isText = parameter.kind == .string || parameter.kind == .stringList
    if let maxLength = parameter.maxLength {
      let path = ["parameters", parameter.name, "max_length"]
      if !isText {
        problems.append(TemplateProblem(path, "a \(parameter.kind.rawValue) has no max_length"))
      } else if maxLength < 1 {
        problems.append(TemplateProblem(path, "\(maxLength) must be 1 or more"))
      }
    }
    if let pattern = parameter.pattern {
      let path = ["parameters", parameter.name, "pattern"]
      if !isText {
        problems.append(TemplateProblem(path, "a \(parameter.kind.rawValue) has no pattern"))
      }
      do throws(LinearRegexError) {
        _ = try LinearRegex(pattern, ignoresCase: false)
      } catch {
        problems.append(TemplateProblem(path, "\(pattern.quoted) cannot be used: \(error)"))
      }
    }
    return problems
  }

  private func allowedProblems(_ parameter: TemplateParameter) -> [TemplateProblem] {
    var item = parameter
    // Of a list, the enumeration names the items.
    if item.kind == .stringList { item.kind = .string }
    return parameter.allowed.enumerated().compactMap { index, option in
      let path = ["parameters", parameter.name, "enum", "\(index)"]
      guard !parameter.allowed[..<index].contains(option) else {
        return TemplateProblem(path, "\(option.shown) is there twice")
      }
      do throws(OptionError) {
        _ = try ParameterValue(option, of: item)
        return nil
      } catch {
        return TemplateProblem(path, error.reason)
      }
    }
  }

  private func defaultProblems(_ parameter: TemplateParameter) -> [TemplateProblem] {
    guard let option = parameter.defaultValue else { return [] }
    let path = ["parameters", parameter.name, "default"]
    guard !parameter.isRequired else {
      return [TemplateProblem(path, "a required parameter has no use for a default")]
    }
    do throws(OptionError) {
      try ParameterValue(option, of: parameter).check(parameter)
      return []
    } catch {
      return [TemplateProblem(path, error.reason)]
    }
  }
}

extension TemplateParameter.Kind {
  /// Whether `minimum` and `maximum` mean something.
  var isOrdered: Bool {
    switch self {
    case .integer, .number, .date, .datetime: true
    case .string, .boolean, .stringList: false
    }
  }
}

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

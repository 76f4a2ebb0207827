internal import Texts

/// Finds what is wrong with templates when they are loaded, so that a report that is accepted later
/// can run.
package struct TemplateChecker: Sendable {
  /// One for each format that there is.
  private let renderers: [any Renderer]
  /// One for each kind of search that there is.
  private let searches: [any SearchCompiler]

  package init(renderers: [any Renderer], searches: [any SearchCompiler] = []) {
    self.renderers = renderers
    self.searches = searches
  }

  /// The kind of search of a name.
  package func search(_ name: String) -> (any SearchCompiler)? {
    searches.first { $0.name.isExactly(name) }
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
    for parameter in template.parameters {
      problems += ParameterChecker(parameter: parameter).problems
    }
    problems += duplicates(template.parameters.map(\.name)).map { name in
      TemplateProblem(["parameters", name], "there are two parameters of this name")
    }
    problems += formatProblems(template) + formatOptionProblems(template)
    problems += languageProblems(template)
    problems += optionRenderers.flatMap { $0.problems(in: template) }
    problems += cellFormatProblems(template.columns)
    problems += fileNameProblems(template)
    problems += limitProblems(template.limits) + domainProblems(template.domains)
    problems += searchProblems(template)
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
    if let search = template.search.flatMap(search) {
      return try probeProblems(template, search, source)
    }
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

  private func fileNameProblems(_ template: Template) -> [TemplateProblem] {
    guard let text = template.fileName else { return [] }
    do throws(FileNamePattern.Fault) {
      _ = try FileNamePattern(text, parameters: template.parameters.map(\.name))
      return []
    } catch {
      return [
        TemplateProblem(["file_name"], "at character \(error.position): \(error.reason)")
      ]
    }
  }

  private func languageProblems(_ template: Template) -> [TemplateProblem] {
    guard let tag = template.language, !Self.isLanguageTag(tag) else { return [] }
    return [
      TemplateProblem(
        ["language"],
        "\(tag.quoted) must be the tag of a language (BCP 47), such as en, de-AT or zh-Hant")
    ]
  }

  private func limitProblems(_ limits: TemplateLimits) -> [TemplateProblem] {
    [
      ("rows", limits.rowsMax), ("seconds", limits.secondsMax), ("bytes", limits.bytesMax),
      ("cell_bytes", limits.cellBytesMax ?? 1),
    ]
    .filter { $0.1 < 1 }
    .map { TemplateProblem(["limits", $0.0], "\($0.1) must be 1 or more") }
  }

  private func domainProblems(_ domains: Set<ExactText>?) -> [TemplateProblem] {
    guard let domains else { return [] }
    guard !domains.isEmpty else {
      return [
        TemplateProblem(
          ["domains"], "it names none; leave it out for every domain, or say enabled: false")
      ]
    }
    return domains.sorted().filter { !DomainID.isWellFormed($0.text) }.map { id in
      TemplateProblem(["domains"], "\(id.text.quoted) is no domain id: \(DomainID.grammar)")
    }
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

  /// Whether it is written as a tag (RFC 5646, 2.1), whatever language it may mean.
  private static func isLanguageTag(_ text: String) -> Bool {
    guard text.utf8.count <= 35 else { return false }
    let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    let first = parts.first?.allSatisfy { $0.isAlphanumeric && $0 > UInt8(ascii: "9") } ?? false
    return first && (parts.first?.count ?? 0) > 1
      && parts.allSatisfy { (1...8).contains($0.count) && $0.allSatisfy(\.isAlphanumeric) }
  }

  private static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 100, first.isAlphanumeric else {
      return false
    }
    return text.utf8.allSatisfy { $0.isAlphanumeric || "-_.".utf8.contains($0) }
  }

}

/// A template that searches.
extension TemplateChecker {
  private func searchProblems(_ template: Template) -> [TemplateProblem] {
    guard let name = template.search else { return [] }
    guard let search = search(name) else {
      let known = searches.map(\.name).sorted().joined(separator: ", ")
      return [TemplateProblem(["search"], "there is no search \(name.quoted); known are \(known)")]
    }
    var problems = search.problems(in: template)
    if template.isShared {
      problems.append(
        TemplateProblem(["tenant"], "a search keeps to the caller's domain; leave tenant out"))
    }
    return problems
  }

  private func probeProblems(
    _ template: Template, _ search: any SearchCompiler, _ source: any DataSource
  ) throws(ReportFailure) -> [TemplateProblem] {
    var problems: [TemplateProblem] = []
    for probe in search.probes {
      do throws(ReportFailure) {
        _ = try source.inspect(probe.sql, invalidText: template.invalidText)
      } catch {
        guard error.code != .sourceUnavailable else { throw error }
        problems.append(
          TemplateProblem(["search"], "\(probe.name) cannot be read: \(error.message)"))
      }
    }
    return problems
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

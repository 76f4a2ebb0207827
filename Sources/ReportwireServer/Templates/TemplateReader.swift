private import Crypto
internal import ReportCore
internal import Texts

/// Reads one template file: that every key is known and of its type. What the values mean is for
/// `TemplateChecker`.
struct TemplateReader {
  /// The formats of a template that names none.
  private static let defaultFormats = [ReportFormat.csv]

  /// Those whose names are keys too, with what there is to say of each.
  let formats: [ReportFormat]
  /// Where the files are that it names; nil: it can name none.
  let folder: String?
  let log: ProblemLog

  /// - Parameters:
  ///   - formats: those that there are.
  ///   - folder: where the files are that the template names; nil: it can name none.
  /// - Returns: nil if the text has problems, which are in the log then.
  static func read(
    _ text: String, formats: [ReportFormat], folder: String? = nil, log: ProblemLog
  ) -> TemplateDraft? {
    do throws(Problems) {
      guard let root = try YAMLNode.parse(text, file: log.file) else {
        log.add(line: 1, "the file is empty; a template needs name, source and sql")
        return nil
      }
      let template = TemplateReader(formats: formats, folder: folder, log: log).template(root)
      return log.problems.isEmpty
        ? TemplateDraft(template: template, file: log.file, root: root) : nil
    } catch {
      for problem in error.all { log.add(line: problem.line, problem.reason) }
      return nil
    }
  }

  private func template(_ root: YAMLNode) -> Template {
    var object = YAMLObject(root, "the template", log: log)
    let name = object.requiredString("name") ?? ""
    // In place of `sql`, which is unknown then.
    let search = object.string("search")
    var template = Template(
      templateID: object.string("template_id") ?? Self.templateID(name: name), name: name,
      title: object.string("title") ?? name, isEnabled: object.boolean("enabled") ?? true,
      source: object.requiredString("source") ?? "",
      isShared: object.choice("tenant", of: ["shared", "domain"]) == "shared",
      sql: (search == nil ? object.requiredString("sql") : nil) ?? "",
      invalidText: object.choice("invalid_text", of: InvalidText.allCases.map(\.rawValue))
        .flatMap(InvalidText.init),
      parameters: parameters(&object),
      columns: columns(&object), formats: formats(&object),
      formatOptions: formatOptions(&object), limits: limits(&object))
    template.search = search
    template.domains = object.stringList("domains").map { Set($0.map(\.exact)) }
    template.fileName = object.string("file_name")
    template.language = object.string("language")
    template.logo = logo(&object)
    template.retentionDays = object.integer("retention_days", in: 1...36_500).map(Int.init)
    object.finish()
    return template
  }

  /// The id of a template that states none follows from its name, so that it stays the same.
  static func templateID(name: String) -> String {
    "template-" + Hex.text(of: SHA256.hash(data: Array(name.utf8)).prefix(6))
  }

  private func formats(_ object: inout YAMLObject) -> [ReportFormat] {
    object.stringList("formats")?.map { ReportFormat(rawValue: $0) } ?? Self.defaultFormats
  }

  /// What is in the file is for the renderers of documents.
  private func logo(_ object: inout YAMLObject) -> TemplateLogo? {
    guard let name = object.string("logo") else { return nil }
    func fault(_ reason: String) -> TemplateLogo? {
      log.add(line: object.line(of: "logo"), "the logo \(name.quoted) \(reason)")
      return nil
    }
    guard let folder, !name.isEmpty, !name.utf8.contains(UInt8(ascii: "/")),
      !name.utf8.contains(0)
    else { return fault("must be the name of a PNG file beside the template") }
    do throws(Problems) {
      let bytes = try TextFile.bytes(folder + "/" + name, bytesMax: TemplateLogo.bytesMax)
      return TemplateLogo(
        name: name, bytes: bytes, sha256: Hex.text(of: SHA256.hash(data: bytes)))
    } catch {
      return fault("cannot be used: " + error.all.map(\.reason).joined(separator: "; "))
    }
  }

  /// What the options mean is for the formats' renderers.
  private func formatOptions(_ object: inout YAMLObject) -> [ReportFormat: OptionObject] {
    var options: [ReportFormat: OptionObject] = [:]
    for format in formats {
      guard let node = object.node(format.rawValue) else { continue }
      guard case .mapping = node.content else {
        log.add(
          line: node.line, "'\(format.rawValue)' must be a mapping, but is \(node.kindName)")
        continue
      }
      do throws(YAMLNode.Mismatch) {
        options[format] = try node.optionObject()
      } catch {
        log.add(line: error.line, "an option of '\(format.rawValue)' \(error.reason)")
      }
    }
    return options
  }

  private func limits(_ object: inout YAMLObject) -> TemplateLimits {
    var limits = TemplateLimits()
    guard let node = object.node("limits") else { return limits }
    var reader = YAMLObject(node, "'limits'", log: log)
    limits.rowsMax = reader.integer("rows", in: 1...Int64.max) ?? limits.rowsMax
    limits.secondsMax = reader.integer("seconds", in: 1...86_400) ?? limits.secondsMax
    limits.bytesMax = reader.integer("bytes", in: 1...Int64.max) ?? limits.bytesMax
    limits.cellBytesMax = reader.integer("cell_bytes", in: 1...Int64.max)
    reader.finish()
    return limits
  }

  private func columns(_ object: inout YAMLObject) -> [TemplateColumn] {
    let items = object.value("columns") { (node) throws(YAMLNode.Mismatch) in try node.list() }
    return (items ?? []).enumerated().map { index, item in
      var reader = YAMLObject(item, "column \(index + 1)", log: log)
      defer { reader.finish() }
      return TemplateColumn(
        name: reader.requiredString("name") ?? "", title: reader.string("title"),
        type: reader.choice("type", of: ColumnType.allCases.map(\.rawValue))
          .flatMap(ColumnType.init),
        format: reader.string("format"),
        alignment: reader.choice("align", of: ColumnAlignment.allCases.map(\.rawValue))
          .flatMap(ColumnAlignment.init),
        isRaw: reader.boolean("raw") ?? false)
    }
  }

  private func parameters(_ object: inout YAMLObject) -> [TemplateParameter] {
    guard let node = object.node("parameters") else { return [] }
    guard case .mapping(let entries) = node.content else {
      log.add(
        line: node.line,
        "'parameters' of the template must be a mapping of names, but is \(node.kindName)")
      return []
    }
    return entries.map { parameter($0) }
  }

  private func parameter(_ entry: YAMLNode.Entry) -> TemplateParameter {
    var reader = YAMLObject(entry.value, "parameter '\(entry.key)'", log: log)
    defer { reader.finish() }
    let kinds = TemplateParameter.Kind.allCases.map(\.rawValue)
    if !reader.has("type") {
      log.add(line: entry.line, "parameter '\(entry.key)' has no 'type': it is \(kinds.oneOf)")
    }
    let kind = reader.choice("type", of: kinds).flatMap(TemplateParameter.Kind.init)
    let allowed = reader.value("enum") { (node) throws(YAMLNode.Mismatch) in
      try node.options()
    }
    if allowed?.isEmpty == true {
      log.add(line: reader.line(of: "enum"), "'enum' of \(reader.what) is empty")
    }
    func option(_ key: String) -> OptionValue? {
      reader.value(key) { (node) throws(YAMLNode.Mismatch) in try node.option() }
    }
    return TemplateParameter(
      name: entry.key, kind: kind ?? .string, title: reader.string("title") ?? "",
      isRequired: reader.boolean("required") ?? false, defaultValue: option("default"),
      allowed: allowed ?? [], minimum: option("minimum"), maximum: option("maximum"),
      maxLength: reader.integer("max_length", in: 1...1_048_576).map(Int.init),
      pattern: reader.string("pattern"),
      momentForm: reader.choice("stored_as", of: MomentForm.allCases.map(\.rawValue))
        .flatMap(MomentForm.init))
  }
}

/// A template as its file says, with the lines that later checks point at.
struct TemplateDraft: Hashable, Sendable {
  var template: Template
  /// The file's path as messages name it.
  var file: String
  var root: YAMLNode
  /// Whether it came with the server.
  var isBuiltIn = false

  /// A problem at its line.
  func problem(_ problem: TemplateProblem) -> Problem {
    let place = problem.path.joined(separator: ".")
    return Problem(file, line: root.line(of: problem.path), "\(place): \(problem.message)")
  }
}

extension YAMLNode {
  /// The line of the deepest part of a path that is there: keys of mappings, indices of lists.
  func line(of path: [String]) -> Int {
    var node = self
    var line = self.line
    for step in path {
      switch node.content {
      case .mapping(let entries):
        guard let entry = entries.first(where: { $0.key.isExactly(step) }) else { return line }
        line = entry.line
        node = entry.value
      case .sequence(let items):
        guard let index = Int(step), items.indices.contains(index) else { return line }
        node = items[index]
        line = node.line
      case .scalar: return line
      }
    }
    return line
  }
}

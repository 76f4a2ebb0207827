internal import ArgumentParser
internal import ProtobufWire
internal import ReportAPI

/// `reportwire templates`.
struct TemplatesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "templates",
    abstract: "List the templates, or show what one of them takes.",
    discussion: """
      Examples:
        reportwire templates
        reportwire templates flights-by-carrier
        reportwire templates --json
      """)

  @Argument(help: ArgumentHelp("A template's id or name.", valueName: "template"))
  var template: String?

  @Flag(help: "Print the message as JSON.")
  var json = false

  @OptionGroup(title: "Connection") var connection: ConnectionOptions

  func run() async throws {
    try await Session.with(connection) { session in
      if let template {
        let info = try await session.template(template)
        if json { return try JSONOutput.write(info) }
        return try StandardOutput.write(Self.text(info))
      }
      let list = try await session.call(
        TemplateMethods.list, TemplateQuery(domainID: session.domainID))
      if json { return try JSONOutput.write(list) }
      try StandardOutput.write(Self.table(list.results).text)
    }
  }

  static func table(_ templates: [TemplateInfo]) -> Table {
    var table = Table(header: ["TEMPLATE_ID", "NAME", "STATE", "FORMATS", "OPTIONS", "TITLE"])
    for template in templates.sorted(by: { $0.name < $1.name }) {
      let parameters = Self.parameters(template).map { parameter in
        Self.flag(parameter, "required") ? "\(name(parameter))*" : name(parameter)
      }
      table.rows.append([
        template.templateID, template.name, state(template), formats(template),
        parameters.isEmpty ? "-" : parameters.joined(separator: ","),
        ReportText.value(template.options?["title"] ?? .string("")),
      ])
    }
    return table
  }

  static func text(_ template: TemplateInfo) -> String {
    let options = template.options
    var pairs = [
      ("template_id", template.templateID), ("name", template.name),
      ("title", ReportText.value(options?["title"] ?? .string(""))),
      ("state", state(template)),
      ("tenant", ReportText.value(options?["tenant"] ?? .string("-"))),
      ("formats", formats(template)),
    ]
    if let reason = options?["unavailable_reason"] {
      pairs.append(("unavailable", ReportText.value(reason)))
    }
    var text = Table.pairs(pairs) + "\n"
    var table = Table(header: ["OPTION", "TYPE", "REQUIRED", "DEFAULT", "RULES"])
    for parameter in parameters(template) {
      let rules = ["enum", "minimum", "maximum", "max_length", "pattern"].compactMap { key in
        parameter[key].map { "\(key)=\(ReportText.value($0))" }
      }
      table.rows.append([
        name(parameter), ReportText.value(parameter["type"] ?? .null),
        flag(parameter, "required") ? "yes" : "no",
        parameter["default"].map(ReportText.value) ?? "-", rules.joined(separator: " "),
      ])
    }
    text += table.rows.isEmpty ? "It takes no options.\n" : table.text
    let formats = formatOptions(template)
    if !formats.rows.isEmpty { text += "\n" + formats.text }
    return text
  }

  /// What `format_options` may say.
  private static func formatOptions(_ template: TemplateInfo) -> Table {
    var table = Table(header: ["FORMAT OPTION", "TAKES"])
    guard case .struct(let formats)? = template.options?["format_options"]?.kind else {
      return table
    }
    for format in formats.entries {
      guard case .struct(let options)? = format.value.kind else { continue }
      for option in options.entries {
        table.rows.append([
          ReportText.value(.string("\(format.key).\(option.key)")), ReportText.value(option.value),
        ])
      }
    }
    return table
  }

  private static func parameters(_ template: TemplateInfo) -> [Struct] {
    guard case .list(let list)? = template.options?["parameters"]?.kind else { return [] }
    return list.values.compactMap { value in
      if case .struct(let object)? = value.kind { object } else { nil }
    }
  }

  private static func state(_ template: TemplateInfo) -> String {
    template.options?["available"] == .bool(false)
      ? "UNAVAILABLE" : template.state.name ?? "-"
  }

  private static func name(_ parameter: Struct) -> String {
    ReportText.value(parameter["name"] ?? .string("?"))
  }

  private static func flag(_ object: Struct, _ key: String) -> Bool {
    object[key] == .bool(true)
  }

  private static func formats(_ template: TemplateInfo) -> String {
    guard case .list(let list)? = template.options?["formats"]?.kind else { return "-" }
    return list.values.map(ReportText.value).joined(separator: ",")
  }
}

internal import ArgumentParser
internal import ProtobufWire
internal import RPCCore
internal import ReportAPI

/// `reportwire preview`.
struct PreviewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preview",
    abstract: "Show the first rows that a template gives, and how its source finds them.",
    discussion: """
      Makes no report. Options are as those of 'reportwire create'. Below the rows stand the steps of \
      the source, with a warning for each that reads all of a table.

      Examples:
        reportwire preview costs --option month=2026-10
        reportwire preview costs --option month=2026-10 --json
      """)

  @Argument(help: ArgumentHelp("The template, by id or name.", valueName: "template"))
  var template: String

  @OptionGroup var options: TemplateOptions

  @Flag(help: "Print the message as JSON.")
  var json = false

  @OptionGroup(title: "Connection") var connection: ConnectionOptions

  func run() async throws {
    let (assignments, given) = try options.read()
    var options = given
    try await Session.with(connection) { session in
      let template = try await session.template(self.template)
      try OptionTyper(templateOptions: template.options).apply(assignments, to: &options)
      let preview = try await session.call(
        ReportControlMethods.preview,
        PreviewTemplateRequest(
          domainID: session.domainID, templateID: template.templateID, templateOptions: options))
      if json { return try JSONOutput.write(preview) }
      try StandardOutput.write(Self.text(preview))
    }
  }

  /// Columns wider than this are cut: a row stays on its line as far as it can.
  private static let cellColumnsMax = 40

  static func text(_ preview: TemplatePreview) -> String {
    var table = Table(header: preview.columns.map { cell($0.name) })
    table.rows.append(preview.columns.map(type))
    table.rows += preview.rows.map { $0.values.map { cell(ReportText.value($0)) } }
    var text = table.text + "\n" + count(preview) + "\n"
    guard !preview.plan.isEmpty else { return text }
    text += "\nPLAN\n"
    for step in preview.plan {
      let indent = String(repeating: "  ", count: Int(min(max(step.depth, 0), 20)))
      text += "\(indent)\(step.detail.shown)\n"
      if !step.warning.isEmpty { text += "\(indent)  warning: \(step.warning.shown)\n" }
    }
    return text
  }

  /// What the template calls the values, else what they are.
  private static func type(_ column: PreviewColumn) -> String {
    if !column.type.isEmpty { return "(\(column.type))" }
    return "(\(column.kinds.isEmpty ? "null" : column.kinds.joined(separator: ", ")))"
  }

  private static func count(_ preview: TemplatePreview) -> String {
    let rows = "\(Amount.count(Int64(preview.rows.count))) rows"
    return switch preview.cutBy {
    case "": "\(rows), all there are"
    case "seconds": "\(rows); the time was over before there were more"
    case "bytes": "\(rows); those that follow are too long to be shown"
    default: "the first \(rows)"
    }
  }

  private static func cell(_ text: String) -> String {
    let shown = text.shown
    guard shown.columns > cellColumnsMax else { return shown }
    return shown.prefix(columns: cellColumnsMax - 1) + "…"
  }
}

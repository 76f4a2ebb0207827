internal import ArgumentParser
internal import ProtobufWire
internal import ReportAPI
internal import ReportwireClient

/// `reportwire inspect`.
struct InspectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show everything about a report: parameters, timeline, files.",
    discussion: """
      Examples:
        reportwire inspect report-0b1c5c2f9a10
        reportwire inspect report-0b1c5c2f9a10 --json
      """)

  @Argument(help: ArgumentHelp("The report's id.", valueName: "report_id"))
  var reportID: String

  @Flag(help: "Print the message as JSON.")
  var json = false

  @OptionGroup(title: "Connection") var connection: ConnectionOptions

  func run() async throws {
    try await Session.with(connection) { session in
      let inspection = try await session.inspection(reportID)
      if json {
        try JSONOutput.write(inspection)
      } else {
        try StandardOutput.write(Self.text(inspection))
      }
    }
  }

  static func text(_ inspection: ReportInspection) -> String {
    var pairs = [("name", inspection.name)]
    pairs += inspection.report.map(ReportText.pairs) ?? []
    pairs.append(("parameters", ReportText.options(inspection.parameters)))
    pairs.append(("attempts", "\(inspection.attempts)"))
    if let progress = inspection.progress, !progress.state.isTerminal {
      pairs.append(("progress", Amount.rows(progress.rows, ofAbout: progress.expectedRows)))
    }
    if inspection.textsReplaced > 0 {
      pairs.append(("texts replaced", Amount.count(inspection.textsReplaced)))
    }
    if inspection.isPinned {
      pairs.append(("kept", "for ever: it is pinned"))
    } else if let end = inspection.keptUntil {
      pairs.append(("kept", "until \(end.rfc3339)"))
    }
    if !inspection.traceparent.isEmpty { pairs.append(("trace", inspection.traceparent)) }
    var timeline = Table(header: ["AT", "EVENT", "STATE", "ATTEMPT", "WORKER", "MESSAGE"])
    for event in inspection.timeline {
      timeline.rows.append([
        event.at?.rfc3339 ?? "-", event.kind, ReportText.state(event.state), "\(event.attempt)",
        event.worker.isEmpty ? "-" : event.worker, event.message,
      ])
    }
    var text = Table.pairs(pairs) + "\n" + timeline.text
    if !inspection.artifacts.isEmpty {
      var files = Table(header: ["FORMAT", "ROWS", "BYTES", "SHA-256", "PATH"])
      for artifact in inspection.artifacts {
        files.rows.append([
          artifact.format, Amount.count(artifact.rows), Amount.count(artifact.bytes),
          artifact.sha256, artifact.path,
        ])
      }
      text += "\n" + files.text
    }
    return text
  }
}

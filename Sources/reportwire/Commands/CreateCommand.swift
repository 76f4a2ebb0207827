internal import ArgumentParser
internal import ProtobufWire
internal import RPCCore
internal import ReportAPI

/// `reportwire create`.
struct CreateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Ask for a report; with --wait or --output also wait for it and fetch it.",
    discussion: """
      Prints the report's id. Options are what the template takes ('reportwire templates NAME'); \
      lists are written with commas. With --again the same is made again as of an earlier report, \
      and it is said of each format whether its bytes are the same; if they are not, the command \
      ends with 4 and says what the two reports were made of that differs.

      Examples:
        reportwire create --template costs --option month=2026-10
        reportwire create --template costs --option month=2026-10 --output costs.csv
        reportwire create --template flights --option carriers=UA,AA --output -
        reportwire create --again report-0b1c5c2f9a10
        reportwire create --template costs --format csv.zip --ask-zip-password
        echo '{"month": "2026-10"}' |
          reportwire create --template costs --options-json - --format json --wait
      """)

  @Option(help: ArgumentHelp("The template, by id or name.", valueName: "template"))
  var template: String?

  @Option(
    help: ArgumentHelp(
      "Make the same as this report again, wait, and compare.", valueName: "report_id"))
  var again: String?

  @Option(help: ArgumentHelp("What to call the report (default the template's name)."))
  var name: String?

  @OptionGroup var options: TemplateOptions

  @Option(
    help: ArgumentHelp(
      "A file format to make, such as csv or json (default what the template says). May be "
        + "repeated.", valueName: "format"))
  var format: [String] = []

  @OptionGroup var zipPassword: ZipPasswordOptions

  @Option(
    help: ArgumentHelp(
      "A name for this create: repeating it with the same name makes no second report.",
      valueName: "key"))
  var idempotencyKey: String?

  @Flag(help: "Wait until the report has ended.")
  var wait = false

  @Option(
    help: ArgumentHelp(
      "Wait, and write the file here; - for standard output; a folder takes every format.",
      valueName: "file"))
  var output: String?

  @Flag(help: "Print the report as JSON instead of its id.")
  var json = false

  @OptionGroup(title: "Connection") var connection: ConnectionOptions

  mutating func validate() throws {
    if again != nil {
      guard template == nil, options.isEmpty, format.isEmpty else {
        throw ValidationError(
          "--again takes template, options and formats from the report; leave --template, --option, "
            + "--options-json and --format out")
      }
      if json { throw ValidationError("--json and --again cannot go together") }
    } else if template == nil {
      throw ValidationError("Missing expected argument '--template <template>'")
    }
    if options.optionsJson == "-", zipPassword.zipPasswordFile == "-" {
      throw ValidationError("--options-json and --zip-password-file cannot both be standard input")
    }
    if json, output == "-" { throw ValidationError("--json and --output - cannot go together") }
    guard let output, case .file = DownloadTarget(output) else { return }
    if format.count > 1 {
      throw ValidationError(
        "--output must name a folder that exists when there is more than one --format")
    }
    // Said before a report is made, not after.
    if output.hasSuffix("/") { throw ValidationError("there is no folder '\(output)'") }
  }

  func run() async throws {
    let (assignments, given) = try options.read()
    let password = try zipPassword.read()
    try await Session.with(connection) { session in
      if let again { return try await repeatReport(again, password, session) }
      let created = try await create(session, assignments, given, password)
      if wait || output != nil {
        // Said before the wait, so that whoever interrupts it knows what to ask for.
        if output != "-", !json { try StandardOutput.writeLine(created.reportID) }
        try await session.waitShowingProgress(for: created.reportID)
        if let output {
          // A folder takes every format that was asked for.
          try await session.download(
            created.reportID, format: format.count > 1 ? nil : format.first?.lowercased(),
            to: output)
        }
        if json { try JSONOutput.write(try await session.report(created.reportID)) }
      } else if json {
        try JSONOutput.write(created)
      } else {
        try StandardOutput.writeLine(created.reportID)
      }
    }
  }

  private func repeatReport(
    _ reportID: String, _ password: String?, _ session: Session
  ) async throws {
    let repetition = try await Repetition(of: reportID, session)
    var request = repetition.request(name: name)
    var options = request.templateOptions ?? Struct()
    try ZipPassword.applyAgain(password, to: &options, isAsked: zipPassword.isAsked)
    request.templateOptions = options
    let created = try await create(session, request)
    if output != "-" { try StandardOutput.writeLine(created.reportID) }
    try await session.waitShowingProgress(for: created.reportID)
    if let output { try await session.download(created.reportID, format: nil, to: output) }
    try await repetition.compare(with: created.reportID)
  }

  private func create(
    _ session: Session, _ assignments: [OptionAssignment], _ given: Struct, _ password: String?
  ) async throws -> ReportInfo {
    let template = try await session.template(self.template ?? "")
    var options = given
    try OptionTyper(templateOptions: template.options).apply(assignments, to: &options)
    if !format.isEmpty {
      options["formats"] = .list(ListValue(format.map { .string($0.lowercased()) }))
    }
    try ZipPassword.apply(
      password, to: &options, standard: template.options?["formats"], isAsked: zipPassword.isAsked)
    return try await create(
      session,
      CreateReportRequest(
        domainID: session.domainID, templateID: template.templateID,
        name: name ?? template.name, templateOptions: options))
  }

  private func create(
    _ session: Session, _ request: CreateReportRequest
  ) async throws -> ReportInfo {
    var metadata = Metadata()
    metadata[Metadata.idempotencyKey] = idempotencyKey
    return try await session.call(ReportMethods.create, request, metadata: metadata)
  }
}

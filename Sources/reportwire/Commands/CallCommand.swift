internal import ArgumentParser
internal import ProtobufWire
internal import RPCCore
internal import ReportAPI

/// `reportwire call`.
struct CallCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "call",
    abstract: "Call any method with a request in JSON.",
    discussion: """
      The service may be given in full or by its last part. The answer is printed as JSON; a stream \
      as a line of JSON per message. --list shows every method. A request that has a domain_id and \
      does not set it gets the command's domain.

      Examples:
        reportwire call --list
        reportwire call Report/list --json '{"query": {"page": {"limit": 3}}}'
        reportwire call spaceone.api.report.v1.Template/get --json @request.json
        reportwire call Report/get_download_url --metadata format=json \\
          --json '{"report_id": "report-0b1c5c2f9a10"}'
      """)

  @Argument(help: ArgumentHelp("The method.", valueName: "service/method"))
  var method: String?

  @Option(
    help: ArgumentHelp("The request; @FILE reads it from a file, - from standard input."))
  var json: String = "{}"

  @Option(
    help: ArgumentHelp("What travels with the call. May be repeated.", valueName: "key=value"))
  var metadata: [String] = []

  @Flag(help: "List the methods.")
  var list = false

  @OptionGroup(title: "Connection") var connection: ConnectionOptions

  mutating func validate() throws {
    if method == nil, !list { throw ValidationError("name a method as SERVICE/METHOD, or --list") }
  }

  func run() async throws {
    guard let method else {
      for method in MethodTable.methods { try StandardOutput.writeLine(method.fullName) }
      return
    }
    let descriptor = try Self.descriptor(method)
    let request = try Self.request(
      descriptor.input, try InputText.read(json), domainID: connection.domainID)
    let metadata = try pairs()
    try await Session.with(connection) { session in
      try await session.answers(descriptor, request, metadata: metadata) { answer in
        let message = try Self.decode(descriptor.output, answer)
        try JSONOutput.write(message, isPretty: !descriptor.isServerStreaming)
      }
    }
  }

  private func pairs() throws -> Metadata {
    var result = Metadata()
    for text in metadata {
      guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
        throw CommandFailure(.usage, "'\(text)' is no metadata; write --metadata KEY=VALUE")
      }
      result.append(String(text[..<equals]), String(text[text.index(after: equals)...]))
    }
    return result
  }

  /// The method of a name, whose service may be shortened to its last part.
  static func descriptor(_ name: String) throws(CommandFailure) -> MethodDescriptor {
    if let descriptor = MethodTable.method(named: name) { return descriptor }
    let matches = MethodTable.methods.filter { $0.fullName.hasSuffix("." + name) }
    guard let match = matches.first, matches.count == 1 else {
      throw CommandFailure(
        .usage, "there is no method '\(name)'; 'reportwire call --list' shows them all")
    }
    return match
  }

  private static func request<Input: Message>(
    _ type: Input.Type, _ json: String, domainID: String
  ) throws(CommandFailure) -> [UInt8] {
    do throws(WireError) {
      let input = try Input(json: json)
      var writer = BinaryWriter()
      if let field = Input.descriptor.fields.first(where: { $0.name == "domain_id" }) {
        // The last one wins on the wire, so the command's domain goes in front.
        try writer.scalar(field.number, .string, domainID)
      }
      try input.encode(into: &writer)
      return writer.bytes()
    } catch {
      throw CommandFailure(
        .usage, "the request is no \(Input.descriptor.fullName) in JSON: \(error)")
    }
  }

  private static func decode<Output: Message>(
    _ type: Output.Type, _ bytes: [UInt8]
  ) throws(CommandFailure) -> Output {
    do throws(WireError) {
      return try Output(protobuf: bytes)
    } catch {
      throw CommandFailure(
        .callFailed, "the answer is no \(Output.descriptor.fullName): \(error)")
    }
  }
}

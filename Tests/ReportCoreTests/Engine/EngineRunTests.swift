import ReportCore
import ReportwireTestKit
import Testing

@Suite("ReportEngine: what a run makes", .timeLimit(.minutes(5)))
struct EngineRunTests {
  @Test func `All files of a report are made in one pass over the rows`() async throws {
    try await EngineBench([.rows(2)]).running { bench in
      let report = try await bench.create(formats: [.json, .csv])
      let ended = try #require(await bench.end(of: report))
      #expect(ended.state == .finished)
      #expect(ended.progress == Progress(rows: 2, bytes: 64))
      #expect(
        ended.artifacts
          == [.json, .csv].map { format in
            Artifact(
              format: format,
              path: "domain-a/\(report.reportID)/\(format.rawValue)-1.\(format.rawValue)",
              bytes: 32,
              rows: 2, sha256: String(repeating: "0a", count: 32),
              mediaType: "text/x-\(format.rawValue)")
          })
      let text = "number|text\n0|row 0\n1|row 1\nend\n"
      #expect(bench.texts == ["csv-1.csv": text, "json-1.json": text])
      #expect(bench.source.queries.count == 1)
      #expect(try await bench.kinds(of: report) == [.created, .claimed, .ended])
      #expect(try await bench.stored(report) == ended)
    }
  }

  @Test func `Texts that were not UTF-8 are counted, and the template says what becomes of them`()
    async throws
  {
    var template = EngineBench.template()
    template.invalidText = .replace
    try await EngineBench([.replaced(1), .rows(1), .replaced(2), .rows(1)], template: template)
      .running { bench in
        let report = try await bench.create()
        let ended = try #require(await bench.end(of: report))
        #expect(ended.progress.textsReplaced == 3)
        #expect(try await bench.stored(report)?.progress.textsReplaced == 3)
        #expect(bench.source.queries.map(\.invalidText) == [.replace])
      }
  }

  @Test func `The query is bound to the caller's domain and parameters`() async throws {
    let template = EngineBench.template(parameters: [
      TemplateParameter(name: "carrier", kind: .string, isRequired: true),
      TemplateParameter(name: "delay", kind: .integer, defaultValue: .number(5)),
      TemplateParameter(name: "until", kind: .date),
    ])
    try await EngineBench(template: template).running { bench in
      let report = try await bench.create(
        in: "domain-b", options: ["carrier": .string("UA' --"), "formats": .list([.string("csv")])])
      _ = await bench.end(of: report)
      #expect(
        bench.source.queries == [
          SourceQuery(
            sql: template.sql,
            bindings: [
              "domain_id": .text("domain-b"), "carrier": .text("UA' --"), "delay": .integer(5),
              "until": .null,
            ])
        ])
    }
  }

  /// Nobody has looked whether its statement keeps to the caller's domain.
  @Test(arguments: [
    (TemplateFault.unchecked("It is locked."), ReportFailure(.sourceUnavailable, "It is locked.")),
    (.broken("sql: no such table"), ReportFailure(.templateError, "sql: no such table")),
  ])
  func `A template with a fault is not run`(fault: TemplateFault, failure: ReportFailure)
    async throws
  {
    var template = EngineBench.template()
    template.fault = fault
    try await EngineBench(template: template).running { bench in
      let ended = await bench.end(of: try await bench.create())
      #expect(ended?.failure == ReportFailureInfo(failure))
      #expect(bench.source.queries.isEmpty)
    }
  }

  @Test func `A title goes to the column of the same bytes`() async throws {
    let template = EngineBench.template(columns: [TemplateColumn(name: "e\u{301}", title: "2nd")])
    let source = ScriptedSource([], columns: ["é", "e\u{301}"])
    try await EngineBench(template: template, source: source).running { bench in
      _ = await bench.end(of: try await bench.create())
      #expect(bench.texts == ["csv-1.csv": "é|2nd\nend\n"])
    }
  }

  @Test func `Columns bear the template's titles, the others the query's names`() async throws {
    let template = EngineBench.template(columns: [TemplateColumn(name: "text", title: "Words")])
    try await EngineBench([], template: template).running { bench in
      _ = await bench.end(of: try await bench.create())
      #expect(bench.texts == ["csv-1.csv": "number|Words\nend\n"])
    }
  }

  @Test func `A renderer writes as the template wants it`() async throws {
    var template = EngineBench.template()
    template.formatOptions = [.csv: ["ink": .string("red")], .json: ["ink": .string("blue")]]
    try await EngineBench([], template: template, renderers: [OptionsRenderer()]).running { bench in
      _ = await bench.end(of: try await bench.create())
      #expect(bench.texts == ["csv-1.csv": "red"])
    }
  }

  @Test func `What the caller says of a format counts before the template`() async throws {
    var template = EngineBench.template()
    template.formatOptions = [.csv: ["ink": .string("red")]]
    try await EngineBench([], template: template, renderers: [OptionsRenderer()]).running { bench in
      let options: OptionObject = [
        "format_options": .object(["csv": .object(["ink": .string("blue")])])
      ]
      _ = await bench.end(of: try await bench.create(options: options))
      #expect(bench.texts == ["csv-1.csv": "blue"])
    }
  }

  @Test func `An option that the format does not take fails the report`() async throws {
    var template = EngineBench.template()
    template.formatOptions = [.csv: ["ink": .string("green")]]
    try await EngineBench([], template: template, renderers: [OptionsRenderer()]).running { bench in
      let ended = await bench.end(of: try await bench.create())
      #expect(ended?.failure?.code == .templateError)
      #expect(ended?.failure?.message == "csv.ink: it must be red or blue, not \"green\".")
    }
  }

  @Test func `The source is told the types of columns`() async throws {
    let columns = [TemplateColumn(name: "text", type: .date), TemplateColumn(name: "number")]
    try await EngineBench([], template: EngineBench.template(columns: columns)).running { bench in
      _ = await bench.end(of: try await bench.create())
      #expect(bench.source.queries.map(\.columnTypes) == [["text": .date]])
    }
  }

  @Test(arguments: [1, 100, 1 << 20])
  func `A file is the same however often it is flushed`(_ flushBytes: Int) async throws {
    try await EngineBench(
      [.rows(500)], configuration: EngineConfiguration(flushBytes: flushBytes)
    ).running { bench in
      let ended = await bench.end(of: try await bench.create())
      let rows = (0..<500).map { "\($0)|row \($0)\n" }.joined()
      #expect(bench.texts["csv-1.csv"] == "number|text\n" + rows + "end\n")
      #expect(ended?.progress.bytes == Int64(bench.artifacts.files.values.first?.count ?? 0))
    }
  }

  @Test(arguments: [(10, .finished), (9, .failure)] as [(Int64, ReportState)])
  func `The limit of rows is reached by one row more`(
    _ rowsMax: Int64, _ state: ReportState
  ) async throws {
    let template = EngineBench.template(limits: TemplateLimits(rowsMax: rowsMax))
    try await EngineBench([.rows(10)], template: template).running { bench in
      let ended = await bench.end(of: try await bench.create())
      #expect(ended?.state == state)
      #expect(ended?.failure?.code == (state == .failure ? .rowLimit : nil))
      #expect(bench.artifacts.files.isEmpty == (state == .failure))
      #expect(bench.artifacts.temporary.isEmpty)
    }
  }

  @Test(
    arguments: [
      // Two files of 32 bytes: at the end of a run, and where rows are flushed one by one.
      (64, 65_536, .finished), (63, 65_536, .failure), (64, 1, .finished), (63, 1, .failure),
      (20, 1, .failure),
    ] as [(Int64, Int, ReportState)])
  func `The limit of bytes counts all files and is reached by one byte more`(
    _ bytesMax: Int64, _ flushBytes: Int, _ state: ReportState
  ) async throws {
    let template = EngineBench.template(limits: TemplateLimits(bytesMax: bytesMax))
    try await EngineBench(
      [.rows(2)], configuration: EngineConfiguration(flushBytes: flushBytes), template: template
    ).running { bench in
      let ended = await bench.end(of: try await bench.create(formats: [.csv, .json]))
      #expect(ended?.state == state)
      #expect(ended?.failure?.code == (state == .failure ? .byteLimit : nil))
      #expect(bench.artifacts.temporary.isEmpty)
    }
  }

  @Test(arguments: ReportFailure.Code.all.filter { $0 != .internal && $0 != .canceledByUser })
  func `A failure of the source is the report's`(_ code: ReportFailure.Code) async throws {
    let failure = ReportFailure(code, "It went wrong.")
    try await EngineBench([.rows(3), .fail(failure)]).running { bench in
      let ended = await bench.end(of: try await bench.create())
      #expect(ended?.state == .failure)
      #expect(ended?.failure == ReportFailureInfo(failure))
      #expect(ended?.progress.rows == 3)
      #expect(bench.artifacts.files.isEmpty)
      #expect(bench.artifacts.temporary.isEmpty)
    }
  }

  @Test(arguments: [ReportFailure.Code.internal, .canceledByUser])
  func `What nobody foresaw is shown by an incident's name only`(
    _ code: ReportFailure.Code
  ) async throws {
    try await EngineBench([.fail(ReportFailure(code, "A secret."))]).running { bench in
      let ended = await bench.end(of: try await bench.create())
      #expect(ended?.state == .failure)
      #expect(
        ended?.failure
          == ReportFailureInfo(
            code: .internal,
            message: "Something went wrong inside the server (incident-000000000001)."))
    }
  }

  @Test func `A failure of a renderer fails the report and leaves no file`() async throws {
    try await EngineBench(
      [.rows(3)], renderers: [LineRenderer(.csv), LineRenderer(.json, failsAtRow: 2)]
    ).running { bench in
      let ended = await bench.end(of: try await bench.create(formats: [.csv, .json]))
      #expect(ended?.failure?.code == .internal)
      #expect(bench.artifacts.files.isEmpty)
      #expect(bench.artifacts.temporary.isEmpty)
    }
  }

  @Test(arguments: [
    InMemoryArtifactStore.Fault.makeWriter, .write, .commit(.csv), .commit(.json),
  ])
  func `A failure of the artifact store fails the report and leaves no file`(
    _ fault: InMemoryArtifactStore.Fault
  ) async throws {
    try await EngineBench().running { bench in
      let failure = ReportFailure(.storageError, "The disk is full.")
      bench.artifacts.fail(fault, with: failure)
      let ended = await bench.end(of: try await bench.create(formats: [.csv, .json]))
      #expect(ended?.failure == ReportFailureInfo(failure))
      #expect(bench.artifacts.files.isEmpty)
      #expect(bench.artifacts.temporary.isEmpty)
    }
  }

  @Test func `A template that has gone fails its reports`() async throws {
    try await EngineBench().running { bench in
      let report = TestReports.report(
        1, templateID: "template-ffffffffffff", createdAt: bench.clock.now)
      _ = try await bench.store.create(report, idempotency: nil)
      bench.engine.wake()
      let ended = await bench.end(of: report)
      #expect(ended?.failure?.code == .templateError)
      #expect(
        ended?.failure?.message
          == "There is no template template-ffffffffffff any more; it was there at the create.")
    }
  }

  @Test func `Options that a changed template does not take fail the report`() async throws {
    try await EngineBench().running { bench in
      let ended = await bench.end(of: try await bench.create(options: ["gone": .number(1)]))
      #expect(ended?.failure?.code == .templateError)
      #expect(ended?.failure?.message.contains("template_options.gone") == true)
    }
  }

  @Test func `A format without a renderer fails the report`() async throws {
    try await EngineBench(renderers: [LineRenderer(.csv)]).running { bench in
      let ended = await bench.end(of: try await bench.create(formats: [.csv, .json]))
      #expect(ended?.failure?.code == .templateError)
      #expect(ended?.failure?.message == "There is no renderer for the format \"json\".")
    }
  }

  @Test func `A source that is not configured fails the report`() async throws {
    try await EngineBench(template: EngineBench.template(source: "gone")).running { bench in
      let ended = await bench.end(of: try await bench.create())
      #expect(ended?.failure?.code == .sourceUnavailable)
    }
  }
}

/// Writes how it was told to write.
private struct OptionsRenderer: Renderer {
  var text = "not adapted"

  let format = ReportFormat.csv
  let mediaType = "text/plain"
  let fileExtension = "csv"

  func adapted(to options: inout FormatOptions) -> any Renderer {
    OptionsRenderer(text: options.choice("ink", of: ["red", "blue"]) ?? text)
  }

  func begin(
    _ columns: [RenderColumn], into output: inout RenderBuffer
  ) throws(ReportFailure) -> any RenderSession {
    output.append(text)
    return Session()
  }

  private final class Session: RenderSession {
    func row(_ row: SourceRow, into output: inout RenderBuffer) {}
    func finish(into output: inout RenderBuffer) {}
  }
}

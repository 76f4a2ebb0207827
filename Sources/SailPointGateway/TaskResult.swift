internal import ProtobufWire
internal import ReportCore

/// A report in the words of SailPoint: the published TaskResultDetails and ReportResults.
struct TaskResult {
  private static let locale = "en-US"

  let report: Report
  let type: ReportType
  let id: String
  /// Of its template; empty where the query names them.
  let columns: [TemplateColumn]

  /// nil for a report that SailPoint's API does not know: of another template.
  init?(_ report: Report, _ catalog: any TemplateCatalog) {
    guard let type = ReportType(templateID: report.templateID),
      let id = TaskResultID.text(of: report.reportID)
    else { return nil }
    self.report = report
    self.type = type
    self.id = id
    columns = catalog.template(report.templateID)?.columns ?? []
  }

  /// TaskResultDetails, what `run` answers.
  var details: Struct {
    [
      "type": .text("QUEUED_TASK"), "id": .text(id), "reportType": .text(type.rawValue),
      "taskDefName": .text(type.title), "description": .text(type.title), "parentName": .null,
      "launcher": .text(report.createdBy), "created": .moment(report.createdAt),
      "launched": .moment(report.startedAt), "completed": .moment(report.endedAt),
      "completionStatus": completionStatus.map(Value.text) ?? .null,
      "messages": .array(messages), "returns": .array(returns), "attributes": Value(.struct([:])),
      "progress": .text(progress),
    ]
  }

  /// ReportResults, what `result` answers.
  ///
  /// - Parameter now: until then a run that goes on has lasted.
  func results(at now: Instant) -> Struct {
    var results: Struct = [
      "reportType": .text(type.rawValue), "taskDefName": .text(type.title), "id": .text(id),
      "created": .moment(report.createdAt), "duration": .whole(milliseconds(until: now)),
      "rows": .whole(rows), "availableFormats": .array(availableFormats.map(Value.text)),
    ]
    if let status { results["status"] = .text(status) }
    return results
  }

  private var rows: Int64 { report.artifacts.first?.rows ?? report.progress.rows }

  private var completionStatus: String? {
    switch report.state {
    case .created, .inProgress: nil
    case .finished: "SUCCESS"
    case .failure: "ERROR"
    case .timeout: "TEMP_ERROR"
    case .canceled: "TERMINATED"
    }
  }

  /// There is none of a run that goes on.
  private var status: String? {
    switch report.state {
    case .created, .inProgress: nil
    case .finished: "SUCCESS"
    case .failure, .timeout: "FAILURE"
    case .canceled: "TERMINATED"
    }
  }

  private var progress: String {
    switch report.state {
    case .created: "0% (waiting)"
    // How many there will be nobody knows.
    case .inProgress: "\(rows) rows"
    case .finished: "100% (\(rows) rows)"
    case .failure, .timeout, .canceled: "ended after \(rows) rows"
    }
  }

  private var messages: [Value] {
    guard let failure = report.failure else { return [] }
    let isError = report.state != .canceled
    return [
      Value(
        .struct([
          "type": .text(isError ? "ERROR" : "WARN"), "error": Value(.bool(isError)),
          "warning": Value(.bool(!isError)), "key": .text("\(failure.code)"),
          "localizedText": .text(failure.message),
        ]))
    ]
  }

  private var returns: [Value] {
    columns.map { column in
      Value(
        .struct([
          "displayLabel": .text(column.title ?? column.name), "attributeName": .text(column.name),
        ]))
    }
  }

  /// Of the published ones, in their order.
  private var availableFormats: [String] {
    var formats: [String] = []
    if report.artifact(as: .csv) != nil { formats.append("CSV") }
    if report.artifact(as: .pdf) != nil { formats.append("PDF") }
    return formats
  }

  private func milliseconds(until now: Instant) -> Int64 {
    guard let start = report.startedAt else { return 0 }
    return max(0, start.duration(to: report.endedAt ?? now).wholeNanoseconds / 1_000_000)
  }
}

/// What a file can be asked for as.
enum FileFormat: String, CaseIterable {
  case csv, pdf, json

  /// In any case of its letters.
  init?(name: String) {
    let isNamed = { (format: FileFormat) in
      format.rawValue.utf8.count == name.utf8.count
        && zip(format.rawValue.utf8, name.utf8).allSatisfy { $0 == $1 | 0x20 }
    }
    guard let format = Self.allCases.first(where: isNamed) else { return nil }
    self = format
  }

  var mediaType: String { "application/\(rawValue)" }
}

extension Report {
  /// The file of a finished report that is handed out for a format. For CSV that may be an archive, where a
  /// template makes several files.
  func artifact(as format: FileFormat) -> Artifact? {
    guard state == .finished else { return nil }
    let names = format == .csv ? ["csv", "zip", "csv.zip"] : [format.rawValue]
    return names.lazy.compactMap { name in
      artifacts.first { $0.format == ReportFormat(rawValue: name) }
    }.first
  }
}

extension Value {
  static var null: Value { Value(.null) }
  static func text(_ text: String) -> Value { Value(.string(text)) }
  static func whole(_ number: Int64) -> Value { Value(.number(Double(number))) }
  static func array(_ items: [Value]) -> Value { Value(.list(ListValue(items))) }
  static func moment(_ instant: Instant?) -> Value {
    instant.map { .text(ISO8601.text($0, fractionDigits: 3)) } ?? .null
  }
}

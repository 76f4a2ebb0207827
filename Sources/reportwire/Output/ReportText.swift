internal import ProtobufWire
internal import ReportAPI

/// Reports as people read them.
enum ReportText {
  static func state(_ state: ReportInfo.State) -> String {
    state.name ?? "STATE_\(state.rawValue)"
  }

  /// `2026-11-23 17:05:00Z`, to the second.
  static func time(_ timestamp: Timestamp?) -> String {
    guard let timestamp else { return "-" }
    return Timestamp(seconds: timestamp.seconds).rfc3339.replacing("T", with: " ")
  }

  static func value(_ value: Value) -> String {
    switch value.kind {
    case .string(let text): text
    case nil: "null"
    default: (try? value.json()) ?? "?"
    }
  }

  static func options(_ options: Struct?) -> String {
    let entries = (options?.entries ?? []).sorted { $0.key < $1.key }
    return entries.isEmpty
      ? "-" : entries.map { "\($0.key)=\(value($0.value))" }.joined(separator: " ")
  }

  static func pairs(_ report: ReportInfo) -> [(String, String)] {
    var pairs = [
      ("report_id", report.reportID), ("state", state(report.state)),
      ("template_id", report.templateID), ("domain_id", report.domainID),
      ("created_at", time(report.createdAt)),
    ]
    if !report.createdBy.isEmpty { pairs.append(("created_by", report.createdBy)) }
    pairs.append(("options", options(report.templateOptions)))
    if let storage = report.storageInfo { pairs.append(("storage", storage.name)) }
    if !report.storagePath.isEmpty { pairs.append(("path", report.storagePath)) }
    if let error = report.error { pairs.append(("error", "\(error.code): \(error.message)")) }
    return pairs
  }

  /// What to say of a report that ended without a file; nil for one that finished.
  static func failure(
    _ reportID: String, _ state: ReportInfo.State, _ error: ReportError?
  ) -> CommandFailure? {
    guard state != .finished else { return nil }
    let reason = error.map { ": \($0.code): \($0.message)" } ?? ""
    return CommandFailure(
      .reportNotFinished, "report \(reportID) ended in \(self.state(state))\(reason)")
  }
}

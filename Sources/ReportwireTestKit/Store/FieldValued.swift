import ReportCore

/// An entity whose fields can be asked for by their published names.
protocol FieldValued {
  var id: String { get }
  /// nil: the field is missing.
  func value(at path: [String]) -> FieldValue?
  /// With nothing in place of what a query does not read.
  func reading(_ query: ListQuery) -> Self
  /// Bytes of its texts, as far as they may be many.
  var textBytes: Int { get }
}

enum FieldValue {
  case option(OptionValue)
  case instant(Instant)
}

extension Report: FieldValued {
  var id: String { reportID }

  func reading(_ query: ListQuery) -> Report {
    var report = self
    if !query.reads("name") { report.name = "" }
    if !query.reads("template_options") { report.templateOptions = [:] }
    if !query.reads("schedule_id") { report.scheduleID = "" }
    if !query.reads("created_by") { report.createdBy = "" }
    if !query.reads("error") { report.failure = nil }
    if !query.reads("storage_path") { report.artifacts = [] }
    return report
  }

  var textBytes: Int {
    name.utf8.count + (CanonicalJSON.text(.object(templateOptions))?.utf8.count ?? 0)
  }

  func value(at path: [String]) -> FieldValue? {
    switch path.first {
    case "storage_info":
      return storageID == Storage.local.storageID
        ? Storage.local.value(at: Array(path.dropFirst())) : nil
    case "template_options":
      return OptionValue.object(templateOptions).value(at: path.dropFirst()).map { .option($0) }
    case "created_at": return .instant(createdAt)
    case "started_at": return startedAt.map(FieldValue.instant)
    case "ended_at": return endedAt.map(FieldValue.instant)
    default: return text(path).map { .option(.string($0)) }
    }
  }

  private func text(_ path: [String]) -> String? {
    switch path {
    case ["report_id"]: reportID
    case ["domain_id"]: domainID
    case ["template_id"]: templateID
    case ["name"]: name
    case ["storage_id"]: storageID
    case ["storage_path"]: storagePath
    case ["created_by"]: createdBy
    case ["schedule_id"]: scheduleID
    case ["state"]: state.rawValue
    case ["error", "code"]: failure?.code.rawValue
    case ["error", "message"]: failure?.message
    default: nil
    }
  }
}

extension Storage: FieldValued {
  var id: String { storageID }

  func reading(_ query: ListQuery) -> Storage {
    var storage = self
    if !query.reads("name") { storage.name = "" }
    if !query.reads("secret_id") { storage.secretID = "" }
    if !query.reads("options") { storage.options = [:] }
    return storage
  }

  var textBytes: Int { CanonicalJSON.text(.object(options))?.utf8.count ?? 0 }

  func value(at path: [String]) -> FieldValue? {
    switch path.first {
    case "options":
      return OptionValue.object(options).value(at: path.dropFirst()).map { .option($0) }
    case "created_at": return .instant(createdAt)
    default: return text(path).map { .option(.string($0)) }
    }
  }

  private func text(_ path: [String]) -> String? {
    let type = StorageType.all.first { $0.storageTypeID == storageTypeID }
    return switch path {
    case ["storage_id"]: storageID
    case ["domain_id"]: domainID
    case ["name"]: name
    case ["secret_id"]: secretID
    case ["storage_type_info", "storage_type_id"]: storageTypeID
    case ["storage_type_info", "name"]: type?.name
    case ["storage_type_info", "storage_type"]: type?.storageType
    case ["storage_type_info", "provider"]: type?.provider
    default: nil
    }
  }
}

extension OptionValue {
  /// What a path leads to; nil if it leads nowhere, or to null.
  fileprivate func value(at path: ArraySlice<String>) -> OptionValue? {
    guard let key = path.first else { return self == .null ? nil : self }
    guard case .object(let members) = self else { return nil }
    return members[key]?.value(at: path.dropFirst())
  }
}

internal import ProtobufWire
internal import ReportAPI
internal import ReportCore

extension ReportInfo.State {
  /// The wire's form of a state.
  init(_ state: ReportState) {
    self =
      switch state {
      case .created: .created
      case .inProgress: .inProgress
      case .failure: .failure
      case .timeout: .timeout
      case .canceled: .canceled
      case .finished: .finished
      }
  }
}

extension ReportError {
  /// The wire's form of a failure.
  init(_ failure: ReportFailureInfo) {
    self.init()
    code = failure.code.rawValue
    message = failure.message
  }
}

extension ReportInfo {
  /// The published form of a report. Of a storage that is gone only its id shows.
  init(_ view: ReportView) {
    self.init()
    let report = view.report
    domainID = report.domainID
    reportID = report.reportID
    templateID = report.templateID
    storageInfo = view.storage.map(StorageInfo.init) ?? StorageInfo(storageID: report.storageID)
    storagePath = report.storagePath
    templateOptions = Struct(report.templateOptions)
    state = State(report.state)
    createdBy = report.createdBy
    scheduleID = report.scheduleID
    createdAt = Timestamp(report.createdAt)
    error = report.failure.map(ReportError.init)
  }
}

extension StorageTypeInfo {
  /// The published form of a storage type.
  init(_ type: StorageType) {
    self.init()
    storageTypeID = type.storageTypeID
    name = type.name
    storageType = type.storageType
    provider = type.provider
    if !type.options.isEmpty { options = Struct(type.options) }
  }
}

extension StorageInfo {
  /// The published form of a storage.
  init(_ storage: Storage) {
    self.init()
    domainID = storage.domainID
    storageID = storage.storageID
    name = storage.name
    secretID = storage.secretID
    if let type = StorageType.all.first(where: { $0.storageTypeID == storage.storageTypeID }) {
      storageTypeInfo = StorageTypeInfo(type)
    }
    if !storage.options.isEmpty { options = Struct(storage.options) }
    createdAt = Timestamp(storage.createdAt)
  }
}

extension TemplateInfo {
  /// The published form of a template: its `options` are what a caller needs to know to run it.
  ///
  /// - Parameter formatOptions: what can be said of formats.
  init(_ template: Template, formatOptions: OptionObject) {
    self.init()
    templateID = template.templateID
    name = template.name
    state = template.isEnabled ? .enable : .disable
    options = Struct([
      "title": .string(template.title),
      "tenant": .string(template.isShared ? "shared" : "domain"),
      "formats": .list(template.formats.map { .string($0.rawValue) }),
      "format_options": .object(formatOptions),
      "parameters": .list(template.parameters.map { .object($0.description) }),
      "columns": .list(template.columns.map { .object($0.description) }),
      "limits": .object([
        "rows": .number(Double(template.limits.rowsMax)),
        "seconds": .number(Double(template.limits.secondsMax)),
        "bytes": .number(Double(template.limits.bytesMax)),
      ]),
    ])
    if let fault = template.fault {
      options?["available"] = .bool(false)
      options?["unavailable_reason"] = .string(fault.reason)
    }
  }
}

extension TemplateParameter {
  /// The parameter in the words of the template's YAML.
  fileprivate var description: OptionObject {
    var object: OptionObject = [
      "name": .string(name), "type": .string(kind.rawValue), "required": .bool(isRequired),
    ]
    if !title.isEmpty { object["title"] = .string(title) }
    object["default"] = defaultValue
    if !allowed.isEmpty { object["enum"] = .list(allowed) }
    object["minimum"] = minimum
    object["maximum"] = maximum
    object["max_length"] = maxLength.map { .number(Double($0)) }
    object["pattern"] = pattern.map { .string($0) }
    object["stored_as"] = momentForm.map { .string($0.rawValue) }
    return object
  }
}

extension TemplateColumn {
  /// The column in the words of the template's YAML.
  fileprivate var description: OptionObject {
    var object: OptionObject = ["name": .string(name)]
    object["title"] = title.map { .string($0) }
    object["format"] = format.map { .string($0) }
    if isRaw { object["raw"] = .bool(true) }
    return object
  }
}

extension Timestamp {
  /// The wire's form of a moment.
  init(_ instant: Instant) {
    self.init(seconds: instant.secondsSinceEpoch, nanos: instant.nanosecond)
  }
}

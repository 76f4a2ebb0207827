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

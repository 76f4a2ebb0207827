package import Logging

/// Writes each event as one line: time, level, label, message, then its metadata sorted by key.
package struct LineLogHandler: LogHandler {
  package var logLevel: Logger.Level
  package var metadata: Logger.Metadata = [:]
  package var metadataProvider: Logger.MetadataProvider?

  private let label: String
  private let format: LogFormat
  private let output: LogOutput
  /// Nanoseconds since the epoch.
  private let now: @Sendable () -> Int64

  package init(
    label: String, level: Logger.Level, format: LogFormat, output: LogOutput,
    now: @escaping @Sendable () -> Int64 = SystemTime.now
  ) {
    self.label = label
    self.logLevel = level
    self.format = format
    self.output = output
    self.now = now
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    var line = LogLine(format: format)
    line.begin()
    line.field("time", time: now())
    line.field("level", event.level.rawValue)
    line.field("logger", label)
    line.field("message", event.message.description)
    if let own = event.metadata, metadata.isEmpty, metadataProvider == nil {
      append(own, to: &line)
    } else {
      var all = metadata
      if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
      if let own = event.metadata { all.merge(own) { $1 } }
      append(all, to: &line)
    }
    if let error = event.error { line.field("error", "\(error)") }
    line.end()
    output.write(line.bytes, isUrgent: event.level >= .warning)
  }

  private func append(_ metadata: Logger.Metadata, to line: inout LogLine) {
    guard !metadata.isEmpty else { return }
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
      switch value {
      case .string(let text): line.field(key, text)
      case .stringConvertible(let value): line.field(key, value)
      case .array, .dictionary: line.field(key, value.description)
      }
    }
  }
}

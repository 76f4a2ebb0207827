package import Logging

/// Writes each event as one line: time, level, label, message, then its metadata sorted by key.
///
/// No line is longer than `LogLine.bytesMax`: whoever fills a disk with logs, or pays for each byte
/// of them, must not depend on what callers send. Texts that are too long are cut.
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
    var metadata = self.metadata
    if let provided = metadataProvider?.get() { metadata.merge(provided) { $1 } }
    if let own = event.metadata {
      if metadata.isEmpty { metadata = own } else { metadata.merge(own) { $1 } }
    }
    let fields = metadata.sorted { $0.key < $1.key }
    let time = now()
    var textBytesMax = LogLine.bytesMax / 2
    var line = line(event, fields, time, textBytesMax)
    while line.bytes.count > LogLine.bytesMax, textBytesMax > 1 {
      textBytesMax /= 2
      line = self.line(event, fields, time, textBytesMax)
    }
    output.write(line.bytes)
  }

  private func line(
    _ event: LogEvent, _ fields: [(key: String, value: Logger.MetadataValue)], _ time: Int64,
    _ textBytesMax: Int
  ) -> LogLine {
    var line = LogLine(format: format, textBytesMax: textBytesMax)
    line.begin()
    line.field("time", time: time)
    line.field("level", event.level.rawValue)
    line.field("logger", label)
    line.field("message", event.message.description)
    for (key, value) in fields {
      switch value {
      case .string(let text): line.field(key, text)
      case .stringConvertible(let value): line.field(key, value)
      case .array, .dictionary: line.field(key, value.description)
      }
    }
    if let error = event.error { line.field("error", "\(error)") }
    line.end()
    return line
  }

  /// The line that stands in a log for those that its reader was too slow for.
  static func lossLine(
    _ lines: Int, label: String, format: LogFormat, at nanoseconds: Int64
  ) -> [UInt8] {
    var line = LogLine(format: format)
    line.begin()
    line.field("time", time: nanoseconds)
    line.field("level", Logger.Level.warning.rawValue)
    line.field("logger", label)
    line.field("message", "log lines were lost, because nobody read them")
    line.field("lines", lines)
    line.end()
    return line.bytes
  }
}

/// How a log line is written.
package enum LogFormat: String, Hashable, Sendable, CaseIterable {
  /// `key=value` pairs.
  case logfmt
  /// One JSON object.
  case json
}

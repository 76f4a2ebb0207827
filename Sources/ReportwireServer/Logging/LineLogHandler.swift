package import Logging
internal import RPCCore
private import ReportCore
internal import Texts

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

/// The bytes of one log line in the making.
struct LogLine {
  /// So long may a line be, in bytes, with its end.
  static let bytesMax = 2048

  let format: LogFormat
  /// So much of a text is shown, in bytes before any escapes.
  private let textBytesMax: Int
  private(set) var bytes: [UInt8] = []
  private var isFirst = true

  init(format: LogFormat, textBytesMax: Int = bytesMax / 2) {
    self.format = format
    self.textBytesMax = textBytesMax
    bytes.reserveCapacity(256)
  }

  mutating func begin() {
    if format == .json { bytes.append(UInt8(ascii: "{")) }
  }

  mutating func end() {
    if format == .json { bytes.append(UInt8(ascii: "}")) }
    bytes.append(UInt8(ascii: "\n"))
  }

  mutating func field(_ key: String, time nanoseconds: Int64) {
    name(key)
    if format == .json { bytes.append(UInt8(ascii: "\"")) }
    SystemTime.append(nanoseconds, to: &bytes)
    if format == .json { bytes.append(UInt8(ascii: "\"")) }
  }

  mutating func field(_ key: String, _ text: String) {
    let text = text.beginning(bytesMax: textBytesMax)
    name(key)
    if format == .logfmt, Self.isPlain(text) {
      bytes.append(contentsOf: text.utf8)
    } else {
      quoted(text)
    }
  }

  /// Numbers and booleans stay what they are in JSON; the rest is text.
  mutating func field(_ key: String, _ value: any CustomStringConvertible & Sendable) {
    switch value {
    case is any FixedWidthInteger, is Bool:
      name(key)
      bytes.append(contentsOf: value.description.utf8)
    case let number as Double where number.isFinite:
      name(key)
      bytes.append(contentsOf: number.description.utf8)
    default:
      field(key, value.description)
    }
  }

  private mutating func name(_ key: String) {
    if !isFirst { bytes.append(format == .json ? UInt8(ascii: ",") : UInt8(ascii: " ")) }
    isFirst = false
    switch format {
    case .logfmt:
      bytes.append(
        contentsOf: key.utf8.lazy.map {
          $0 <= 0x20 || $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: "\"") || $0 == 0x7f
            ? UInt8(ascii: "_") : $0
        })
      bytes.append(UInt8(ascii: "="))
    case .json:
      quoted(key)
      bytes.append(UInt8(ascii: ":"))
    }
  }

  /// Whether a reader of `key=value` pairs takes the text for one value.
  private static func isPlain(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy {
        $0 > 0x20 && $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: "\"")
          && $0 != UInt8(ascii: "\\") && $0 != 0x7f
      } && !hasObeyed(text)
  }

  /// Whether there is something beyond ASCII that a terminal or a reader would obey.
  private static func hasObeyed(_ text: String) -> Bool {
    text.utf8.contains { $0 >= 0x80 } && text.unicodeScalars.contains(where: \.isObeyed)
  }

  /// A JSON string; nothing in it can break the line, move the terminal's cursor or turn the
  /// direction of writing.
  private mutating func quoted(_ text: String) {
    if Self.hasObeyed(text) {
      bytes.append(contentsOf: JSONText.string(text).shownJSON.utf8)
    } else {
      bytes.appendJSONString(text, escapesDelete: true)
    }
  }
}

extension String {
  /// A text that is too long, cut after a whole character, with its length behind: `abc…(70000 bytes)`.
  /// Costs the same however long the text is.
  fileprivate func beginning(bytesMax: Int) -> String {
    let bytes = utf8
    guard bytes.count > bytesMax else { return self }
    var end = bytes.index(startIndex, offsetBy: bytesMax)
    while end > startIndex, UTF8.isContinuation(bytes[end]) { end = bytes.index(before: end) }
    var kept = self[..<end]
    // The last character may go on behind the cut; a text that is all one character is cut in it.
    if kept.count > 1 { kept.removeLast() }
    return "\(kept)…(\(bytes.count) bytes)"
  }
}

/// The wall clock as log lines write it.
package enum SystemTime {
  /// Nanoseconds since 1970-01-01T00:00:00Z.
  @Sendable
  package static func now() -> Int64 {
    SystemClock().now.nanosecondsSinceEpoch
  }

  /// Appends `2026-11-23T17:05:00.123456Z`.
  fileprivate static func append(_ nanoseconds: Int64, to bytes: inout [UInt8]) {
    let microseconds = nanoseconds.floored(by: 1000)
    let seconds = microseconds.quotient.floored(by: 1_000_000)
    let day = seconds.quotient.floored(by: 86_400)
    let (year, month, dayOfMonth) = CivilDate.date(day.quotient)
    let second = Int(day.remainder)
    append(Int(year), digits: 4, to: &bytes)
    for (separator, value) in [("-", Int(month)), ("-", Int(dayOfMonth)), ("T", second / 3600)] {
      bytes.append(contentsOf: separator.utf8)
      append(value, digits: 2, to: &bytes)
    }
    bytes.append(UInt8(ascii: ":"))
    append(second / 60 % 60, digits: 2, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    append(second % 60, digits: 2, to: &bytes)
    bytes.append(UInt8(ascii: "."))
    append(Int(seconds.remainder), digits: 6, to: &bytes)
    bytes.append(UInt8(ascii: "Z"))
  }

  private static func append(_ value: Int, digits: Int, to bytes: inout [UInt8]) {
    var divisor = 1
    for _ in 1..<digits { divisor *= 10 }
    while divisor > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
      divisor /= 10
    }
  }
}

import Foundation
import Logging
import RPCCore
import ReportwireTestKit
import Synchronization
import Testing

@testable import ReportwireServer

@Suite struct LineLogHandlerTests {
  /// Everything that a body logs, read back from a pipe.
  private func lines(
    _ format: LogFormat, level: Logger.Level = .trace, at nanoseconds: Int64 = 0,
    _ body: (Logger) -> Void
  ) -> String {
    let pipe = Pipe()
    let output = LogOutput(descriptor: pipe.fileHandleForWriting.fileDescriptor)
    let logger = Logger(label: "test") { label in
      LineLogHandler(
        label: label, level: level, format: format, output: output, now: { nanoseconds })
    }
    body(logger)
    output.flush()
    pipe.fileHandleForWriting.closeFile()
    return String(decoding: pipe.fileHandleForReading.allBytes(), as: UTF8.self)
  }

  @Test func logfmtQuotesOnlyWhatNeedsIt() {
    let text = lines(.logfmt) {
      $0.info(
        "a call",
        metadata: [
          "plain": "x/y:1", "spaced": "a b", "quote": "a\"b\\", "line": "1\n2\u{1b}[31m",
          "empty": "",
          "bad key=": "v",
        ])
    }
    #expect(
      text
        == "time=1970-01-01T00:00:00.000000Z level=info logger=test message=\"a call\" bad_key_=v "
        + "empty=\"\" line=\"1\\n2\\u001b[31m\" plain=x/y:1 quote=\"a\\\"b\\\\\" spaced=\"a b\"\n")
  }

  /// C1 controls move the cursor of some terminals; marks of direction turn what follows.
  @Test(arguments: [LogFormat.logfmt, .json])
  func whatATerminalOrReaderWouldObeyIsEscaped(format: LogFormat) {
    let text = lines(format) {
      $0.info("m", metadata: ["id": "a\u{9b}2J\u{202e}b\u{2028}\\é日"])
    }
    #expect(text.contains(#""a\u009b2J\u202eb\u2028\\é日""#))
    #expect(!text.unicodeScalars.contains { $0 != "\n" && $0.isObeyed })
  }

  @Test func jsonIsOneObjectPerLine() throws {
    let text = lines(.json) {
      $0.error("bröken \u{1}", metadata: ["n": .stringConvertible(42), "list": ["a", "b"]])
      $0.debug("second")
    }
    let parsed = try text.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(parsed.count == 2)
    #expect(parsed[0]["message"] as? String == "bröken \u{1}")
    #expect(parsed[0]["n"] as? Int == 42)
    #expect(parsed[0]["level"] as? String == "error")
    #expect(parsed[1]["message"] as? String == "second")
  }

  @Test func linesBelowTheLevelAreNotWritten() {
    let text = lines(.logfmt, level: .warning) {
      $0.info("quiet")
      $0.warning("loud")
    }
    #expect(text.contains("loud") && !text.contains("quiet"))
  }

  @Test func metadataOfTheLoggerIsOverriddenByTheLine() {
    let text = lines(.logfmt) {
      var logger = $0
      logger[metadataKey: "a"] = "1"
      logger[metadataKey: "b"] = "2"
      logger.info("m", metadata: ["b": "3"])
    }
    #expect(text.hasSuffix("message=m a=1 b=3\n"))
  }

  @Test(arguments: [
    (Int64(0), "1970-01-01T00:00:00.000000Z"),
    (951_782_400_000_000_000, "2000-02-29T00:00:00.000000Z"),
    (1_795_453_500_123_456_789, "2026-11-23T17:05:00.123456Z"),
    (-1, "1969-12-31T23:59:59.999999Z"),
    (4_107_542_399_000_000_000, "2100-02-28T23:59:59.000000Z"),
  ])
  func timeIsRFC3339(nanoseconds: Int64, wanted: String) {
    #expect(lines(.logfmt, at: nanoseconds) { $0.info("m") }.hasPrefix("time=\(wanted) "))
  }

  @Test(.timeLimit(.minutes(1)))
  func aReaderThatIsTooSlowHoldsWritersUpInsteadOfFillingMemory() async throws {
    let pipe = Pipe()
    let output = LogOutput(descriptor: pipe.fileHandleForWriting.fileDescriptor)
    let line = [UInt8](repeating: UInt8(ascii: "x"), count: 1000) + [10]
    let count = LogOutput.pendingBytesMax / line.count * 5
    let written = Mutex(0)
    async let writer: Void = blocking {
      for _ in 0..<count {
        output.write(line, isUrgent: false)
        written.withLock { $0 += 1 }
      }
      output.flush()
    }
    // Nobody reads until the writer stands still.
    let before = try await blocking {
      var (lines, quietRuns) = (0, 0)
      while lines == 0 || quietRuns < 100_000 {
        sched_yield()
        let now = written.withLock { $0 }
        quietRuns = now == lines ? quietRuns + 1 : 0
        lines = now
      }
      return lines
    }
    // One batch on its way, the next one waiting, and what the pipe holds.
    #expect(before * line.count < 2 * LogOutput.pendingBytesMax + (1 << 17))
    try await blocking {
      var rest = count * line.count
      while rest > 0 { rest -= pipe.fileHandleForReading.someBytes().count }
      #expect(rest == 0)
    }
    try await writer
  }
}

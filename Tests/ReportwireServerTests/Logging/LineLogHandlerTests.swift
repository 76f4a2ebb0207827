import Foundation
import Logging
import RPCCore
import ReportwireTestKit
import Synchronization
import Testing
import Texts

@testable import ReportwireServer

@Suite struct LineLogHandlerTests {
  /// Everything that a body logs, read back from a pipe.
  private func lines(
    _ format: LogFormat, level: Logger.Level = .trace, at nanoseconds: Int64 = 0,
    _ body: (Logger) -> Void
  ) -> String {
    let pipe = Pipe()
    let output = Self.output(pipe)
    let logger = Logger(label: "test") { label in
      LineLogHandler(
        label: label, level: level, format: format, output: output, now: { nanoseconds })
    }
    body(logger)
    #expect(output.flush(waitMilliseconds: 60_000))
    pipe.fileHandleForWriting.closeFile()
    return String(decoding: pipe.fileHandleForReading.allBytes(), as: UTF8.self)
  }

  private static func output(_ pipe: Pipe) -> LogOutput {
    LogOutput(descriptor: pipe.fileHandleForWriting.fileDescriptor) { lines in
      LineLogHandler.lossLine(lines, label: "test", format: .json, at: 0)
    }
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

  /// Everything that a caller can fill at once, and each by itself.
  @Test(
    arguments: [LogFormat.logfmt, .json],
    ["x", "é", "\u{1}", "\u{202e}", "e\u{301}", "👩‍👩‍👧", "\"", "\\"])
  func noLineIsLongerThanTwoKibibytes(format: LogFormat, piece: String) throws {
    let long = String(repeating: piece, count: 70_000)
    let keys = ["cause", "domain", "id", "path", "peer", "reason", "transaction", "user"]
    var all: Logger.Metadata = [:]
    for key in keys { all[key] = .string(long) }
    let text = lines(format) { logger in
      logger.info("call", metadata: all)
      for key in keys { logger.info("call", metadata: [key: .string(long), "code": "OK"]) }
    }
    let lines = text.split(separator: "\n")
    #expect(lines.count == keys.count + 1)
    for line in lines {
      #expect(line.utf8.count < LogLine.bytesMax)
      #expect(line.contains("…(\(long.utf8.count) bytes)"))
      if format == .json {
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
      } else {
        #expect(line.hasPrefix("time="))
      }
    }
  }

  @Test func whatIsCutIsCutAfterAWholeCharacter() throws {
    func shown(_ text: String) throws -> String {
      let line = lines(.json) { $0.info("m", metadata: ["id": .string(text)]) }
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return object?["id"] as? String ?? ""
    }
    let fits = String(repeating: "x", count: LogLine.bytesMax / 2)
    #expect(try shown(fits) == fits)
    #expect(try shown(fits + "x") == fits.dropLast() + "…(1025 bytes)")
    // The mark behind the cut belongs to the last letter before it.
    #expect(try shown(fits + "\u{301}") == fits.dropLast() + "…(1026 bytes)")
    let families = String(repeating: "👩‍👩‍👧", count: 100)
    let cut = try shown(families).split(separator: "…").first ?? ""
    #expect(cut.count > 10)
    #expect(cut.allSatisfy { $0 == "👩‍👩‍👧" })
    // One character without an end is cut in the middle, since it is all that there is.
    let marks = "e" + String(repeating: "\u{301}", count: 100_000)
    #expect(try shown(marks).utf8.starts(with: "e\u{301}\u{301}".utf8))
    #expect(try shown(marks).hasSuffix("…(200001 bytes)"))
  }

  @Test(.timeLimit(.minutes(5)))
  func aReaderThatIsStuckCostsLinesAndNobodysTime() async throws {
    let pipe = Pipe()
    let output = Self.output(pipe)
    let padding = String(repeating: "x", count: 1000)
    let count = LogOutput.pendingBytesMax / 1000 * 3
    // Returns although nobody reads.
    for number in 0..<count { output.write(Array("\(number) \(padding)\n".utf8)) }
    #expect(!output.flush(waitMilliseconds: 1))

    let read = Task {
      try await blocking {
        var (text, lines) = ("", [String]())
        while lines.last != "end" {
          text += String(decoding: pipe.fileHandleForReading.someBytes(), as: UTF8.self)
          while let end = text.utf8.firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(String(text[..<end]))
            text = String(text[text.index(after: end)...])
          }
        }
        return lines
      }
    }
    let isWritten = try await blocking { output.flush(waitMilliseconds: 60_000) }
    #expect(isWritten)
    output.write(Array("end\n".utf8))
    // Each line stands in its place, and where some are missing it is said how many.
    var next = 0
    var shown = 0
    for line in try await read.value.dropLast() {
      if line.hasPrefix("{") {
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        #expect(object?["message"] as? String == "log lines were lost, because nobody read them")
        #expect(object?["level"] as? String == "warning")
        next += try #require(object?["lines"] as? Int)
      } else {
        #expect(line.prefix { $0 != " " } == "\(next)")
        next += 1
        shown += 1
      }
    }
    #expect(next == count)
    // What is on its way, what may wait, and what the pipe holds.
    #expect(shown * 1000 < 2 * LogOutput.pendingBytesMax + (1 << 17))
  }

  @Test func aReaderThatIsGoneCostsLinesOnly() throws {
    let pipe = Pipe()
    let output = Self.output(pipe)
    signal(SIGPIPE, SIG_IGN)
    try pipe.fileHandleForReading.close()
    for _ in 0..<100 { output.write([UInt8](repeating: 10, count: 100_000)) }
    #expect(output.flush(waitMilliseconds: 60_000))
  }
}

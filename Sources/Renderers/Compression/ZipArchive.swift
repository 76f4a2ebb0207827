internal import CZlib
internal import ReportCore

/// A ZIP file being written front to back, without a seek and without a file of its own: sizes and
/// checksum of what is streamed follow it (PKWARE APPNOTE 4.3.9), ZIP64 is used where 32 bits do not
/// do. Times are fixed, so that the same entries give the same bytes. Used from one thread.
final class ZipArchive {
  fileprivate struct Entry {
    var name: [UInt8]
    var offset: UInt64
    var isStreamed: Bool
    var checksum: UInt32 = 0
    var bytes: UInt64 = 0
    var compressedBytes: UInt64 = 0
  }

  private let deflater: Deflater
  private var entries: [Entry] = []
  /// Bytes that the archive has so far.
  private var position: UInt64

  private static let deflated: UInt16 = 8
  private static let flagStreamed: UInt16 = 1 << 3
  private static let flagUTF8: UInt16 = 1 << 11
  /// 1980-01-01, the first that there is.
  private static let date: UInt16 = 0x21
  private static let version: UInt16 = 20
  private static let versionZIP64: UInt16 = 45

  /// - Parameter position: bytes that stand before it in the file.
  /// - Throws: INTERNAL if the system has no memory for it.
  init(position: UInt64 = 0) throws(ReportFailure) {
    self.position = position
    deflater = try Deflater(.raw)
  }

  /// Starts an entry, whose bytes come with `append`.
  func begin(_ name: String, into output: inout RenderBuffer) {
    entries.append(Entry(name: Array(name.utf8), offset: position, isStreamed: true))
    write(into: &output) { appendLocalHeader(of: entries[entries.count - 1], to: &$0) }
  }

  /// Appends bytes to the entry that was begun.
  ///
  /// - Parameter bytes: of a size that may be compressed at once.
  func append(_ bytes: [UInt8], into output: inout RenderBuffer) throws(ReportFailure) {
    guard !bytes.isEmpty else { return }
    entries[entries.count - 1].note(bytes)
    let count = write(into: &output) { deflater.append(bytes, to: &$0) }
    entries[entries.count - 1].compressedBytes += count
    try output.drainIfFull()
  }

  /// Ends the entry that was begun.
  func end(into output: inout RenderBuffer) throws(ReportFailure) {
    let count = write(into: &output) { deflater.finish(to: &$0) }
    entries[entries.count - 1].compressedBytes += count
    let entry = entries[entries.count - 1]
    write(into: &output) { bytes in
      bytes.appendLittle(0x0807_4B50 as UInt32)
      bytes.appendLittle(entry.checksum)
      if entry.isLarge {
        bytes.appendLittle(entry.compressedBytes)
        bytes.appendLittle(entry.bytes)
      } else {
        bytes.appendLittle(UInt32(entry.compressedBytes))
        bytes.appendLittle(UInt32(entry.bytes))
      }
    }
    try output.drainIfFull()
  }

  /// Adds a small entry. Its sizes stand in front of it, where tools look that read only the start.
  func add(
    _ name: String, _ content: [UInt8], into output: inout RenderBuffer
  ) throws(ReportFailure) {
    var entry = Entry(name: Array(name.utf8), offset: position, isStreamed: false)
    var compressed: [UInt8] = []
    deflater.append(content, to: &compressed)
    deflater.finish(to: &compressed)
    entry.note(content)
    entry.compressedBytes = UInt64(compressed.count)
    entries.append(entry)
    write(into: &output) { bytes in
      appendLocalHeader(of: entry, to: &bytes)
      bytes += compressed
    }
    try output.drainIfFull()
  }

  /// Appends the directory, which ends the file.
  func finish(into output: inout RenderBuffer) throws(ReportFailure) {
    let start = position
    for entry in entries {
      write(into: &output) { appendDirectoryEntry(entry, to: &$0) }
      try output.drainIfFull()
    }
    let size = position - start
    let count = UInt64(entries.count)
    let isLarge = count >= 0xFFFF || size >= UInt32.max || start >= UInt32.max
    let end = position
    write(into: &output) { bytes in
      if isLarge {
        bytes.appendLittle(0x0606_4B50 as UInt32)
        bytes.appendLittle(44 as UInt64)
        bytes.appendLittle(Self.versionZIP64)
        bytes.appendLittle(Self.versionZIP64)
        bytes.appendLittle(0 as UInt64)
        for number in [count, count, size, start] { bytes.appendLittle(number) }
        bytes.appendLittle(0x0706_4B50 as UInt32)
        bytes.appendLittle(0 as UInt32)
        bytes.appendLittle(end)
        bytes.appendLittle(1 as UInt32)
      }
      bytes.appendLittle(0x0605_4B50 as UInt32)
      bytes.appendLittle(0 as UInt32)
      for _ in 0..<2 { bytes.appendLittle(UInt16(clamping: count)) }
      bytes.appendLittle(UInt32(clamping: size))
      bytes.appendLittle(UInt32(clamping: start))
      bytes.appendLittle(0 as UInt16)
    }
  }

  private func appendLocalHeader(of entry: Entry, to bytes: inout [UInt8]) {
    bytes.appendLittle(0x0403_4B50 as UInt32)
    bytes.appendLittle(Self.version)
    appendCommon(entry, to: &bytes)
    bytes.appendLittle(entry.isStreamed ? 0 : entry.checksum)
    bytes.appendLittle(entry.isStreamed ? 0 : UInt32(entry.compressedBytes))
    bytes.appendLittle(entry.isStreamed ? 0 : UInt32(entry.bytes))
    bytes.appendLittle(UInt16(entry.name.count))
    bytes.appendLittle(0 as UInt16)
    bytes += entry.name
  }

  private func appendDirectoryEntry(_ entry: Entry, to bytes: inout [UInt8]) {
    var extra: [UInt8] = []
    for number in [entry.bytes, entry.compressedBytes, entry.offset] where number >= UInt32.max {
      extra.appendLittle(number)
    }
    let version = extra.isEmpty ? Self.version : Self.versionZIP64
    bytes.appendLittle(0x0201_4B50 as UInt32)
    bytes.appendLittle(version)
    bytes.appendLittle(version)
    appendCommon(entry, to: &bytes)
    bytes.appendLittle(entry.checksum)
    bytes.appendLittle(UInt32(clamping: entry.compressedBytes))
    bytes.appendLittle(UInt32(clamping: entry.bytes))
    bytes.appendLittle(UInt16(entry.name.count))
    bytes.appendLittle(UInt16(extra.isEmpty ? 0 : extra.count + 4))
    // Comment, disk and the attributes of the file are nothing; 2 + 2 + 2 + 4 bytes.
    bytes += repeatElement(0, count: 10)
    bytes.appendLittle(UInt32(clamping: entry.offset))
    bytes += entry.name
    if !extra.isEmpty {
      bytes.appendLittle(1 as UInt16)
      bytes.appendLittle(UInt16(extra.count))
      bytes += extra
    }
  }

  private func appendCommon(_ entry: Entry, to bytes: inout [UInt8]) {
    bytes.appendLittle(Self.flagUTF8 | (entry.isStreamed ? Self.flagStreamed : 0))
    bytes.appendLittle(Self.deflated)
    bytes.appendLittle(0 as UInt16)
    bytes.appendLittle(Self.date)
  }

  /// Appends to the output and counts.
  @discardableResult
  private func write(into output: inout RenderBuffer, _ append: (inout [UInt8]) -> Void) -> UInt64 {
    let before = output.bytes.count
    append(&output.bytes)
    let count = UInt64(output.bytes.count - before)
    position += count
    return count
  }
}

extension ZipArchive.Entry {
  fileprivate mutating func note(_ more: [UInt8]) {
    bytes += UInt64(more.count)
    checksum = more.withUnsafeBufferPointer {
      UInt32(truncatingIfNeeded: crc32(UInt(checksum), $0.baseAddress, UInt32($0.count)))
    }
  }

  fileprivate var isLarge: Bool { bytes >= UInt32.max || compressedBytes >= UInt32.max }
}

extension [UInt8] {
  fileprivate mutating func appendLittle(_ value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}

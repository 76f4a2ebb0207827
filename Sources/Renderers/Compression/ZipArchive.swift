internal import CArchive
internal import ReportCore

#if canImport(Darwin)
  private import Darwin
#elseif canImport(Musl)
  private import Musl
#else
  private import Glibc
#endif

/// A ZIP file being written front to back (libarchive), without a seek and without a file of its own.
/// Times are fixed, so that the same entries give the same bytes, unless there is a password: then
/// entries are encrypted by AES-256 (WinZip's AE-1) with a salt that is never the same. Names,
/// sizes and checksums can be read without it. Used from one thread.
final class ZipArchive {
  /// Takes what the library writes.
  private final class Sink {
    var bytes: [UInt8] = []
    /// Whether nobody wants them any more.
    var isClosed = false

    func take(_ more: UnsafeRawPointer?, _ count: Int) {
      guard !isClosed else { return }
      bytes.append(contentsOf: UnsafeRawBufferPointer(start: more, count: count))
    }
  }

  private let archive: OpaquePointer
  private let sink = Sink()

  /// `AE_IFREG`.
  private static let regularFile: UInt32 = 0o100_000
  /// As `Deflater`'s.
  private static let level = "4"
  /// An archive that may become larger is written with ZIP64: somewhat below 4 GiB, behind which an entry
  /// could not begin without it, for what is on its way counts too.
  private static let plainBytesMax: Int64 = 4_000_000_000

  /// - Parameters:
  ///   - password: that entries are encrypted with; nil: none are.
  ///   - bytesMax: how large the archive may become; nil: nobody says.
  /// - Throws: INTERNAL if the system has no memory for it.
  init(
    password: FilePassword? = nil, bytesMax: Int64? = nil
  ) throws(ReportFailure) {
    guard let archive = archive_write_new() else {
      throw ReportFailure(.internal, "libarchive has no memory to begin a ZIP file.")
    }
    self.archive = archive
    try check(archive_write_set_format_zip(archive))
    // Bytes go on as they come.
    try check(archive_write_set_bytes_per_block(archive, 0))
    try set("compression-level", Self.level)
    // Of what is streamed nobody knows beforehand whether it needs ZIP64. In front of it, as the
    // library has it by default, readers that take a stream do not get on with it: Java's before 22.
    // In the directory it stands where it is needed. So it stands in front only where the archive may
    // become so large that there is no other way.
    if let bytesMax, bytesMax <= Self.plainBytesMax { try set("zip64", nil) }
    if let password {
      try set("encryption", "aes256")
      try check(archive_write_set_passphrase(archive, password.text))
    }
    try check(
      archive_write_open2(
        archive, Unmanaged.passUnretained(sink).toOpaque(), nil,
        { _, sink, bytes, count in
          guard let sink else { return -1 }
          Unmanaged<Sink>.fromOpaque(sink).takeUnretainedValue().take(bytes, count)
          return count
        }, nil, nil))
  }

  deinit {
    // What is not ended is ended, so that the compressor's memory comes back.
    sink.isClosed = true
    archive_write_free(archive)
  }

  /// Starts an entry, whose bytes come with `append`.
  ///
  /// - Parameter isEmpty: whether none will come. An encrypted entry must know: it stays plain, since
  ///   the library would write what nobody can decrypt.
  func begin(
    _ name: String, isEmpty: Bool = false, into output: inout RenderBuffer
  ) throws(ReportFailure) {
    let entry = archive_entry_new()
    defer { archive_entry_free(entry) }
    archive_entry_set_pathname(entry, name)
    archive_entry_set_filetype(entry, Self.regularFile)
    archive_entry_set_perm(entry, 0o644)
    if isEmpty { archive_entry_set_size(entry, 0) }
    try write(into: &output) { archive in
      ZipArchive.inUTF8 { archive_write_header(archive, entry) }
    }
  }

  /// Appends bytes to the entry that was begun.
  ///
  /// - Parameter bytes: of a size that may be compressed at once.
  func append(_ bytes: [UInt8], into output: inout RenderBuffer) throws(ReportFailure) {
    try write(into: &output) { archive in
      var position = 0
      while position < bytes.count {
        let count = bytes[position...].withUnsafeBytes {
          archive_write_data(archive, $0.baseAddress, $0.count)
        }
        guard count > 0 else { return ARCHIVE_FATAL }
        position += count
      }
      return ARCHIVE_OK
    }
  }

  /// Ends the entry that was begun.
  func end(into output: inout RenderBuffer) throws(ReportFailure) {
    try write(into: &output) { archive_write_finish_entry($0) }
  }

  /// Adds an entry that is there as a whole.
  func add(
    _ name: String, _ content: [UInt8], into output: inout RenderBuffer
  ) throws(ReportFailure) {
    try begin(name, isEmpty: content.isEmpty, into: &output)
    try append(content, into: &output)
    try end(into: &output)
  }

  /// Appends the directory, which ends the file.
  func finish(into output: inout RenderBuffer) throws(ReportFailure) {
    try write(into: &output) { archive_write_close($0) }
  }

  /// Lets the library write to the end of the output.
  private func write(
    into output: inout RenderBuffer, _ body: (OpaquePointer) -> Int32
  ) throws(ReportFailure) {
    swap(&sink.bytes, &output.bytes)
    let status = body(archive)
    swap(&sink.bytes, &output.bytes)
    try check(status)
    try output.drainIfFull()
  }

  private func set(_ option: String, _ value: String?) throws(ReportFailure) {
    try check(archive_write_set_format_option(archive, "zip", option, value))
  }

  /// - Throws: INTERNAL with the library's reason, which names neither password nor content.
  private func check(_ status: Int32) throws(ReportFailure) {
    guard status != ARCHIVE_OK else { return }
    let reason = archive_error_string(archive).map { String(cString: $0) } ?? "status \(status)"
    throw ReportFailure(.internal, "libarchive cannot write ZIP: \(reason).")
  }

  /// Runs what writes a name with UTF-8 as the thread's encoding: by that the library knows that the
  /// name is UTF-8, and marks it so.
  private static func inUTF8(_ body: () -> Int32) -> Int32 {
    guard let utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil) else { return body() }
    let former = uselocale(utf8)
    defer {
      uselocale(former)
      freelocale(utf8)
    }
    return body()
  }
}

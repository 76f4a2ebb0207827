internal import CZlib
internal import ReportCore

/// Compresses bytes to gzip as they come (zlib). Used from one thread.
final class Deflater: Compressor {
  /// gzip, without a name and a time.
  private static let windowBits: Int32 = 31
  /// Between zlib's fastest and its default: of repetitive text it leaves little more than the
  /// default in half the time.
  private static let level: Int32 = 4
  private static let memoryLevel: Int32 = 8
  private static let chunkBytes = 16_384

  // zlib keeps the address of the structure.
  private let stream: UnsafeMutablePointer<z_stream>

  /// - Throws: INTERNAL if the system has no memory for it.
  init() throws(ReportFailure) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let status = deflateInit2_(
      stream, Self.level, Z_DEFLATED, Self.windowBits, Self.memoryLevel, Z_DEFAULT_STRATEGY,
      ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      stream.deinitialize(count: 1)
      stream.deallocate()
      throw ReportFailure(.internal, "zlib cannot begin to compress (\(status)).")
    }
  }

  deinit {
    deflateEnd(stream)
    stream.deinitialize(count: 1)
    stream.deallocate()
  }

  /// Compresses bytes; what is done of them is appended.
  func append(_ bytes: [UInt8], into output: inout RenderBuffer) {
    bytes.withUnsafeBufferPointer { deflate($0, Z_NO_FLUSH, to: &output.bytes) }
  }

  /// Appends what is left.
  func finish(into output: inout RenderBuffer) {
    deflate(UnsafeBufferPointer(start: nil, count: 0), Z_FINISH, to: &output.bytes)
  }

  private func deflate(
    _ bytes: UnsafeBufferPointer<UInt8>, _ flush: Int32, to output: inout [UInt8]
  ) {
    stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
    stream.pointee.avail_in = UInt32(bytes.count)
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.chunkBytes) { chunk in
      repeat {
        stream.pointee.next_out = chunk.baseAddress
        stream.pointee.avail_out = UInt32(chunk.count)
        _ = CZlib.deflate(stream, flush)
        let made = chunk.count - Int(stream.pointee.avail_out)
        output.append(contentsOf: UnsafeBufferPointer(rebasing: chunk[..<made]))
      } while stream.pointee.avail_out == 0
    }
    stream.pointee.next_in = nil
    stream.pointee.next_out = nil
  }
}

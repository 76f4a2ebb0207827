internal import CZstd
internal import ReportCore

/// Compresses bytes as they come (Zstandard, RFC 8878), with a checksum at the end. Used from one
/// thread.
final class ZstdCompressor: Compressor {
  private let context: OpaquePointer
  private var chunk: [UInt8]

  /// zstd's own default.
  private static let level: Int32 = 3

  /// - Throws: INTERNAL if the system has no memory for it.
  init() throws(ReportFailure) {
    guard let context = ZSTD_createCCtx() else {
      throw ReportFailure(.internal, "zstd has no memory to compress.")
    }
    self.context = context
    chunk = Array(repeating: 0, count: ZSTD_CStreamOutSize())
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Self.level)
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
  }

  deinit { ZSTD_freeCCtx(context) }

  /// Compresses bytes; what is done of them is appended.
  func append(_ bytes: [UInt8], into output: inout RenderBuffer) throws(ReportFailure) {
    try compress(bytes, ZSTD_e_continue, to: &output.bytes)
  }

  /// Appends what is left.
  func finish(into output: inout RenderBuffer) throws(ReportFailure) {
    try compress([], ZSTD_e_end, to: &output.bytes)
  }

  private func compress(
    _ bytes: [UInt8], _ directive: ZSTD_EndDirective, to output: inout [UInt8]
  ) throws(ReportFailure) {
    var position = 0
    while true {
      let (status, made) = step(bytes, &position, directive)
      guard ZSTD_isError(status) == 0 else {
        throw ReportFailure(
          .internal, "zstd cannot compress: \(String(cString: ZSTD_getErrorName(status))).")
      }
      output.append(contentsOf: chunk[..<made])
      if directive == ZSTD_e_end ? status == 0 : position == bytes.count { return }
    }
  }

  private func step(
    _ bytes: [UInt8], _ position: inout Int, _ directive: ZSTD_EndDirective
  ) -> (status: Int, made: Int) {
    bytes.withUnsafeBytes { bytes in
      chunk.withUnsafeMutableBytes { chunk in
        var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: position)
        var output = ZSTD_outBuffer(dst: chunk.baseAddress, size: chunk.count, pos: 0)
        let status = ZSTD_compressStream2(context, &output, &input, directive)
        position = input.pos
        return (status, output.pos)
      }
    }
  }
}

private import CZlib

/// gzip (RFC 1952), whole contents at once.
package enum Gzip {
  /// A window of 32 KiB, with gzip's header and trailer around the data.
  private static let windowBits: Int32 = 15 + 16
  private static let pieceBytes = 65_536

  /// Compresses; nil if zlib has no memory.
  package static func compressed(_ bytes: [UInt8]) -> [UInt8]? {
    var stream = z_stream()
    guard
      deflateInit2_(
        &stream, Z_BEST_SPEED, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { deflateEnd(&stream) }
    var bytes = bytes
    let bound = Int(deflateBound(&stream, UInt(bytes.count)))
    return bytes.withUnsafeMutableBufferPointer { input in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      var isWhole = false
      let output = [UInt8](unsafeUninitializedCapacity: bound) { output, count in
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        isWhole = deflate(&stream, Z_FINISH) == Z_STREAM_END
        count = output.count - Int(stream.avail_out)
      }
      return isWhole ? output : nil
    }
  }

  /// Why something is not decompressed.
  package enum Failure: Error, Equatable {
    case broken
    case tooLong
  }

  /// Decompresses one or more members, and stops as soon as they are longer than they may be: a small
  /// bomb costs no more than that.
  package static func decompressed(_ bytes: [UInt8], bytesMax: Int) throws(Failure) -> [UInt8] {
    var stream = z_stream()
    guard
      inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw .broken }
    defer { inflateEnd(&stream) }
    var bytes = bytes
    let result = bytes.withUnsafeMutableBufferPointer { input -> Result<[UInt8], Failure> in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      return inflated(&stream, bytesMax: bytesMax)
    }
    return try result.get()
  }

  private static func inflated(
    _ stream: inout z_stream, bytesMax: Int
  ) -> Result<[UInt8], Failure> {
    var output: [UInt8] = []
    while true {
      var status = Z_OK
      let piece = [UInt8](unsafeUninitializedCapacity: pieceBytes) { piece, count in
        stream.next_out = piece.baseAddress
        stream.avail_out = UInt32(piece.count)
        status = inflate(&stream, Z_NO_FLUSH)
        count = piece.count - Int(stream.avail_out)
      }
      output += piece
      if output.count > bytesMax { return .failure(.tooLong) }
      if status == Z_STREAM_END {
        if stream.avail_in == 0 { return .success(output) }
        guard inflateReset(&stream) == Z_OK else { return .failure(.broken) }
      } else if status != Z_OK || (piece.isEmpty && stream.avail_in == 0) {
        return .failure(.broken)
      }
    }
  }
}

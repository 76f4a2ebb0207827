private import CZlib
internal import RPCCore
private import RPCServing

/// gzip (RFC 1952), as gRPC compresses messages.
enum Gzip {
  /// Messages that are shorter are not worth it, in bytes.
  static let bytesMin = 1024
  /// Longer ones would hold the event loop for too long, in bytes.
  static let bytesMax = 1 << 20

  /// For `windowBits` of zlib: the largest window, and gzip's frame around it.
  private static let windowBits: Int32 = 15 + 16

  /// Restores what was compressed.
  ///
  /// - Parameter bytesMax: of the result; no more is ever held.
  /// - Throws: `INVALID_ARGUMENT` for what is no gzip, `RESOURCE_EXHAUSTED` for what is too long.
  static func restored(_ bytes: [UInt8], bytesMax: Int) throws(RPCError) -> [UInt8] {
    var stream = z_stream()
    guard
      inflateInit2_(
        &stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw .serverFull }
    defer { inflateEnd(&stream) }
    var result: [UInt8] = []
    var input = bytes
    let status = input.withUnsafeMutableBufferPointer { input -> Int32 in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      var status = Z_OK
      while status == Z_OK, result.count <= bytesMax {
        let count = min(max(bytes.count, 4096), bytesMax + 1 - result.count)
        guard count > 0 else { break }
        result += [UInt8](unsafeUninitializedCapacity: count) { output, written in
          stream.next_out = output.baseAddress
          stream.avail_out = UInt32(count)
          status = inflate(&stream, Z_NO_FLUSH)
          written = count - Int(stream.avail_out)
        }
        // Neither moves on without more of the other.
        if status == Z_BUF_ERROR { break }
      }
      return status
    }
    guard result.count <= bytesMax else {
      throw .limitReached(
        "The message is above the limit of \(bytesMax) bytes once it is restored.")
    }
    guard status == Z_STREAM_END, stream.avail_in == 0 else {
      throw .invalidParameter("message", reason: "it is not compressed with gzip, as it says")
    }
    return result
  }

  /// - Returns: nil if it cannot be had, or would not be shorter.
  static func compressed(_ bytes: some Collection<UInt8>) -> [UInt8]? {
    guard (bytesMin...bytesMax).contains(bytes.count) else { return nil }
    var stream = z_stream()
    guard
      deflateInit2_(
        &stream, 1, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
    defer { deflateEnd(&stream) }
    var input = Array(bytes)
    var status = Z_OK
    let result = input.withUnsafeMutableBufferPointer { input in
      [UInt8](unsafeUninitializedCapacity: input.count) { output, written in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        status = deflate(&stream, Z_FINISH)
        written = output.count - Int(stream.avail_out)
      }
    }
    return status == Z_STREAM_END ? result : nil
  }
}

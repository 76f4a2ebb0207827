package import Foundation

extension FileHandle {
  /// Some bytes, as soon as there are any; none at the end. Blocks.
  ///
  /// Goes on after a signal, where Foundation's own reads end the process (EINTR).
  package func someBytes(countMax: Int = 65_536) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: countMax) { buffer, count in
      repeat {
        count = Foundation.read(fileDescriptor, buffer.baseAddress, countMax)
      } while count < 0 && errno == EINTR
      // The end of a pseudo-terminal that nobody writes to any more is an error (EIO).
      count = max(count, 0)
    }
  }

  /// Everything up to the end. Blocks.
  package func allBytes() -> [UInt8] {
    var bytes: [UInt8] = []
    while case let piece = someBytes(), !piece.isEmpty { bytes += piece }
    return bytes
  }
}

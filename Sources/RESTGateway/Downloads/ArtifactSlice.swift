import HummingbirdCore
import NIOCore
import NIOPosix
import ReportCore

/// A part of an artifact, to be written piece by piece.
struct ArtifactSlice: Sendable {
  /// The file is not as long as it was when it was finished.
  struct Truncated: Error {
    var path: String
    var offset: Int64
  }

  /// The peer went away, or did not take what was written for it.
  struct PeerGone: Error {
    var cause: any Error
  }

  let reader: any ArtifactReader
  let path: String
  let range: Range<Int64>
  /// What the audit is told by; nil: nobody wants to know.
  var part: DownloadAudit.Part?

  /// Opens a file, on a thread that may block.
  static func open(
    _ artifact: Artifact, in store: any ArtifactStore
  ) async throws -> any ArtifactReader {
    let reader = try await NIOThreadPool.singleton.runIfActive { try store.open(artifact.path) }
    guard reader.byteCount == artifact.bytes else {
      throw Truncated(path: artifact.path, offset: reader.byteCount)
    }
    return reader
  }

  /// Writes it. Waits for the peer, so that only one piece is in memory; reads on threads that may
  /// block.
  ///
  /// - Parameters:
  ///   - eventLoop: the connection's. A piece is only written once the loop is done with the one
  ///     before: else the loop would learn too late that the peer is slow, and pieces pile up.
  ///   - written: counts the bytes as they are taken.
  /// - Throws: `PeerGone`; what the reader throws, or `Truncated`, if the file cannot be read to
  ///   the end of the slice. The connection must then be cut, because the length was announced.
  func write(
    to writer: inout any ResponseBodyWriter, on eventLoop: any EventLoop, chunkBytes: Int,
    written: inout Int64
  ) async throws {
    var offset = range.lowerBound
    while offset < range.upperBound {
      let start = offset
      let countMax = Int(min(Int64(chunkBytes), range.upperBound - start))
      let piece = try await NIOThreadPool.singleton.runIfActive { [reader] in
        ByteBuffer(bytes: try reader.read(at: start, countMax: countMax))
      }
      guard piece.readableBytes > 0 else { throw Truncated(path: path, offset: start) }
      do {
        try await writer.write(piece)
        try await eventLoop.submit {}.get()
      } catch {
        throw PeerGone(cause: error)
      }
      offset += Int64(piece.readableBytes)
      written += Int64(piece.readableBytes)
    }
  }
}

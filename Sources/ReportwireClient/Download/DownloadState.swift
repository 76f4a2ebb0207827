import AsyncHTTPClient
import Crypto
import NIOHTTP1
import ProtobufWire
import RPCCore
internal import Texts

/// What came so far, over all attempts of one download.
struct DownloadState {
  private let url: DownloadURL
  private let expected: ArtifactDownload.Content?
  private(set) var bytes: Int64 = 0
  private(set) var totalBytes: Int64?
  private(set) var eTag: String?
  private var mediaType = ""
  private var suggestedName: String?
  private var hash = SHA256()

  /// - Parameter expected: what the file must be; nil: what the server announces.
  init(_ url: DownloadURL, expected: ArtifactDownload.Content?) {
    self.url = url
    self.expected = expected
  }

  var progress: ArtifactDownload.Progress {
    ArtifactDownload.Progress(bytes: bytes, totalBytes: totalBytes)
  }

  /// The header of the next request: the rest only, if the file is still the same.
  var headers: HTTPHeaders {
    guard bytes > 0, let eTag else { return HTTPHeaders() }
    return ["range": "bytes=\(bytes)-", "if-range": eTag]
  }

  /// A response begins.
  ///
  /// - Returns: whether it begins the file anew although a part of it came before.
  mutating func begin(_ head: HTTPClientResponse) throws(RPCError) -> Bool {
    let length = head.headers.first(name: "content-length").flatMap { Int64($0) }
    let tag = head.headers.first(name: "etag")
    if head.status == .partialContent {
      let range = "bytes \(bytes)-"
      guard bytes > 0, let tag, let eTag, tag.isByteEqual(to: eTag),
        head.headers.first(name: "content-range")?.hasPrefix(range) == true
      else { throw .downloadCorrupt(url, "the server sent another part than was asked for") }
      return false
    }
    let isAnew = bytes > 0
    self = DownloadState(url, expected: expected)
    if let expected, let length, length != expected.bytes {
      throw .downloadCorrupt(url, "it has \(length) bytes, not \(expected.bytes)")
    }
    totalBytes = length
    // A weak tag does not promise equal bytes.
    eTag = tag.flatMap { $0.hasPrefix("W/") ? nil : $0 }
    mediaType = head.headers.first(name: "content-type") ?? ""
    suggestedName = head.headers.first(name: "content-disposition")
      .flatMap(ContentDisposition.suggestedName)
    return isAnew
  }

  /// - Throws: `DATA_LOSS` if more came than the file has.
  mutating func add(_ piece: UnsafeRawBufferPointer) throws(RPCError) {
    bytes += Int64(piece.count)
    if let expected, bytes > expected.bytes {
      throw .downloadCorrupt(url, "it has more than \(expected.bytes) bytes")
    }
    hash.update(bufferPointer: piece)
  }

  /// Checks that all came.
  func summary() throws(RPCError) -> ArtifactDownload.Summary {
    if let totalBytes = expected?.bytes ?? totalBytes, bytes != totalBytes {
      throw .downloadCorrupt(url, "\(bytes) of \(totalBytes) bytes came")
    }
    let digest = Hex.text(of: hash.finalize())
    for announced in [expected?.sha256.lowercased(), announcedDigest] {
      guard let announced, announced != digest else { continue }
      throw .downloadCorrupt(url, "its SHA-256 is \(digest), not \(announced)")
    }
    return ArtifactDownload.Summary(
      bytes: bytes, sha256: digest, mediaType: mediaType, suggestedName: suggestedName)
  }

  /// The SHA-256 that an ETag is, if it looks like one.
  private var announcedDigest: String? {
    guard let eTag, eTag.utf8.count == 66, eTag.hasPrefix("\""), eTag.hasSuffix("\"") else {
      return nil
    }
    let digest = eTag.dropFirst().dropLast()
    return digest.allSatisfy { $0.isASCII && $0.isHexDigit } ? digest.lowercased() : nil
  }
}

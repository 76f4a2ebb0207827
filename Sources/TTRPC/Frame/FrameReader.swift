import NIOCore
import RPCServing

/// What is done with the frames of a connection.
protocol FrameTarget: AnyObject {
  /// Whether the next frame may be handled now.
  var takesFrames: Bool { get }
  /// A frame came.
  ///
  /// - Parameter data: valid during the call; nil for a frame that is skipped, because it is too long or
  ///   there is no room for it.
  func handle(_ header: FrameHeader, _ data: UnsafeRawBufferPointer?)
}

/// Cuts what comes over a connection into frames, where it lies, and keeps what is not handled: the
/// part of a frame whose rest is to come, and frames that came while none was taken.
///
/// A long frame is counted before its rest is read, so that what many peers leave half sent is bounded
/// before it comes.
final class FrameReader {
  /// A shorter frame is covered by what every connection has, in bytes.
  private static let uncountedFrameBytesMax = ConnectionBudget.baseBytes / 2

  private let frameBytesMax: Int
  private let budget: ConnectionBudget
  private var held = ByteBuffer()
  /// How long the frame is whose part is held and was counted; else 0.
  private var countedFrameBytes = 0
  /// How much of a frame that is not taken is still to come.
  private var skipBytes = 0
  /// Whether frames are being handed on.
  private(set) var isCutting = false
  private var isClosed = false
  /// Whether a frame was completed since this was asked.
  private var isWhole = false
  /// Whether a frame that is longer than what may be kept now waits for the connection to keep less.
  private(set) var waitsForRoom = false

  init(frameBytesMax: Int, budget: ConnectionBudget) {
    self.frameBytesMax = frameBytesMax
    self.budget = budget
  }

  /// Whether the last bytes that came end within a frame.
  var isHalf: Bool { held.readableBytes > 0 || skipBytes > 0 }

  /// Whether a frame was completed since this was called before.
  func takeIsWhole() -> Bool {
    defer { isWhole = false }
    return isWhole
  }

  /// Hands on the whole frames of what came before and now, as long as they are taken.
  func read(_ incoming: inout ByteBuffer, for target: some FrameTarget) {
    if held.readableBytes > 0 {
      // Without making the buffer of a half frame longer than the frame.
      let missing =
        countedFrameBytes > held.readableBytes
        ? min(countedFrameBytes - held.readableBytes, incoming.readableBytes)
        : incoming.readableBytes
      if var part = incoming.readSlice(length: missing) { held.writeBuffer(&part) }
      readOn(for: target)
    }
    if held.readableBytes > 0 {
      held.writeBuffer(&incoming)
    } else {
      cut(&incoming, for: target)
      hold(&incoming)
    }
  }

  /// The connection may keep less than before.
  func roomMayHaveChanged() {
    waitsForRoom = false
  }

  /// Hands on the whole frames of what came before. Not to be called while frames are handed on.
  func readOn(for target: some FrameTarget) {
    var bytes = held
    held = ByteBuffer()
    cut(&bytes, for: target)
    if bytes.readableBytes > 0, bytes.readerIndex == 0, bytes.capacity >= countedFrameBytes {
      held = bytes
    } else {
      hold(&bytes)
    }
  }

  /// Forgets what is held, and what comes.
  func close() {
    isClosed = true
    held = ByteBuffer()
    uncountFrame()
  }

  /// Keeps what was not handled, in a buffer of its own: that of the socket is larger.
  private func hold(_ rest: inout ByteBuffer) {
    guard rest.readableBytes > 0, !isClosed else { return }
    held = ByteBufferAllocator().buffer(capacity: max(rest.readableBytes, countedFrameBytes))
    held.writeBuffer(&rest)
  }

  private func cut(_ buffer: inout ByteBuffer, for target: some FrameTarget) {
    isCutting = true
    let count = buffer.withUnsafeReadableBytes { cut($0, for: target) }
    isCutting = false
    buffer.moveReaderIndex(forwardBy: count)
  }

  /// - Returns: how many bytes at the front were handled.
  private func cut(_ bytes: UnsafeRawBufferPointer, for target: some FrameTarget) -> Int {
    var offset = skip(bytes.count)
    while bytes.count - offset >= FrameHeader.byteCount, target.takesFrames {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
      let header = FrameHeader(rest)
      let frameBytes = FrameHeader.byteCount + Int(header.dataLength)
      if header.dataLength > frameBytesMax || rest.count < frameBytes && !count(frameBytes) {
        if waitsForRoom { break }
        offset += FrameHeader.byteCount
        skipBytes = Int(header.dataLength)
        offset += skip(bytes.count - offset)
        target.handle(header, nil)
        continue
      }
      guard rest.count >= frameBytes else { break }
      offset += frameBytes
      isWhole = true
      uncountFrame()
      target.handle(
        header, UnsafeRawBufferPointer(rebasing: rest[FrameHeader.byteCount..<frameBytes]))
    }
    // What comes after the end of a connection is of no use.
    return isClosed ? bytes.count : offset
  }

  /// Of so many bytes, how many belong to a frame that is being skipped.
  private func skip(_ count: Int) -> Int {
    let skipped = min(skipBytes, count)
    skipBytes -= skipped
    if skipped > 0, skipBytes == 0 { isWhole = true }
    return skipped
  }

  /// Counts the whole of a frame of which a part is there.
  ///
  /// - Returns: whether the rest of it is read; if not, `waitsForRoom` says whether it may be later.
  private func count(_ frameBytes: Int) -> Bool {
    if frameBytes <= Self.uncountedFrameBytesMax || countedFrameBytes > 0 { return true }
    guard budget.isGranted(frameBytes) else { return false }
    guard budget.fits(frameBytes) else {
      waitsForRoom = true
      return false
    }
    budget.keep(frameBytes)
    countedFrameBytes = frameBytes
    return true
  }

  private func uncountFrame() {
    if countedFrameBytes == 0 { return }
    budget.release(countedFrameBytes)
    countedFrameBytes = 0
  }
}

internal import CNGHTTP2

#if canImport(Glibc)
  private import Glibc
#elseif canImport(Musl)
  private import Musl
#else
  private import Darwin
#endif

/// Memory for the HTTP/2 sessions of one loop: small pieces that were given back are given out again, the
/// last one first. Each call takes eight and gives them back; with dozens of calls under way, malloc's own
/// lists for one thread are too short for that.
///
/// Belongs to the loop.
final class SessionMemory {
  /// Sizes are rounded up to a multiple of this.
  private static let step = 64
  /// Larger pieces are malloc's.
  private static let pieceBytesMax = 1024
  /// What is not given out takes no more.
  private static let spareBytesMax = 1 << 20
  /// In front of each piece: its size in steps, or 0 for malloc's. As long as what follows is aligned.
  private static let headerBytes = 16

  /// By size in steps: the first spare piece, each of which begins with the address of the next one.
  private let spare: UnsafeMutableBufferPointer<UnsafeMutableRawPointer?>
  // Set while nothing else of this runs.
  @exclusivity(unchecked) private(set) var spareBytes = 0

  init() {
    spare = .allocate(capacity: Self.pieceBytesMax / Self.step + 1)
    spare.initialize(repeating: nil)
  }

  deinit {
    for var next in spare {
      while let piece = next {
        next = piece.load(as: UnsafeMutableRawPointer?.self)
        Self.drop(piece)
      }
    }
    spare.deallocate()
  }

  /// A piece of so many bytes; nil if there are none.
  func take(_ bytes: Int) -> UnsafeMutableRawPointer? {
    guard bytes <= Self.pieceBytesMax else { return Self.fresh(bytes) }
    let steps = max((bytes + Self.step - 1) / Self.step, 1)
    guard let piece = spare[steps] else { return Self.new(steps * Self.step, steps: steps) }
    spare[steps] = piece.load(as: UnsafeMutableRawPointer?.self)
    spareBytes -= steps * Self.step
    return piece
  }

  /// A piece of so many bytes that is malloc's, on whatever thread; nil if there are none.
  static func fresh(_ bytes: Int) -> UnsafeMutableRawPointer? { new(bytes, steps: 0) }

  /// Takes a piece back.
  func put(_ piece: UnsafeMutableRawPointer) {
    let steps = Self.steps(piece)
    guard steps > 0, spareBytes + steps * Self.step <= Self.spareBytesMax else {
      return Self.drop(piece)
    }
    piece.storeBytes(of: spare[steps], as: UnsafeMutableRawPointer?.self)
    spare[steps] = piece
    spareBytes += steps * Self.step
  }

  /// Gives a piece back to malloc, on whatever thread.
  static func drop(_ piece: UnsafeMutableRawPointer) {
    free(piece - headerBytes)
  }

  /// How many bytes a piece has room for; nil: malloc knows.
  static func room(_ piece: UnsafeMutableRawPointer) -> Int? {
    let steps = steps(piece)
    return steps > 0 ? steps * step : nil
  }

  /// Changes the size of a piece that is malloc's.
  static func resize(_ piece: UnsafeMutableRawPointer, _ bytes: Int) -> UnsafeMutableRawPointer? {
    realloc(piece - headerBytes, bytes + headerBytes).map { $0 + headerBytes }
  }

  private static func steps(_ piece: UnsafeMutableRawPointer) -> Int {
    (piece - headerBytes).load(as: Int.self)
  }

  private static func new(_ bytes: Int, steps: Int) -> UnsafeMutableRawPointer? {
    let (all, isOver) = bytes.addingReportingOverflow(headerBytes)
    guard !isOver, let memory = malloc(all) else { return nil }
    memory.storeBytes(of: steps, as: Int.self)
    return memory + headerBytes
  }
}

/// What one session has of a loop's memory. It outlives the session.
final class SessionLease {
  private let memory: SessionMemory
  /// Whether the session belongs to the loop still: whoever ends it later may do so on another thread.
  @exclusivity(unchecked) private var isOnLoop = true

  init(_ memory: SessionMemory) {
    self.memory = memory
  }

  /// From now on pieces are malloc's.
  func leaveLoop() {
    isOnLoop = false
  }

  /// How nghttp2 asks for memory.
  var functions: nghttp2_mem {
    nghttp2_mem(
      mem_user_data: Unmanaged.passUnretained(self).toOpaque(),
      malloc: { size, user in SessionLease.of(user) { $0.take(size) } },
      free: { piece, user in
        guard let piece else { return }
        SessionLease.of(user) { $0.put(piece) }
      },
      calloc: { count, size, user in
        let (bytes, isOver) = count.multipliedReportingOverflow(by: size)
        guard !isOver, let piece = SessionLease.of(user, { $0.take(bytes) }) else { return nil }
        memset(piece, 0, bytes)
        return piece
      },
      realloc: { piece, size, user in
        SessionLease.of(user) { lease in
          guard let piece else { return lease.take(size) }
          return lease.resized(piece, size)
        }
      })
  }

  private func take(_ bytes: Int) -> UnsafeMutableRawPointer? {
    isOnLoop ? memory.take(bytes) : SessionMemory.fresh(bytes)
  }

  private func put(_ piece: UnsafeMutableRawPointer) {
    if isOnLoop { memory.put(piece) } else { SessionMemory.drop(piece) }
  }

  private func resized(
    _ piece: UnsafeMutableRawPointer, _ bytes: Int
  ) -> UnsafeMutableRawPointer? {
    guard let room = SessionMemory.room(piece) else { return SessionMemory.resize(piece, bytes) }
    if bytes <= room { return piece }
    guard let larger = take(bytes) else { return nil }
    larger.copyMemory(from: piece, byteCount: room)
    put(piece)
    return larger
  }

  @inline(__always)
  private static func of<Result>(
    _ user: UnsafeMutableRawPointer?, _ body: (SessionLease) -> Result
  ) -> Result {
    // nghttp2 gives what `functions` named.
    Unmanaged<SessionLease>.fromOpaque(user.unsafelyUnwrapped)
      ._withUnsafeGuaranteedRef { body($0) }
  }
}

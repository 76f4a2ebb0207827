/// The open streams of a connection by their numbers: a table with open addressing, because each call puts
/// one in, looks for it and takes it out.
///
/// Who chooses numbers that meet has only their own connection look further, and never past as many streams
/// as may be open.
struct GRPCStreams {
  private static let slotsMin = 16

  /// Both have as many places, a power of two. 0: the place is free; no peer opens a stream of this number.
  private var ids: [Int32]
  private var streams: [GRPCStream?]
  private(set) var count = 0

  init() {
    ids = Array(repeating: 0, count: Self.slotsMin)
    streams = Array(repeating: nil, count: Self.slotsMin)
  }

  var isEmpty: Bool { count == 0 }

  /// All of them, in no order.
  var all: [GRPCStream] { streams.compactMap(\.self) }

  subscript(id: Int32) -> GRPCStream? {
    let place = place(of: id)
    return ids[place] == id ? streams[place] : nil
  }

  /// Puts in a stream whose number is not there.
  mutating func insert(_ stream: GRPCStream) {
    // No more than half is taken, so whoever looks soon finds a free place.
    if 2 * (count + 1) > ids.count { grow() }
    put(stream)
    count += 1
  }

  /// Takes out a stream.
  mutating func remove(_ id: Int32) -> GRPCStream? {
    var place = place(of: id)
    guard ids[place] == id, let stream = streams[place] else { return nil }
    count -= 1
    // Those behind it move up, unless they stand where they belong or behind that: nobody who looks for
    // one may meet a free place before.
    var next = following(place)
    while ids[next] != 0 {
      let home = home(of: ids[next])
      if (next &- home) & mask >= (next &- place) & mask {
        ids[place] = ids[next]
        streams[place] = streams[next]
        place = next
      }
      next = following(next)
    }
    ids[place] = 0
    streams[place] = nil
    return stream
  }

  private var mask: Int { ids.count - 1 }

  /// Numbers that follow each other are spread (Knuth's multiplicative hashing): side by side they would
  /// make one long run, which is walked whenever one of it is taken out.
  private func home(of id: Int32) -> Int {
    Int((UInt32(bitPattern: id >> 1) &* 2_654_435_769) >> 16) & mask
  }

  private func following(_ place: Int) -> Int { (place + 1) & mask }

  /// Where a number stands, or the free place where it would.
  private func place(of id: Int32) -> Int {
    var place = home(of: id)
    while ids[place] != 0, ids[place] != id { place = following(place) }
    return place
  }

  private mutating func put(_ stream: GRPCStream) {
    let place = place(of: stream.id)
    ids[place] = stream.id
    streams[place] = stream
  }

  private mutating func grow() {
    let before = streams
    ids = Array(repeating: 0, count: 2 * before.count)
    streams = Array(repeating: nil, count: 2 * before.count)
    for case let stream? in before { put(stream) }
  }
}

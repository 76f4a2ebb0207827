import ReportCore

/// Which requests are parts of one download: those by one grant from one address, of which each wants bytes
/// that the others have not sent, within a while. Without a clock: it is told the time.
struct DownloadTrail {
  /// How long a download may be silent before what comes is another one.
  static let pauseMax = Duration.seconds(600)
  /// Between two times that one download is written, unless it is complete.
  static let writtenEvery = Duration.seconds(10)

  struct Key: Hashable {
    /// See `DownloadGrant.key`.
    var grant: ExactText
    /// The peer without its port.
    var host: ExactText
  }

  typealias ID = Int

  private struct Download {
    let key: Key
    let byteCount: Int64
    var event: AuditEvent
    var sent = ByteRanges()
    /// Whether a response began with the first byte.
    var hasBeginning: Bool
    /// Responses that are being written.
    var open = 0
    var lastAt: MonotonicInstant
    var writtenAt: MonotonicInstant?
    var isChanged = false
  }

  private let downloadsMax: Int
  private var downloads: [ID: Download] = [:]
  private var current: [Key: ID] = [:]
  private var nextID = 0

  /// - Parameter downloadsMax: that are remembered while nothing of them is written.
  init(downloadsMax: Int = 4096) {
    self.downloadsMax = downloadsMax
  }

  /// Responses that are being written, or about to be.
  var openParts: Int { downloads.values.reduce(0) { $0 + $1.open } }

  /// Downloads that are remembered.
  var count: Int { downloads.count }

  /// A response begins.
  ///
  /// - Parameters:
  ///   - range: that it is to send.
  ///   - byteCount: of the whole file.
  ///   - event: of a new download.
  /// - Returns: the download, and its event if it is a new one.
  mutating func begin(
    _ key: Key, _ range: Range<Int64>, byteCount: Int64, at now: MonotonicInstant,
    event: () -> AuditEvent
  ) -> (id: ID, new: AuditEvent?) {
    let isBeginning = range.lowerBound == 0
    if let id = current[key], let download = downloads[id], download.byteCount == byteCount,
      !(isBeginning && download.hasBeginning), !download.sent.contains(range),
      download.open > 0 || download.lastAt.duration(to: now) <= Self.pauseMax
    {
      downloads[id]?.open += 1
      downloads[id]?.hasBeginning = download.hasBeginning || isBeginning
      return (id, nil)
    }
    if downloads.count >= downloadsMax { forget { !$0.isChanged } }
    nextID += 1
    current[key] = nextID
    let event = event()
    downloads[nextID] = Download(
      key: key, byteCount: byteCount, event: event, hasBeginning: isBeginning, open: 1,
      lastAt: now)
    return (nextID, event)
  }

  /// A download's line could not be kept: what comes is another one.
  mutating func remove(_ id: ID) {
    guard let download = downloads.removeValue(forKey: id) else { return }
    if current[download.key] == id { current[download.key] = nil }
  }

  /// A response was given up before anything of it was sent.
  mutating func abandon(_ id: ID, at now: MonotonicInstant) {
    downloads[id]?.open -= 1
    downloads[id]?.lastAt = now
  }

  /// A response has ended.
  ///
  /// - Parameters:
  ///   - range: what was sent.
  ///   - code: how it ended.
  /// - Returns: the event, if it is to be written now.
  mutating func end(
    _ id: ID, _ range: Range<Int64>, code: String, reason: ExactText, at now: MonotonicInstant
  ) -> AuditEvent? {
    guard var download = downloads[id] else { return nil }
    download.open -= 1
    download.lastAt = now
    download.sent.insert(range)
    download.event.bytes += Int64(range.count)
    download.event.isComplete = download.sent.covers(download.byteCount)
    download.event.code = code
    download.event.reason = reason
    download.isChanged = true
    let isDue =
      download.writtenAt.map { $0.duration(to: now) >= Self.writtenEvery } ?? true
    guard isDue || download.event.isComplete || downloads.count >= downloadsMax else {
      downloads[id] = download
      return nil
    }
    download.isChanged = false
    download.writtenAt = now
    downloads[id] = download
    if download.event.isComplete { forget(id) }
    return download.event
  }

  /// What is not written yet. Downloads that are over are forgotten.
  mutating func settle(at now: MonotonicInstant) -> [AuditEvent] {
    var events: [AuditEvent] = []
    for (id, download) in downloads where download.isChanged {
      events.append(download.event)
      downloads[id]?.isChanged = false
      downloads[id]?.writtenAt = now
    }
    forget { $0.lastAt.duration(to: now) > Self.pauseMax }
    return events.sorted { $0.id < $1.id }
  }

  private mutating func forget(_ isOver: (Download) -> Bool) {
    for (id, download) in downloads where isOver(download) { forget(id) }
  }

  private mutating func forget(_ id: ID) {
    if downloads[id]?.open == 0 { remove(id) }
  }
}

/// Which bytes were sent, in a few pieces.
struct ByteRanges {
  /// Of a file in more pieces it is not known any more whether it is whole.
  static let piecesMax = 256

  /// In order, with gaps between.
  private var pieces: [Range<Int64>] = []

  mutating func insert(_ range: Range<Int64>) {
    guard !range.isEmpty else { return }
    var merged = range
    var rest: [Range<Int64>] = []
    for piece in pieces {
      if piece.upperBound < merged.lowerBound || piece.lowerBound > merged.upperBound {
        rest.append(piece)
      } else {
        merged =
          min(piece.lowerBound, merged.lowerBound)..<max(piece.upperBound, merged.upperBound)
      }
    }
    guard rest.count < Self.piecesMax else { return }
    rest.append(merged)
    pieces = rest.sorted { $0.lowerBound < $1.lowerBound }
  }

  /// Whether all bytes of a range are among these; of none nothing is.
  func contains(_ range: Range<Int64>) -> Bool {
    !range.isEmpty
      && pieces.contains {
        $0.lowerBound <= range.lowerBound && $0.upperBound >= range.upperBound
      }
  }

  /// Whether these are all bytes of a file.
  func covers(_ byteCount: Int64) -> Bool {
    byteCount == 0 || pieces == [0..<byteCount]
  }
}

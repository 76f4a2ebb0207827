internal import Texts

/// Where it is written down what callers did.
///
/// An event is kept before its caller hears of the outcome, and never lost once it is kept. Another system
/// that is to have the events gets them from a store, which has them on disk until the other has them:
/// see `AuditOutbox`.
package protocol AuditSink: Sendable {
  /// Keeps an event; it is on disk when this returns. Of an event whose id is there already what is new
  /// takes the place of what was known before: a download that goes on is one event.
  ///
  /// - Throws: `StoreError`, and the event is not kept.
  func record(_ event: AuditEvent) async throws
}

/// A sink that can be read.
package protocol AuditTrail: AuditSink {
  /// Events, the newest first.
  func events(_ query: AuditQuery) async throws -> AuditPage

  /// Removes events that are older than a moment, the oldest first.
  ///
  /// - Parameter countMax: at once, so that other writes get their turn.
  /// - Returns: how many are gone.
  func removeEvents(before moment: Instant, countMax: Int) async throws -> Int
}

/// Something that a caller did or wanted to do: a line of the audit.
///
/// Its texts may come from anybody. They are cut to `textBytesMax`; who shows them takes care of what a
/// terminal would obey.
package struct AuditEvent: Hashable, Sendable {
  /// UTF-8 bytes of each text at most.
  package static let textBytesMax = 255

  /// Unique, and begins with the time: `audit-`, 16 hexadecimal digits, 12 more at random.
  package let id: String
  /// When it began.
  package let at: Instant
  /// The tenant whose audit it stands in: where something was done, or else the caller's own. Empty:
  /// none is known, and only those who reach every domain see it.
  package var domainID: ExactText = ""
  /// Who it was: empty if nobody said.
  package var subject: ExactText = ""
  /// The only domain that the caller reaches; empty: every one, or none.
  package var callerDomainID: ExactText = ""
  /// The names of the caller's roles, with commas between.
  package var roles = ""
  /// How the server knew the caller: `none`, `token`, `certificate`, `signed_url`.
  package var authentication = ""
  /// The other side of the connection, such as `127.0.0.1:41234`.
  package var peer: ExactText = ""
  /// The door it came through: `ttrpc`, `grpc`, `http`.
  package var door = ""
  /// `service/method`, `download` for files, `left_out` for a line that only tells `leftOut`.
  package var method: ExactText
  /// The report or other resource it was about; empty if none is known.
  package var resourceID: ExactText = ""
  /// The status, such as `OK` or `PERMISSION_DENIED`.
  package var code = AuditEvent.ok
  /// The error's reason, such as `ERROR_NOT_FOUND`; empty where it has none.
  package var reason: ExactText = ""
  /// What the caller named its call.
  package var requestID: ExactText = ""
  /// Of a W3C trace context: 32 hexadecimal digits.
  package var traceID = ""
  /// Of a download: how many bytes were sent.
  package var bytes: Int64 = 0
  /// Of a download: whether the whole file was sent.
  package var isComplete = false
  /// How many failed calls of the same peer, since its last line, have none.
  package var leftOut: Int64 = 0
  /// Of a download: whether its caller asked for an event. Then its line is there before the first byte.
  package var isAuditable = false

  package static let ok = "OK"
  package static let download = "download"
  package static let leftOut = "left_out"
  /// What tells another system that messages are missing; no line of the audit itself.
  static let overflow = "overflow"

  package init(id: String, at: Instant, method: String) {
    self.id = id
    self.at = at
    self.method = Self.bounded(method)
  }

  /// A text as an event has it: cut to `textBytesMax`, and U+FFFD in place of NUL, which some databases
  /// cannot keep.
  package static func bounded(_ text: String) -> ExactText {
    guard text.utf8.count > textBytesMax || text.utf8.contains(0) else { return text.exact }
    var bounded = String.UnicodeScalarView()
    var bytes = 0
    for scalar in text.unicodeScalars {
      let scalar = scalar == "\0" ? "\u{fffd}" : scalar
      bytes += UTF8.width(scalar)
      guard bytes <= textBytesMax else { break }
      bounded.append(scalar)
    }
    return String(bounded).exact
  }

  /// Of two domains that are too long to be told apart none is named.
  package static func domain(_ domainID: String) -> ExactText {
    domainID.utf8.count <= textBytesMax ? bounded(domainID) : ""
  }
}

/// Which events are wanted. What is nil is no condition.
package struct AuditQuery: Hashable, Sendable {
  /// The tenant; nil: all, and what belongs to none.
  package var domainID: ExactText?
  package var resourceID: ExactText?
  package var subject: ExactText?
  package var method: ExactText?
  /// Not before this moment.
  package var since: Instant?
  /// Before this moment.
  package var until: Instant?
  /// Where to go on.
  package var cursor: AuditCursor?
  /// Events at most.
  package var limit: Int

  package init(
    domainID: ExactText? = nil, resourceID: ExactText? = nil, subject: ExactText? = nil,
    method: ExactText? = nil, since: Instant? = nil, until: Instant? = nil,
    cursor: AuditCursor? = nil, limit: Int
  ) {
    self.domainID = domainID
    self.resourceID = resourceID
    self.subject = subject
    self.method = method
    self.since = since
    self.until = until
    self.cursor = cursor
    self.limit = limit
  }
}

/// An event's place in the order of a page: by its time, then by its number in the store.
package struct AuditCursor: Hashable, Sendable {
  package var nanosecondsSinceEpoch: Int64
  package var number: Int64

  package init(nanosecondsSinceEpoch: Int64, number: Int64) {
    self.nanosecondsSinceEpoch = nanosecondsSinceEpoch
    self.number = number
  }
}

package struct AuditPage: Hashable, Sendable {
  /// The newest first.
  package var events: [AuditEvent]
  /// Where the next page begins, after the last of these; nil: there are no more.
  package var next: AuditCursor?

  package init(events: [AuditEvent], next: AuditCursor? = nil) {
    self.events = events
    self.next = next
  }
}

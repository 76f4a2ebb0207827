/// One line of a report's timeline, written in the transaction that changes the report.
package struct ReportEvent: Hashable, Sendable {
  /// What happened.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case created = "CREATED"
    case claimed = "CLAIMED"
    case cancelRequested = "CANCEL_REQUESTED"
    /// Its lease ended without a result; it waits for another worker.
    case rescued = "RESCUED"
    /// Its worker stopped in order and gave it back.
    case handedBack = "HANDED_BACK"
    /// It reached a terminal state.
    case ended = "ENDED"
    /// A user wants it kept, and wants that no more.
    case pinned = "PINNED"
    case unpinned = "UNPINNED"
  }

  package var at: Instant
  package var kind: Kind
  /// The report's state after the event.
  package var state: ReportState
  package var attempt: Int
  /// The worker concerned, or empty.
  package var worker: String
  /// For a person; may be empty.
  package var message: String

  package init(
    at: Instant, kind: Kind, state: ReportState, attempt: Int, worker: String = "",
    message: String = ""
  ) {
    self.at = at
    self.kind = kind
    self.state = state
    self.attempt = attempt
    self.worker = worker
    self.message = message
  }
}

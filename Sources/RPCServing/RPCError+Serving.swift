package import RPCCore

/// What keeps a call from being run or answered, whatever door it came through.
extension RPCError {
  /// Others' requests and answers have the room that this call would need.
  package static let serverFull = limitReached(
    "The server keeps as many bytes of requests and unread answers as it may; try again later.")

  /// The answer is ready, but the caller has not read those before it.
  package static func answerNotKept(bytes: Int) -> RPCError {
    limitReached(
      "The answer of \(bytes) bytes is not kept: the server keeps as many unread answers as it "
        + "may. Read the answers that were asked for, and call again.")
  }

  /// A response would be longer than the limit.
  package static func responseTooLong(bytes: Int, bytesMax: Int) -> RPCError {
    tooLong(
      "The response of \(bytes) bytes is above the limit of \(bytesMax) bytes: "
        + "ask for less at a time (page, only).")
  }

  /// A message is longer than the limit.
  package static func tooLong(_ message: String) -> RPCError {
    var error = limitReached(message)
    error.cause = ServingLimit.messageBytes
    return error
  }
}

package import RPCCore
internal import RPCServing

/// What goes wrong between two peers of ttrpc, before and after a handler.
extension RPCError {
  /// The client's stream id is zero or even.
  package static func streamIDNotOdd(_ id: UInt32) -> RPCError {
    RPCError(
      .invalidArgument, reason: "ERROR_INVALID_STREAM_ID",
      message: "Stream \(id) is not odd: streams that a client opens have odd ids.")
  }

  /// The client's stream id is not above the one before.
  package static func streamIDNotIncreasing(_ id: UInt32, after last: UInt32) -> RPCError {
    RPCError(
      .invalidArgument, reason: "ERROR_INVALID_STREAM_ID",
      message: "Stream \(id) does not come after stream \(last): ids must increase.")
  }

  /// Data for a stream that was never opened.
  package static func streamNotOpen(_ id: UInt32) -> RPCError {
    RPCError(
      .invalidArgument, reason: "ERROR_INVALID_STREAM_ID",
      message: "Stream \(id) was never opened: a request must come before its data.")
  }

  /// A second request message for a method that takes one.
  package static let unexpectedData = RPCError(
    .invalidArgument, reason: "ERROR_UNEXPECTED_DATA",
    message: "The method takes one message, in its request; data frames from a client are refused.")

  /// A frame that arrived is longer than the limit.
  package static func frameTooLong(bytes: UInt32, bytesMax: Int) -> RPCError {
    tooLong(
      "The frame of \(bytes) bytes is above the limit of \(bytesMax) bytes and was skipped.")
  }

  /// A request would be longer than the limit; it was not sent.
  package static func requestTooLong(bytes: Int, bytesMax: Int) -> RPCError {
    limitReached(
      "The request of \(bytes) bytes is above the limit of \(bytesMax) bytes and was not sent.")
  }

  /// Too many key-value pairs.
  package static func tooMuchMetadata(entriesMax: Int) -> RPCError {
    limitReached("The request carries more than \(entriesMax) metadata pairs.")
  }

  /// The request's envelope is no `Request` message.
  package static func malformedEnvelope(_ what: String) -> RPCError {
    RPCError(
      .invalidArgument, reason: "ERROR_MALFORMED_REQUEST",
      message: "The ttrpc envelope cannot be read: \(what).")
  }
}

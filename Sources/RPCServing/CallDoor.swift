package import ProtobufWire
package import RPCCore

/// A call, as its connection numbers it: the id of its stream in ttrpc and in HTTP/2.
package typealias CallID = UInt32

/// Writes a response message behind what the writer holds already.
package typealias AnswerBody = (inout BinaryWriter) throws(RPCError) -> Void

/// What a door is given to write for a call.
package enum CallAnswer {
  /// The whole answer of a call that has one message.
  case response(AnswerBody)
  /// The same, written before, in parts that follow one another.
  case parts([[UInt8]])
  /// One message of a stream.
  case message(AnswerBody)
  /// The stream ends well: nothing follows but trailers.
  case end
  /// The call failed. It may have sent messages before.
  case failure(RPCError)
}

/// One connection of a door, as the calls that came over it see it. Everything happens on the loop
/// of the connection.
package protocol CallDoor: AnyObject {
  /// Whether the socket, and the stream of a call if the protocol has windows, takes more bytes. When
  /// that changes, the door says so with `ConnectionCalls.roomChanged`.
  func hasRoom(for call: CallID) -> Bool

  /// Writes an answer; collects it until the turn ends. All but `message` is the last word of a call.
  ///
  /// - Returns: how many bytes it takes on the wire.
  /// - Throws: what the body throws, or that the answer is too long; nothing is written then. `end`
  ///   and `failure` throw nothing.
  @discardableResult
  func write(_ answer: CallAnswer, of call: CallID) throws(RPCError) -> Int

  /// A handler is done, or bytes are not kept any more: there may be room to read on, or nothing left
  /// to wait for.
  func callsChanged()
}

private import NIOCore

/// What calls and connections of all doors may cost together. Each limit bounds memory or time;
/// none is unlimited.
package struct ServingLimits: Sendable, Hashable {
  /// How many connections all doors of one kind have open.
  package var connectionsMax: Int
  /// How many of them one peer address may have.
  package var connectionsPerPeerMax: Int
  /// How many calls of one connection may be unfinished; then it is read no further until one ends.
  package var callsInFlightMax: Int
  /// What is kept for one connection, in bytes: frames that came in part, requests being decoded or
  /// run, answers unsent or held, messages of streams.
  package var connectionBytesMax: Int
  /// The same for all connections together.
  package var serverBytesMax: Int
  /// How long a response or a message of a stream may be, in bytes.
  package var answerBytesMax: Int
  /// How many bytes of one response stream may wait for the socket; then its handler waits, and
  /// the rest of the connection's room stays for the other calls.
  package var streamOutboundBytesMax: Int
  /// A request that is longer, in bytes, is decoded away from the event loop.
  package var decodedOnLoopBytesMax: Int
  /// How many requests that are decoded away from the loops are decoded at the same time.
  package var parallelDecodes: Int
  /// How long a frame or a request may take from its first byte to its last, in milliseconds.
  package var halfFrameMilliseconds: Int
  /// How long a connection may go without a whole frame and without an unfinished call, in
  /// milliseconds.
  package var idleMilliseconds: Int
  /// After so long without a byte a peer is asked for a sign of life, in milliseconds.
  package var keepaliveMilliseconds: Int
  /// It has so long to give one, in milliseconds.
  package var keepaliveAnswerMilliseconds: Int
  /// After so long clients are asked to connect anew, where the protocol can say so, in milliseconds;
  /// 0: never.
  package var connectionAgeMilliseconds: Int

  /// The defaults: 4096 connections, 1024 of one peer and 1024 calls of each, 16 MiB kept per
  /// connection and 384 MiB for all, answers of 4 MiB, 256 KiB unsent per stream, requests up to
  /// 32 KiB decoded on the loop and longer ones on half of the cores, 30 seconds for a frame, an hour idle,
  /// a question after five minutes of silence with 20 seconds to answer, connections of any age.
  package init() {
    connectionsMax = 4096
    connectionsPerPeerMax = 1024
    callsInFlightMax = 1024
    connectionBytesMax = 16 << 20
    serverBytesMax = 384 << 20
    answerBytesMax = 4 << 20
    streamOutboundBytesMax = 262_144
    decodedOnLoopBytesMax = 32_768
    parallelDecodes = max(System.coreCount / 2, 1)
    halfFrameMilliseconds = 30_000
    idleMilliseconds = 3_600_000
    keepaliveMilliseconds = 300_000
    keepaliveAnswerMilliseconds = 20_000
    connectionAgeMilliseconds = 0
  }
}

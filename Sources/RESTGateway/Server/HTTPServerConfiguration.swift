/// Where the HTTP server listens and what one peer may use.
package struct HTTPServerConfiguration: Hashable, Sendable {
  package var host: String
  /// 0 picks a free one.
  package var port: Int
  /// Connections at the same time. A further one takes the place of the one that is silent for
  /// longest.
  package var connectionsMax: Int
  /// Those of one peer address; the same holds among them.
  package var connectionsPerPeerMax: Int
  /// Of one header field, and of the request target.
  package var headerFieldBytesMax: Int
  /// Of all header fields of a request.
  package var headerListBytesMax: Int
  package var headerFieldsMax: Int
  /// Of a request's body; a connection that sends more is closed.
  package var requestBodyBytesMax: Int
  /// How long a connection may be without a request.
  package var idleTimeout: Duration
  /// How long a request may take from its first byte to its last.
  package var requestTimeout: Duration
  /// How long a peer may leave a piece of a response untaken.
  package var stallTimeout: Duration
  /// How long a stream of messages may be silent before its peer is told that it lives.
  package var heartbeat: Duration
  /// What is read from an artifact and written at once: the memory that a download needs, apart
  /// from the system's buffers.
  package var chunkBytes: Int

  package init(
    host: String = "127.0.0.1", port: Int = 8080, connectionsMax: Int = 1024,
    connectionsPerPeerMax: Int = 256, headerFieldBytesMax: Int = 16 * 1024,
    headerListBytesMax: Int = 32 * 1024,
    headerFieldsMax: Int = 100, requestBodyBytesMax: Int = 1024 * 1024,
    idleTimeout: Duration = .seconds(60), requestTimeout: Duration = .seconds(30),
    stallTimeout: Duration = .seconds(60), heartbeat: Duration = .seconds(15),
    chunkBytes: Int = 128 * 1024
  ) {
    self.host = host
    self.port = port
    self.connectionsMax = connectionsMax
    self.connectionsPerPeerMax = connectionsPerPeerMax
    self.headerFieldBytesMax = headerFieldBytesMax
    self.headerListBytesMax = headerListBytesMax
    self.headerFieldsMax = headerFieldsMax
    self.requestBodyBytesMax = requestBodyBytesMax
    self.idleTimeout = idleTimeout
    self.requestTimeout = requestTimeout
    self.stallTimeout = stallTimeout
    self.heartbeat = heartbeat
    self.chunkBytes = chunkBytes
  }
}

public import ProtobufWire

/// How the messages of a call are written.
public enum PayloadFormat: Sendable {
  /// Protobuf's binary form.
  case binary
  /// Protobuf's JSON form, as REST has it: with the names of the proto files.
  case json

  /// How JSON is written.
  public static let jsonOptions = JSONEncodingOptions(fieldNames: .original)
}

/// A request as a door received it. The answer is written in the same format.
public enum RequestPayload {
  /// A message in binary; read while the call starts, not kept.
  case binary(UnsafeRawBufferPointer)
  /// A message in JSON, and what of it came by other ways.
  case json(JSONRequest)

  /// How the answer is written.
  @inlinable
  public var format: PayloadFormat {
    switch self {
    case .binary: .binary
    case .json: .json
    }
  }
}

/// A request by REST: a message in up to three parts, as google.api.http has it.
public struct JSONRequest: Sendable {
  /// An object of fields in UTF-8; empty where there is no body.
  public var body: [UInt8]
  /// Fields of the query string. One whose first name stands in the body too is passed over.
  public var query: [FieldText]
  /// Fields of the path. They win.
  public var path: [FieldText]

  /// Makes a request.
  public init(
    body: [UInt8] = [], query: [FieldText] = [], path: [FieldText] = []
  ) {
    self.body = body
    self.query = query
    self.path = path
  }
}

extension RequestPayload {
  /// The request as a message.
  ///
  /// - Throws: `INVALID_ARGUMENT` naming the field or the byte.
  @inlinable
  func message<Input: Message>(_ type: Input.Type) throws(RPCError) -> Input {
    do throws(WireError) {
      switch self {
      case .binary(let bytes): return try Input(protobuf: bytes)
      case .json(let request): return try request.message()
      }
    } catch {
      throw RPCError.malformedRequest(error)
    }
  }
}

extension JSONRequest {
  /// The three parts as one message.
  @usableFromInline
  func message<Input: Message>() throws(WireError) -> Input {
    var message = body.isEmpty ? Input() : try Input(json: body)
    if body.isEmpty || query.isEmpty {
      try message.merge(query)
    } else {
      let fields = try Input.fieldNumbers(inJSON: body)
      let rest = query.filter { text in
        Input.descriptor.field(named: text.firstName).map { !fields.contains($0.number) } ?? true
      }
      try message.merge(rest)
    }
    try message.merge(path)
    return message
  }
}

extension Message {
  /// Appends the message in a format.
  @inlinable
  func encode(as format: PayloadFormat, into writer: inout BinaryWriter) throws(RPCError) {
    do throws(WireError) {
      switch format {
      case .binary: try encode(into: &writer)
      case .json: writer.append(contentsOf: try jsonBytes(options: PayloadFormat.jsonOptions))
      }
    } catch {
      throw RPCError.unencodableResponse(error)
    }
  }
}

/// The response of a handler.
public enum Answer<Output: Message>: Sendable {
  /// A message to encode.
  case message(Output)
  /// A message encoded before, in binary.
  case bytes(ArraySlice<UInt8>)
  /// A message encoded before, in JSON, for a call that is answered so.
  case json(ArraySlice<UInt8>)
  /// A long message encoded before, in binary, in parts to be sent one after the other: so nobody has to
  /// move it, or to keep all of it until its end is sent.
  case parts([[UInt8]])

  /// Appends the response in a format. What was encoded in the other one is read again.
  @inlinable
  func encode(as format: PayloadFormat, into writer: inout BinaryWriter) throws(RPCError) {
    switch (self, format) {
    case (.message(let message), _): try message.encode(as: format, into: &writer)
    case (.bytes(let bytes), .binary), (.json(let bytes), .json):
      bytes.withUnsafeBytes { writer.append(contentsOf: $0) }
    case (.json(let bytes), .binary):
      try Self.message(of: Array(bytes), in: .json).encode(as: format, into: &writer)
    case (.bytes(let bytes), .json):
      try Self.message(of: Array(bytes), in: .binary).encode(as: format, into: &writer)
    case (.parts(let parts), .binary): for part in parts { writer.append(contentsOf: part) }
    case (.parts(let parts), .json):
      try Self.message(of: Array(parts.joined()), in: .binary).encode(as: format, into: &writer)
    }
  }

  @usableFromInline
  static func message(
    of bytes: [UInt8], in format: PayloadFormat
  ) throws(RPCError) -> Output {
    do throws(WireError) {
      switch format {
      case .binary: return try Output(protobuf: bytes)
      case .json: return try Output(json: bytes)
      }
    } catch {
      throw RPCError.unencodableResponse(error)
    }
  }

  /// The response, to be written in a format.
  @inlinable
  func response(as format: PayloadFormat) -> Response {
    if case (.parts(let parts), .binary) = (self, format) { return .parts(parts) }
    return .body { (writer) throws(RPCError) in try encode(as: format, into: &writer) }
  }
}

/// Writes a response message, in the format of its request, behind what the writer holds already.
public typealias ResponseBody = @Sendable (inout BinaryWriter) throws(RPCError) -> Void

/// A response that is there, or about to be written.
public enum Response: Sendable {
  /// Writes it.
  case body(ResponseBody)
  /// It was written before, see `Answer.parts`.
  case parts([[UInt8]])

  /// Writes the response behind what the writer holds already.
  @inlinable
  public func encode(into writer: inout BinaryWriter) throws(RPCError) {
    switch self {
    case .body(let body): try body(&writer)
    case .parts(let parts): for part in parts { writer.append(contentsOf: part) }
    }
  }

  /// The response written, in parts.
  public func encoded() throws(RPCError) -> [[UInt8]] {
    if case .parts(let parts) = self { return parts }
    var writer = BinaryWriter()
    try encode(into: &writer)
    return [writer.bytes()]
  }
}

/// How far a call got on the thread that brought it.
public enum Outcome: Sendable {
  /// The response is in the writer.
  case answered
  /// The handler must wait for something: run this in a task of its own. Cancelling that task
  /// cancels the call.
  case later(@Sendable () async throws(RPCError) -> Response)
  /// The response is a stream: run this in a task of its own, with a place to send to.
  case stream(@Sendable (any ResponseSink) async throws(RPCError) -> Void)
}

/// Where a streaming handler's messages go, before they have types.
public protocol ResponseSink: Sendable {
  /// Sends one message; suspends while the peer reads slower than the handler writes.
  ///
  /// - Throws: `CANCELLED` once the peer is gone.
  func send(_ body: @escaping ResponseBody) async throws(RPCError)
}

/// A typed `ResponseSink`.
public struct ResponseStream<Output: Message>: Sendable {
  @usableFromInline let sink: any ResponseSink
  @usableFromInline let format: PayloadFormat

  /// Types a sink.
  @inlinable
  public init(_ sink: any ResponseSink, _ format: PayloadFormat = .binary) {
    self.sink = sink
    self.format = format
  }

  /// Sends one message; suspends while the peer reads slower than the handler writes.
  @inlinable
  public func send(_ message: Output) async throws(RPCError) {
    try await sink.send { [format] (writer) throws(RPCError) in
      try message.encode(as: format, into: &writer)
    }
  }
}

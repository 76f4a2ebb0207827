internal import ProtobufWire
internal import RPCCore
internal import ReportAPI
internal import ReportwireClient

/// A command's conversation with the server.
struct Session: Sendable {
  let client: ReportwireClient
  let options: ConnectionOptions

  var domainID: String { options.domainID }

  /// Connects when the first call is made; closes when the body is done.
  static func with<Result>(
    _ options: ConnectionOptions, _ body: (Session) async throws -> Result
  ) async throws -> Result {
    let client: ReportwireClient
    do throws(RPCError) {
      client = try ReportwireClient(address: options.serverAddress)
    } catch {
      throw CommandFailure(.usage, error.message)
    }
    do {
      let result = try await body(Session(client: client, options: options))
      await client.close()
      return result
    } catch {
      await client.close()
      throw error
    }
  }

  /// Calls a method, with the command's timeout and user.
  func call<Input, Output>(
    _ method: Method<Input, Output>, _ request: Input, metadata: Metadata = Metadata()
  ) async throws(CommandFailure) -> Output {
    do throws(RPCError) {
      return try await client.call(method, request, options: callOptions(metadata))
    } catch {
      throw failure(error)
    }
  }

  /// Calls any method: one answer, or as many as its stream has.
  func answers(
    _ method: MethodDescriptor, _ request: [UInt8], metadata: Metadata,
    _ take: ([UInt8]) throws -> Void
  ) async throws {
    do {
      guard method.isServerStreaming else {
        return try take(
          try await client.call(method, request: request, options: callOptions(metadata)))
      }
      let options = CallOptions(metadata: withUser(metadata))
      for try await answer in try await client.stream(method, request: request, options: options) {
        try take(answer)
      }
    } catch let error as RPCError {
      throw failure(error, isInDomain: false)
    }
  }

  func callOptions(_ metadata: Metadata = Metadata()) -> CallOptions {
    CallOptions(timeout: .seconds(options.timeoutSeconds), metadata: withUser(metadata))
  }

  func withUser(_ metadata: Metadata) -> Metadata {
    guard let user = options.userName, metadata[Metadata.userID] == nil else { return metadata }
    var metadata = metadata
    metadata[Metadata.userID] = user
    return metadata
  }

  /// What, where, and what to do.
  ///
  /// - Parameter isInDomain: whether the call was surely made for the command's domain.
  func failure(_ error: RPCError, isInDomain: Bool = true) -> CommandFailure {
    var message = "\(error) (server \(options.serverAddress)"
    if error.code == .notFound, isInDomain { message += ", domain \(domainID)" }
    message += ")"
    switch error.code {
    case .unavailable where RetryRules.isOfConnection(error):
      message += "; is it running? 'reportwire serve' starts one, --address names another"
    case .notFound where error.message.contains("(template_id = "):
      message += "; 'reportwire templates' lists those that there are"
    case .deadlineExceeded:
      message += "; --timeout allows more than \(options.timeoutSeconds) seconds"
    default: break
    }
    return CommandFailure(.callFailed, message)
  }
}

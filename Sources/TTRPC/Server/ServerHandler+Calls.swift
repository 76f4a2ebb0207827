import Logging
import NIOCore
import RPCCore

/// Frames to calls, and calls to answers.
extension ServerHandler {
  /// No timer for what is further away: ten years.
  private static let timerNanosecondsMax: Int64 = 315_360_000_000_000_000

  func start(_ streamID: UInt32, _ data: UnsafeRawBufferPointer) {
    let mark = frames.beginResponse()
    var isRouted = false
    do throws(RPCError) {
      let request = try RequestView(data, metadataEntriesMax: limits.metadataEntriesMax)
      if request.timeoutNanoseconds < 0 { throw .requestTimeout }
      let call = CallContext(
        metadata: request.metadata,
        deadline: Deadline(
          timeoutNanoseconds: request.timeoutNanoseconds, from: batchStartedAt),
        // The envelope has a tag and a length in front of the response.
        answerBytesMax: limits.frameBytesMax - 16, peer: peer, transport: "ttrpc",
        startedAt: batchStartedAt)
      let entry = try work.methods.entry(of: request, in: router)
      isRouted = true
      switch try entry.start(request.payload, call, into: &frames.writer) {
      case .answered:
        try frames.endResponse(mark, streamID, bytesMax: limits.frameBytesMax)
        machine.answeredAtOnce()
      case .later(let body):
        frames.rewind(to: mark)
        machine.keep()
        runLater(streamID, request.timeoutNanoseconds, body)
      case .stream(let body):
        frames.rewind(to: mark)
        machine.keep()
        runStream(streamID, request.timeoutNanoseconds, body)
      }
    } catch {
      frames.rewind(to: mark)
      frames.writeError(streamID, error)
      machine.answeredAtOnce()
      // Interceptors log the calls that reach a method.
      if !isRouted {
        logger.info("call refused", metadata: ["peer": "\(peer)", "error": "\(error)"])
      }
    }
    flushSoon()
  }

  private func runLater(
    _ streamID: UInt32, _ timeoutNanoseconds: Int64,
    _ body: @escaping @Sendable () async throws(RPCError) -> ResponseBody
  ) {
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    let task = Task(executorPreference: executor) {
      do throws(RPCError) {
        let response = try await body()
        connection.value.succeeded(streamID, response)
      } catch {
        connection.value.failed(streamID, error)
      }
    }
    keep(streamID, task, timeoutNanoseconds)
  }

  private func runStream(
    _ streamID: UInt32, _ timeoutNanoseconds: Int64,
    _ body: @escaping @Sendable (any ResponseSink) async throws(RPCError) -> Void
  ) {
    let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
    let sink = CallSink(
      streamID: streamID, loop: context.eventLoop, connection: connection)
    let task = Task(executorPreference: executor) {
      do throws(RPCError) {
        try await body(sink)
        connection.value.streamEnded(streamID)
      } catch {
        connection.value.failed(streamID, error)
      }
    }
    keep(streamID, task, timeoutNanoseconds)
  }

  private func keep(
    _ streamID: UInt32, _ task: Task<Void, Never>, _ timeoutNanoseconds: Int64
  ) {
    var call = RunningCall(task: task)
    if timeoutNanoseconds > 0, timeoutNanoseconds <= Self.timerNanosecondsMax {
      let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
      call.timer = context.eventLoop.scheduleTask(in: .nanoseconds(timeoutNanoseconds)) {
        connection.value.timedOut(streamID)
      }
    }
    calls[streamID] = call
  }
}

// MARK: - Ends

extension ServerHandler {
  private func timedOut(_ streamID: UInt32) {
    guard machine.answer(streamID) else { return }
    calls[streamID]?.cancel(.requestTimeout)
    writeError(streamID, .requestTimeout)
  }

  private func failed(_ streamID: UInt32, _ error: RPCError) {
    if machine.answer(streamID) { writeError(streamID, error) }
    end(streamID)
  }

  private func streamEnded(_ streamID: UInt32) {
    if machine.answer(streamID) {
      frames.writeEndOfStream(streamID)
      flushSoon()
    }
    end(streamID)
  }

  private func succeeded(_ streamID: UInt32, _ response: @escaping ResponseBody) {
    if machine.isClosed || context.channel.isWritable {
      writeAnswer(streamID, response)
    } else {
      heldAnswers.append(HeldAnswer(streamID: streamID, body: response))
    }
  }

  /// Answers that were held back while the peer did not read.
  func writeHeldAnswers() {
    // Each is taken out before it is written: writing may flush, and that lead back to here.
    while context.channel.isWritable, !heldAnswers.isEmpty {
      let answer = heldAnswers.removeFirst()
      writeAnswer(answer.streamID, answer.body)
    }
    resumeSends()
  }

  private func writeAnswer(_ streamID: UInt32, _ response: ResponseBody) {
    if machine.answer(streamID) {
      let mark = frames.beginResponse()
      do throws(RPCError) {
        try response(&frames.writer)
        try frames.endResponse(mark, streamID, bytesMax: limits.frameBytesMax)
      } catch {
        frames.rewind(to: mark)
        frames.writeError(streamID, error)
      }
      flushSoon()
    }
    end(streamID)
  }

  func writeError(_ streamID: UInt32, _ error: RPCError) {
    frames.writeError(streamID, error)
    flushSoon()
  }

  /// The task of a call is over, and its answer, if one is due, is in `frames`.
  func end(_ streamID: UInt32) {
    calls.removeValue(forKey: streamID)?.timer?.cancel()
    machine.taskEnded(streamID)
    readOnIfPossible()
    closeIfDrained()
  }
}

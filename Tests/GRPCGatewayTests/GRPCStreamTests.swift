import ProtobufWire
import RPCCore
import RPCServing
import Testing

@testable import GRPCGateway

@Suite("A call's stream")
struct GRPCStreamTests {
  /// What each of a stream's properties says of itself, by its name.
  private func properties(_ stream: GRPCStream) -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: Mirror(reflecting: stream).children.map {
        ($0.label ?? "", String(reflecting: $0.value))
      })
  }

  /// One of which nothing is as it begins, so that a property which is new is missed here.
  private func used(_ answer: Int) throws -> GRPCStream {
    let stream = GRPCStream(7, begunAt: .now)
    stream.request = .done
    stream.isPost = true
    stream.route = .dialog
    stream.isGRPC = true
    stream.encoding = .gzip
    stream.metadata.append("a", "b")
    stream.headerBytes = 1
    stream.headerFields = 1
    stream.timeoutNanoseconds = 1
    stream.headerProblem = .serverFull
    stream.isDialog = true
    _ = [UInt8](repeating: 1, count: 5).withUnsafeBytes { stream.prefix.take($0) }
    stream.messageLength = 1
    stream.message = [1]
    stream.keptBytes = 1
    stream.isAdmitted = false
    stream.withheldBytes = 1
    [UInt8](repeating: 1, count: answer).withUnsafeBytes { stream.append(copying: $0) }
    stream.append([1])
    withUnsafeTemporaryAllocation(byteCount: 3, alignment: 1) { _ = stream.take(into: $0) }
    stream.hasHeader = true
    stream.hasSent = true
    stream.isStreaming = true
    stream.end = .well
    stream.isRunning = true
    var router = Router()
    let method = HealthService.check
    router.register(method) { _, _ in HealthCheckResponse(.serving) }
    stream.entry = try router.entry(
      service: method.descriptor.service, method: method.descriptor.name)
    return stream
  }

  @Test("that is used again is as a new one", arguments: [10, 5000])
  func usedAgain(answer: Int) throws {
    let stream = try used(answer)
    let moment = CallTime.now
    let new = properties(GRPCStream(9, begunAt: moment))
    for (name, value) in properties(stream) { #expect(value != new[name], "\(name)") }
    stream.reset()
    stream.begin(9, at: moment)
    #expect(properties(stream) == new)
  }

  @Test("is not used again while somebody has it")
  func stillHad() throws {
    let spare = GRPCSpareStreams()
    let first = spare.next(1, begunAt: .now)
    spare.put(first)
    #expect(spare.next(3, begunAt: .now) !== first)
    #expect(first.id == 1)
    spare.put(GRPCStream(5, begunAt: .now))
    let again = spare.next(7, begunAt: .now)
    #expect(again.id == 7)
  }
}

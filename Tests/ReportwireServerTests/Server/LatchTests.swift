import Testing

@testable import ReportwireServer

@Suite(.timeLimit(.minutes(5))) struct LatchTests {
  private struct Broken: Error {}

  @Test func everybodyWhoWaitsGetsTheFirstValue() async throws {
    let latch = Latch<Int>()
    let waiters = (0..<10).map { _ in Task { try await latch.value() } }
    latch.resolve(.success(1))
    latch.resolve(.success(2))
    for waiter in waiters { #expect(try await waiter.value == 1) }
    #expect(try await latch.value() == 1)
    #expect(latch.current == 1)
  }

  @Test func aFailureIsToldToEverybody() async {
    let latch = Latch<Int>()
    let waiter = Task { try await latch.value() }
    latch.resolve(.failure(Broken()))
    await #expect(throws: Broken.self) { try await waiter.value }
    await #expect(throws: Broken.self) { try await latch.value() }
    #expect(latch.current == nil)
  }

  @Test func whoeverIsCancelledWaitsNoMore() async throws {
    let latch = Latch<Int>()
    let canceled = Task { try await latch.value() }
    let patient = Task { try await latch.value() }
    canceled.cancel()
    await #expect(throws: CancellationError.self) { try await canceled.value }
    latch.resolve(.success(1))
    #expect(try await patient.value == 1)
  }
}

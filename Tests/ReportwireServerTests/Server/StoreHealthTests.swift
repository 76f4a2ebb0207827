import ReportCore
import Synchronization
import Testing

@testable import ReportwireServer

@Suite(.timeLimit(.minutes(5))) struct StoreHealthTests {
  @Test func aStoreThatAnswersIsWell() async {
    #expect(await StoreHealth {}.answers())
  }

  @Test func aStoreThatFailsIsNot() async {
    let health = StoreHealth { throw StoreError(.unavailable, "It is away.") }
    #expect(await !health.answers())
  }

  @Test func aStoreThatHangsIsNotAndIsAskedOnce() async throws {
    let looks = Atomic(0)
    let released = Latch<Void>()
    let health = StoreHealth(patience: .milliseconds(20)) {
      looks.add(1, ordering: .relaxed)
      try await released.value()
    }
    for _ in 0..<3 { #expect(await !health.answers()) }
    #expect(looks.load(ordering: .relaxed) == 1)
    released.resolve(.success(()))
    // The look that hung ends some time; from then on a new one is made.
    while await !health.answers() {}
    #expect(looks.load(ordering: .relaxed) >= 1)
  }
}

import Testing

@testable import ReportCore

@Suite("SleepQueue: one timer for all who sleep", .timeLimit(.minutes(5)))
struct SleepQueueTests {
  private let queue = SleepQueue()
  private let clock = SystemClock()

  private func moment(_ milliseconds: Int) -> MonotonicInstant {
    clock.monotonic.advanced(by: .milliseconds(milliseconds))
  }

  @Test
  func `Who sleeps wakes when the moment has come, and not before, in whatever order they came`()
    async throws
  {
    let start = clock.monotonic
    var woken: Set<Int> = []
    try await withThrowingTaskGroup(of: Int.self) { group in
      // The last one first, so that the timer is set earlier twice, and then again for the others.
      for number in [3, 2, 1] {
        group.addTask {
          let moment = start.advanced(by: .milliseconds(100 * number))
          try await queue.sleep(until: moment)
          #expect(clock.monotonic >= moment)
          return number
        }
      }
      for try await number in group { woken.insert(number) }
    }
    #expect(woken == [1, 2, 3])
    #expect(queue.count == 0)
    #expect(queue.placeCount == 0)
  }

  @Test func `A moment that is over is not slept for, and no moment at all when cancelled`()
    async throws
  {
    try await queue.sleep(until: moment(-1))
    try await queue.sleep(until: MonotonicInstant(nanoseconds: .min))
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      await #expect(throws: CancellationError.self) { try await queue.sleep(until: moment(-1)) }
      await #expect(throws: CancellationError.self) { try await queue.sleep(until: moment(60_000)) }
    }
    await task.value
    #expect(queue.count == 0)
  }

  @Test func `A moment beyond what a timer counts is slept for until cancelled`() async throws {
    let task = Task { try await queue.sleep(until: MonotonicInstant(nanoseconds: .max)) }
    try await waitForSleepers(1)
    // Others are woken meanwhile.
    try await queue.sleep(until: moment(20))
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(queue.count == 0)
  }

  @Test func `What is cancelled leaves next to nothing behind, however many they are`() async throws
  {
    let end = moment(3_600_000)
    for _ in 0..<20 {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<500 { group.addTask { try? await queue.sleep(until: end) } }
        try await waitForSleepers(500)
        group.cancelAll()
      }
      #expect(queue.count == 0)
      #expect(queue.placeCount <= 64)
    }
  }

  @Test func `Cancelling the first does not keep the others from waking`() async throws {
    let first = Task { try await queue.sleep(until: moment(3_600_000)) }
    try await waitForSleepers(1)
    let later = moment(3_600_001)
    let second = Task { try await queue.sleep(until: later) }
    try await waitForSleepers(2)
    first.cancel()
    await #expect(throws: CancellationError.self) { try await first.value }
    try await queue.sleep(until: moment(20))
    #expect(queue.count == 1)
    second.cancel()
  }

  /// Returns once so many sleep, who must not wake by themselves meanwhile.
  private func waitForSleepers(_ count: Int) async throws {
    while queue.count < count {
      try Task.checkCancellation()
      await Task.yield()
    }
  }
}

import ReportCore
import Testing

@testable import KafkaAudit

@Suite struct OutboxWindowTests {
  private func message(_ number: Int64, _ key: String) -> OutboxMessage {
    OutboxMessage(
      number: number,
      message: AuditMessage(eventID: "audit-\(number)", key: ExactText(key), body: "{}"))
  }

  private func sent(_ window: inout OutboxWindow) -> [Int64] {
    var numbers: [Int64] = []
    while let message = window.next() { numbers.append(message.number) }
    return numbers
  }

  @Test func `Of one report the next goes when the one before it has arrived`() {
    var window = OutboxWindow(messagesMax: 10)
    window.add([message(1, "a"), message(2, "a"), message(3, "b"), message(4, "a")])
    #expect(sent(&window) == [1, 3])
    window.acknowledged(3)
    #expect(sent(&window) == [])
    window.acknowledged(1)
    #expect(sent(&window) == [2])
    window.add([message(5, "a"), message(6, "b")])
    #expect(sent(&window) == [6])
    window.acknowledged(2)
    #expect(sent(&window) == [4])
    window.acknowledged(4)
    #expect(sent(&window) == [5])
    #expect(window.count == 2)
    #expect(window.lastNumber == 6)
  }

  @Test func `Messages about nothing do not wait for each other`() {
    var window = OutboxWindow(messagesMax: 10)
    window.add([message(1, ""), message(2, ""), message(3, "")])
    #expect(sent(&window) == [1, 2, 3])
    #expect(window.onTheWayCount == 3)
  }

  @Test func `What was not taken comes again, and what is not known is passed over`() throws {
    var window = OutboxWindow(messagesMax: 10)
    window.add([message(1, "a"), message(2, "a")])
    let taken = window.next()
    let first = try #require(taken)
    window.putBack(first)
    window.putBack(first)
    #expect(window.onTheWayCount == 0)
    #expect(sent(&window) == [1])
    for _ in 1...2 { window.acknowledged(1) }
    window.acknowledged(77)
    #expect(window.count == 1)
    #expect(sent(&window) == [2])
  }

  @Test func `There is room for so many, wherever they stand`() {
    var window = OutboxWindow(messagesMax: 3)
    window.add([message(1, "a"), message(2, "a")])
    #expect(window.room == 1)
    _ = sent(&window)
    #expect(window.room == 1)
    window.acknowledged(1)
    #expect(window.room == 2)
  }
}

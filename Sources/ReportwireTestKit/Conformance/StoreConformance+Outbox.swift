package import ReportCore

/// What a store keeps for another system.
extension StoreConformance {
  /// Makes a new, empty store whose outbox has rules of the case's own.
  package struct OutboxStores: Sendable {
    let make: @Sendable (OutboxRules, FakeClock) async throws -> any ReportStore

    package init(
      _ make: @escaping @Sendable (OutboxRules, FakeClock) async throws -> any ReportStore
    ) {
      self.make = make
    }

    func all(_ messagesMax: Int64 = 100) async throws -> any ReportStore {
      try await make(OutboxRules(messagesMax: messagesMax), FakeClock())
    }
  }

  package typealias OutboxCase = ConformanceCase<OutboxStores>

  package static let outboxCases: [OutboxCase] = [
    OutboxCase("A change, its event and the message of it are there together") { stores in
      let store = try await stores.all()
      let key = IdempotencyKey(key: "k", digest: "d")
      _ = try await store.create(report(1), idempotency: key, audit: told(1))
      _ = try await store.create(report(2), idempotency: key, audit: told(2))
      try await expectError(StoreError.self) {
        _ = try await store.create(report(1), idempotency: nil, audit: told(3))
      }
      let id = TestReports.id(1)
      for (domainID, number) in [("domain-b", 4), ("domain-a", 5)] {
        _ = try await store.setPinned(true, id, in: domainID, at: at(1), audit: told(number))
        _ = try await store.requestCancel(id, in: domainID, at: at(1), audit: told(number + 2))
        _ = try await store.delete(
          [ReportKey(reportID: id, domainID: domainID)], sparingPinned: false,
          audit: told(number + 4))
      }
      let waiting = try await store.waitingMessages(after: 0, countMax: 100).map(\.message)
      // Also of the report that is gone it is known what it was made of.
      let template = report(1).templateID
      try expectEqual(
        waiting, [1, 5, 7, 9].map { AuditMessage(told($0), revision: 0, templateID: template) },
        "messages")
      try await store.close()
    },
    OutboxCase("A message tells the template of a report of its own domain only") { stores in
      let store = try await stores.all()
      _ = try await store.create(report(1), idempotency: nil)
      var foreign = told(2)
      foreign.domainID = "domain-b"
      for event in [told(1), foreign] { try await store.record(event) }
      let waiting = try await store.waitingMessages(after: 0, countMax: 100)
      let template = report(1).templateID
      try expectEqual(
        waiting.map(\.message),
        [
          AuditMessage(told(1), revision: 0, templateID: template),
          AuditMessage(foreign, revision: 0, templateID: ""),
        ], "messages")
      try await store.close()
    },
    OutboxCase("Messages wait in their order until they are removed, and numbers only grow") {
      stores in
      let store = try await stores.all()
      for number in 1...5 { try await store.record(told(number)) }
      let first = try await store.waitingMessages(after: 0, countMax: 2)
      let rest = try await store.waitingMessages(
        after: try require(first.last, "message").number, countMax: 100)
      try expectEqual(ids(first + rest), (1...5).map { "audit-\($0)" }, "ids")
      try await store.removeMessages([rest[0].number, first[0].number, 1_000_000])
      try await store.removeMessages([])
      let left = try await store.waitingMessages(after: 0, countMax: 100)
      try expectEqual(ids(left), ["audit-2", "audit-4", "audit-5"], "left")
      try expectEqual(
        try await store.outboxStatus(), OutboxStatus(waiting: 3, oldestAt: at(2), dropped: 0),
        "status")
      try await store.removeMessages(left.map(\.number))
      try expectEqual(
        try await store.outboxStatus(), OutboxStatus(waiting: 0, oldestAt: nil, dropped: 0),
        "status of nothing")
      try await store.record(told(6))
      let next = try require(
        try await store.waitingMessages(after: 0, countMax: 1).first, "message")
      try expectEqual(
        next.number > (left.last?.number ?? .max), true, "a number that was used is not used again")
      try await store.close()
    },
    OutboxCase("A line that is brought up to date is another message, with another id") { stores in
      let store = try await stores.all()
      var event = told(1)
      for bytes in [0, 10, 20] as [Int64] {
        event.bytes = bytes
        try await store.record(event)
      }
      try expectEqual(
        ids(try await store.waitingMessages(after: 0, countMax: 100)),
        ["audit-1", "audit-1-1", "audit-1-2"], "ids")
      try await store.close()
    },
    OutboxCase("Where only downloads count that are asked for, each is one message") { stores in
      let store = try await stores.make(
        OutboxRules(selection: .auditable, messagesMax: 100), FakeClock())
      try await store.record(told(1))
      var asked = told(2)
      asked.isAuditable = true
      for bytes in [0, 10] as [Int64] {
        asked.bytes = bytes
        try await store.record(asked)
      }
      try expectEqual(
        ids(try await store.waitingMessages(after: 0, countMax: 100)), ["audit-2"], "ids")
      let page = try await store.events(AuditQuery(limit: 9))
      try expectEqual(page.events, [asked, told(1)], "the audit has all")
      try await store.close()
    },
    OutboxCase("What finds no room is counted, the oldest stay, and a message tells of the gap") {
      stores in
      let store = try await stores.all(3)
      for number in 1...5 { try await store.record(told(number)) }
      try expectEqual(
        try await store.outboxStatus(), OutboxStatus(waiting: 3, oldestAt: at(1), dropped: 2),
        "status")
      let waiting = try await store.waitingMessages(after: 0, countMax: 100)
      try expectEqual(ids(waiting), ["audit-1", "audit-2", "audit-3"], "the oldest")
      // The message about the gap needs room too.
      try await store.removeMessages([waiting[0].number])
      try await store.record(told(6))
      try expectEqual(try await store.outboxStatus().dropped, 3, "dropped")
      try await store.removeMessages([waiting[1].number])
      try await store.record(told(7))
      let left = try await store.waitingMessages(after: 0, countMax: 100).map(\.message)
      try expectEqual(
        left,
        [
          AuditMessage(told(3), revision: 0, templateID: ""),
          AuditMessage(gapOf: 3, total: 3, before: told(7)),
          AuditMessage(told(7), revision: 0, templateID: ""),
        ], "messages")
      // The audit itself lacks nothing.
      try expectEqual(try await store.events(AuditQuery(limit: 9)).events.count, 7, "lines")
      try await store.close()
    },
    OutboxCase("One process at a time hands on what waits, until its time is over") { stores in
      let clock = FakeClock()
      let store = try await stores.make(OutboxRules(messagesMax: 9), clock)
      func hold(_ owner: String, takingOver: Bool = false) async throws -> Bool {
        try await store.holdOutbox(by: owner, leaseFor: leaseFor, takingOver: takingOver)
      }
      try expectEqual(try await hold("a"), true, "the first")
      try expectEqual(try await hold("b"), false, "another")
      clock.advance(by: leaseFor - .seconds(1))
      try expectEqual(try await hold("a"), true, "again")
      clock.advance(by: leaseFor - .seconds(1))
      try expectEqual(try await hold("b"), false, "before the new end")
      clock.advance(by: .seconds(1))
      try expectEqual(try await hold("b"), true, "after it")
      try expectEqual(try await hold("a"), false, "the first, too late")
      try await store.releaseOutbox(by: "a")
      try expectEqual(try await hold("a"), false, "who does not have it lets nobody in")
      try await store.releaseOutbox(by: "b")
      try expectEqual(try await hold("a"), true, "once it is released")
      try expectEqual(try await hold("b", takingOver: true), true, "where others are gone")
      clock.reboot()
      try expectEqual(try await hold("a"), true, "after a boot")
      try await store.close()
    },
  ]

  /// An event about report 1; the number makes its id and its time.
  private static func told(_ number: Int) -> AuditEvent {
    var event = AuditEvent(
      id: "audit-\(number)", at: at(Int64(number)), method: AuditEvent.download)
    event.domainID = "domain-a"
    event.resourceID = TestReports.id(1).exact
    return event
  }

  private static func ids(_ messages: [OutboxMessage]) -> [String] {
    messages.map(\.message.eventID)
  }
}

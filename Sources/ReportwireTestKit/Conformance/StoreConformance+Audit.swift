internal import ReportCore

/// What a store keeps of the audit.
extension StoreConformance {
  static let auditCases: [Case] = [
    Case("A change and its event are kept together, and neither without the other") { store in
      let key = IdempotencyKey(key: "k", digest: "d")
      _ = try await store.create(report(1), idempotency: key, audit: event(1))
      _ = try await store.create(report(2), idempotency: key, audit: event(2))
      try expectEqual(try await events(store), [1], "after a create and its repetition")
      try await expectError(StoreError.self) {
        _ = try await store.create(report(1), idempotency: nil, audit: event(3))
      }
      try expectEqual(try await events(store), [1], "after a create with an id that is taken")
      let id = TestReports.id(1)
      for (domainID, number) in [("domain-b", 4), ("domain-a", 5)] {
        _ = try await store.setPinned(true, id, in: domainID, at: at(1), audit: event(number))
        _ = try await store.requestCancel(id, in: domainID, at: at(1), audit: event(number + 2))
        _ = try await store.delete(
          [ReportKey(reportID: id, domainID: domainID)], sparingPinned: false,
          audit: event(number + 4))
      }
      try expectEqual(try await events(store), [9, 7, 5, 1], "after pin, cancel and delete")
      _ = try await store.delete([report(1).key], sparingPinned: false, audit: event(10))
      try expectEqual(try await events(store), [9, 7, 5, 1], "after the delete of nothing")
    },
    Case("An event comes back as it was, whatever its texts hold") { store in
      var odd = event(1)
      odd.subject = AuditEvent.bounded("e\u{301}\u{1b}[31m\n\"';--\u{202e}\u{fffd}")
      odd.callerDomainID = "domain-é"
      odd.roles = "run,manage"
      odd.authentication = "token"
      odd.peer = "[::1]:5"
      odd.door = "grpc"
      odd.code = "NOT_FOUND"
      odd.reason = "ERROR_NOT_FOUND"
      odd.requestID = AuditEvent.bounded(String(repeating: "\u{1f4ca}", count: 100))
      odd.traceID = "4bf92f3577b34da6a3ce929d0e0e4736"
      odd.bytes = .max
      odd.isComplete = true
      odd.leftOut = 3
      try await store.record(odd)
      try expectEqual(
        try await store.events(AuditQuery(limit: 9)), AuditPage(events: [odd]), "page")
    },
    Case("An event that is known by its id is brought up to date, and stays where it is") { store in
      for number in 1...2 { try await store.record(event(number)) }
      var newer = event(1)
      newer.bytes = 5
      newer.isComplete = true
      newer.code = "CANCELLED"
      newer.reason = "ERROR_CANCELLED"
      newer.leftOut = 1
      try await store.record(newer)
      try expectEqual(
        try await store.events(AuditQuery(limit: 9)), AuditPage(events: [event(2), newer]), "page")
    },
    Case("Events are found by domain, resource, subject, method and time") { store in
      for number in 1...6 {
        var event = event(number, in: number % 2 == 0 ? "domain-b" : "domain-a")
        event.subject = number > 3 ? "ada" : "bob"
        if number < 3 { event.resourceID = "" }
        try await store.record(event)
      }
      for (query, numbers) in [
        (AuditQuery(limit: 9), [6, 5, 4, 3, 2, 1]),
        (AuditQuery(domainID: "domain-a", limit: 9), [5, 3, 1]),
        (AuditQuery(domainID: "DOMAIN-A", limit: 9), []),
        (AuditQuery(resourceID: "report-4", limit: 9), [4]),
        (AuditQuery(domainID: "domain-a", resourceID: "report-4", limit: 9), []),
        (AuditQuery(subject: "ada", limit: 9), [6, 5, 4]),
        (AuditQuery(method: "service/method-2", limit: 9), [2]),
        (AuditQuery(since: at(3), until: at(5), limit: 9), [4, 3]),
        (AuditQuery(domainID: "domain-b", subject: "ada", since: at(5), limit: 9), [6]),
      ] as [(AuditQuery, [Int])] {
        try expectEqual(try await events(store, query), numbers, "\(query)")
      }
    },
    Case("Pages follow each other without a gap, also where many events have one moment") { store in
      for number in 1...7 {
        try await store.record(event(number, at: Int64(number / 5)))
      }
      var query = AuditQuery(domainID: "domain-a", limit: 2)
      var found: [[Int]] = []
      while true {
        let page = try await store.events(query)
        found.append(page.events.map(number))
        // Whoever comes later is no part of what is read.
        try await store.record(event(10 + found.count, at: 100))
        guard let next = page.next else { break }
        query.cursor = next
      }
      try expectEqual(found, [[7, 6], [5, 4], [3, 2], [1]], "pages")
    },
    Case("Old events are removed, the oldest first, so many at once") { store in
      for number in [3, 1, 4, 2, 5] { try await store.record(event(number)) }
      try expectEqual(try await store.removeEvents(before: at(4), countMax: 2), 2, "removed")
      try expectEqual(try await events(store), [5, 4, 3], "then")
      try expectEqual(try await store.removeEvents(before: at(4), countMax: 2), 1, "removed")
      try expectEqual(try await store.removeEvents(before: at(4), countMax: 2), 0, "removed")
      try expectEqual(try await events(store), [5, 4], "those that stay")
    },
  ]

  /// An event; the number makes its id, its resource and its method, and its time unless said otherwise.
  private static func event(
    _ number: Int, in domainID: ExactText = "domain-a", at seconds: Int64? = nil
  ) -> AuditEvent {
    var event = AuditEvent(
      id: "audit-\(number)", at: at(seconds ?? Int64(number)), method: "service/method-\(number)")
    event.domainID = domainID
    event.resourceID = ExactText("report-\(number)")
    return event
  }

  private static func number(of event: AuditEvent) -> Int {
    Int(event.id.dropFirst("audit-".count)) ?? 0
  }

  private static func events(
    _ store: any ReportStore, _ query: AuditQuery = AuditQuery(limit: 100)
  ) async throws -> [Int] {
    try await store.events(query).events.map(number)
  }
}

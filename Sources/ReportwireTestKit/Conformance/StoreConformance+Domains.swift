import ReportCore

extension StoreConformance {
  static let domainCases: [Case] = [
    Case("A domain makes reports until it is disabled, and again once it is enabled") { store in
      try expectEqual(try await store.domainState("domain-a"), .enabled, "at first")
      _ = try await store.create(report(1), idempotency: nil)
      for _ in 1...2 {
        try await store.setDomainState(.disabled, of: "domain-a")
        try expectEqual(try await store.domainState("domain-a"), .disabled)
        try expectEqual(
          try await store.create(report(2), idempotency: nil), .domainDisabled, "create")
      }
      try expectEqual(try await list(store), [1], "reports")
      try expectEqual(
        try await store.create(report(3, in: "domain-b"), idempotency: nil),
        .created(report(3, in: "domain-b")), "another domain")
      for _ in 1...2 { try await store.setDomainState(.enabled, of: "domain-a") }
      try expectEqual(try await store.domainState("domain-a"), .enabled)
      try expectEqual(
        try await store.create(report(2), idempotency: nil), .created(report(2)), "create")
    },
    Case("What a disabled domain has stays: it is read, run and ended") { store in
      _ = try await store.create(report(1), idempotency: nil)
      try await store.setDomainState(.disabled, of: "domain-a")
      try expectEqual(try await stored(report(1), in: store), report(1))
      let claimed = try require(try await claim(store), "claimed report")
      let outcome = try await store.finish(
        claimed.reportID, fencingToken: token(of: claimed),
        with: .finished([TestReports.artifact(of: claimed)], .none), at: at(110))
      guard case .finished = outcome else {
        throw ConformanceFailure(description: "a report of a disabled domain is \(outcome)")
      }
    },
    Case("A repeated create finds its report in a domain that is disabled by now") { store in
      let keys = [IdempotencyKey(key: "k", digest: "d"), IdempotencyKey(.call(["c"]), digest: "d")]
      for (number, key) in zip(1..., keys) {
        _ = try await store.create(report(number), idempotency: key)
      }
      try await store.setDomainState(.disabled, of: "domain-a")
      for (number, key) in zip(1..., keys) {
        try expectEqual(
          try await store.create(report(number + 5), idempotency: key), .existing(report(number)))
      }
      try expectEqual(
        try await store.create(report(9), idempotency: IdempotencyKey(key: "k", digest: "other")),
        .conflict)
    },
    Case("Ids of domains that only look alike are different") { store in
      try await store.setDomainState(.disabled, of: "\u{E9}")
      try expectEqual(try await store.domainState("e\u{301}"), .enabled)
      try await store.setDomainState(.enabled, of: "e\u{301}")
      try expectEqual(try await store.domainState("\u{E9}"), .disabled)
      try expectEqual(try await domains(store), ["e\u{301}", "\u{E9}"])
    },
    Case("A domain is known by its reports and by what was said of it, once") { store in
      try expectEqual(try await domains(store), [], "at first")
      for (number, id) in zip(1..., ["domain-b", "domain-a", "domain-b"]) {
        _ = try await store.create(report(number, in: id), idempotency: nil)
      }
      try await store.setDomainState(.disabled, of: "domain-b")
      try await store.setDomainState(.enabled, of: "domain-c")
      try expectEqual(try await domains(store), ["domain-a", "domain-b", "domain-c"])
      _ = try await store.delete([report(2, in: "domain-a").key], sparingPinned: false)
      try expectEqual(try await domains(store), ["domain-b", "domain-c"], "without its report")
    },
    Case("A list that is for one domain has no other, whatever it asks for") { store in
      for id in ["domain-a", "domain-b"] { try await store.setDomainState(.disabled, of: id) }
      try expectEqual(try await domains(store, .only("domain-a")), ["domain-a"])
      try expectEqual(try await domains(store, .only("domain-z")), ["domain-z"], "unknown")
      let others = Predicate.any([.equals(.domainID, .string("domain-b")), .not(.all([]))])
      try expectEqual(try await domains(store, .only("domain-a"), where: others), [])
    },
    Case("Domains are filtered, sorted, paged and counted") { store in
      for number in 1...7 {
        try await store.setDomainState(number < 4 ? .disabled : .enabled, of: "domain-\(number)")
      }
      for (predicate, numbers) in [
        (.equals(.state, .string("DISABLE")), [1, 2, 3]),
        (.not(.equals(.state, .string("DISABLE"))), [4, 5, 6, 7]),
        (.equals(.domainID, .string("domain-5")), [5]), (.contains(.domainID, "MAIN-6"), [6]),
        (.matches(.domainID, pattern: "[27]$"), [2, 7]),
        (.compares(.domainID, .less, .string("domain-2")), [1]),
        (.all([.equals(.state, .string("ENABLE")), .contains(.domainID, "1")]), []),
        (.exists(.state), [1, 2, 3, 4, 5, 6, 7]), (.equals(.state, .null), []),
      ] as [(Predicate, [Int])] {
        try expectEqual(
          try await domains(store, where: predicate), numbers.map { "domain-\($0)" },
          predicate.sketch)
      }
      var page = try await store.domains(
        query(sortedBy: .state, isDescending: true, offset: 1, limit: 4), among: .known)
      try expectEqual(
        page.entities.map(\.domainID), [5, 6, 7, 1].map { "domain-\($0)" }, "by state")
      try expectEqual(page.totalCount, 7)
      var count = query(where: .equals(.state, .string("DISABLE")), sortedBy: .domainID, limit: 1)
      count.isCountOnly = true
      page = try await store.domains(count, among: .known)
      try expectEqual(page, ListPage(entities: [], totalCount: 3), "count")
    },
  ]

  /// The ids of the domains that a query selects, sorted.
  static func domains(
    _ store: any ReportStore, _ scope: DomainScope = .known, where predicate: Predicate = .all([])
  ) async throws -> [String] {
    let page = try await store.domains(
      query(where: predicate, sortedBy: .domainID), among: scope)
    try expectEqual(page.totalCount, page.entities.count, "total count")
    return page.entities.map(\.domainID)
  }
}

import ReportCore

extension StoreConformance {
  static let storageCases: [Case] = [
    Case("Every domain sees the built-in storage") { store in
      for domain in ["domain-a", "domain-b"] {
        try expectEqual(
          try await store.storage(Storage.local.storageID, in: domain), Storage.local)
      }
    },
    Case("An unknown storage answers nil") { store in
      try expectEqual(try await store.storage("storage-ffffffffffff", in: "domain-a"), nil)
    },
    Case("Storages are listed, filtered and counted") { store in
      for (predicate, isFound) in storageTable {
        let page = try await store.storages(storageQuery(predicate))
        try expectEqual(
          page,
          ListPage(entities: isFound ? [Storage.local] : [], totalCount: isFound ? 1 : 0),
          "page for \(predicate.sketch)")
      }
    },
    Case("Storages are paged") { store in
      var query = storageQuery(.all([]))
      query.offset = 1
      try expectEqual(try await store.storages(query), ListPage(entities: [], totalCount: 1))
      query.offset = 0
      query.limit = 0
      try expectEqual(try await store.storages(query), ListPage(entities: [], totalCount: 1))
      query.limit = 1
      query.isCountOnly = true
      try expectEqual(try await store.storages(query), ListPage(entities: [], totalCount: 1))
    },
  ]

  private static let storageTable: [(Predicate, Bool)] = [
    (.all([]), true),
    (.equals(.domainID, .string("")), true), (.equals(.domainID, .string("domain-a")), false),
    (.equals(.text("storage_id"), .string(Storage.local.storageID)), true),
    (.contains(.reportName, "OCA"), true), (.matches(.reportName, pattern: "^remote"), false),
    (.equals(.text("storage_type_info", "storage_type"), .string("local")), true),
    (.equals(.text("storage_type_info", "provider"), .string("aws")), false),
    (
      .equals(
        .text("storage_type_info", "storage_type_id"), .string(StorageType.local.storageTypeID)),
      true
    ),
    (.comparesInstant(.createdAt, .less, at(0)), true),
    (.exists(FieldReference(path: ["options"], kind: .object)), true),
    (.exists(FieldReference(path: ["options", "bucket"], kind: .dynamic)), false),
  ]

  private static func storageQuery(_ predicate: Predicate) -> ListQuery {
    ListQuery(
      predicate: predicate,
      sort: ListQuery.Sort(
        field: FieldReference(path: ["storage_id"], kind: .text), isDescending: false))
  }
}

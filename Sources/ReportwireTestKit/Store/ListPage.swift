package import ReportCore
import Synchronization

/// All that a list shows, for tests: servers never keep so much.
package struct ListPage<Entity: Hashable & Sendable>: Hashable, Sendable {
  package var entities: [Entity]
  /// All that match, before paging.
  package var totalCount: Int

  package init(entities: [Entity], totalCount: Int) {
    self.entities = entities
    self.totalCount = totalCount
  }
}

/// Keeps what it is shown.
package final class ListCollector<Entity: Hashable & Sendable>: ListVisitor {
  private let state = Mutex<(entities: [Entity], sizes: [ListSize])>(([], []))
  private let entitiesMax: Int
  private let isCurious: Bool

  /// - Parameters:
  ///   - entitiesMax: wants no more than so many.
  ///   - isCurious: whether it wants any.
  package init(entitiesMax: Int = .max, isCurious: Bool = true) {
    self.entitiesMax = entitiesMax
    self.isCurious = isCurious
  }

  package var entities: [Entity] { state.withLock { $0.entities } }
  /// What it was told in the beginning, each time.
  package var sizes: [ListSize] { state.withLock { $0.sizes } }

  package func begin(_ size: ListSize) -> Bool {
    state.withLock { $0.sizes.append(size) }
    return isCurious
  }

  package func visit(_ entity: Entity) -> Bool {
    state.withLock { state in
      state.entities.append(entity)
      return state.entities.count < entitiesMax
    }
  }
}

extension ReportStore {
  /// The reports that a query selects.
  package func reports(_ query: ListQuery) async throws -> ListPage<Report> {
    let collector = ListCollector<ReportView>()
    let size = try await visitReports(query, collector)
    return ListPage(entities: collector.entities.map(\.report), totalCount: size.totalCount)
  }

  /// The storages that a query selects.
  package func storages(_ query: ListQuery) async throws -> ListPage<Storage> {
    let collector = ListCollector<Storage>()
    let size = try await visitStorages(query, collector)
    return ListPage(entities: collector.entities, totalCount: size.totalCount)
  }

  /// The domains that a query selects.
  package func domains(
    _ query: ListQuery, among scope: DomainScope
  ) async throws -> ListPage<Domain> {
    let collector = ListCollector<Domain>()
    let size = try await visitDomains(query, among: scope, collector)
    return ListPage(entities: collector.entities, totalCount: size.totalCount)
  }
}

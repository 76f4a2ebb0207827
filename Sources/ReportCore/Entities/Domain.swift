internal import Texts

/// A tenant, as far as reports go (spaceone.api.report.v1.DomainInfo).
package struct Domain: Hashable, Sendable {
  package var domainID: String
  package var state: DomainState

  package init(domainID: String, state: DomainState) {
    self.domainID = domainID
    self.state = state
  }
}

/// Whether a domain makes reports. Those that it has stay readable, and those that wait are run,
/// whatever its state.
package enum DomainState: String, Hashable, Sendable, CaseIterable {
  case enabled = "ENABLE"
  case disabled = "DISABLE"
}

/// Among which domains a list looks.
package enum DomainScope: Hashable, Sendable {
  /// Those that have reports or storages, or of which somebody has said whether they make reports.
  case known
  /// This one, whether or not anything is known of it.
  case only(String)
}

/// The form of the id of a domain that makes reports: it names a folder of artifacts too.
package enum DomainID {
  /// UTF-8 bytes of one at most.
  package static let bytesMax = 128
  /// For those who wrote another.
  package static let grammar =
    "letters, digits, '-', '_' and '.', not first a '.', at most \(bytesMax)"

  package static func isWellFormed(_ id: String) -> Bool {
    guard id.utf8.count <= bytesMax, let first = id.utf8.first, first != UInt8(ascii: ".") else {
      return false
    }
    return id.utf8.allSatisfy { $0.isAlphanumeric || "-_.".utf8.contains($0) }
  }
}

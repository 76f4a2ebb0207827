import ReportCore
private import Synchronization

/// Ids that count up: `report-000000000001`, `report-000000000002`, … over all prefixes.
package final class SequentialIDs: IDSource {
  private let count = Mutex<UInt64>(0)

  package init() {}

  package func next(_ prefix: String) -> String {
    let number = count.withLock { count in
      count += 1
      return count
    }
    let digits = String(number, radix: 16)
    return prefix + String(repeating: "0", count: 12 - digits.utf8.count) + digits
  }
}

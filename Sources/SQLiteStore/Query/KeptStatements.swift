private import Synchronization

/// Which list statements stay prepared. Preparing one costs more than reading a page with it, and
/// most lists have one of a few shapes; but callers choose the shapes, so there is a bound.
final class KeptStatements: Sendable {
  static let countMax = 100
  /// UTF-8 bytes of a statement.
  static let bytesMax = 4000

  private let texts = Mutex<Set<String>>([])

  func keeps(_ sql: String) -> Bool {
    guard sql.utf8.count <= Self.bytesMax else { return false }
    return texts.withLock { texts in
      if texts.contains(sql) { return true }
      guard texts.count < Self.countMax else { return false }
      texts.insert(sql)
      return true
    }
  }
}

private import Foundation

/// How many files this process may have open: a connection is one, too.
enum OpenFileLimit {
  #if canImport(Glibc)
    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  #else
    private static let resource = RLIMIT_NOFILE
  #endif

  private static var limit: rlimit? {
    var limit = rlimit()
    return getrlimit(resource, &limit) == 0 ? limit : nil
  }

  /// nil where the system does not say.
  static var now: Int64? { limit.map { Int64(clamping: $0.rlim_cur) } }

  /// As many as the system allows: shells allow 1024 where it allows more.
  static func raise() {
    guard var limit else { return }
    limit.rlim_cur = limit.rlim_max
    _ = setrlimit(resource, &limit)
  }
}

import ReportCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What the system said to a call that failed.
package struct SystemError: Error, Hashable {
  var number: Int32

  /// The error of the call just made.
  static var last: SystemError { SystemError(number: errno) }

  static let notFound = SystemError(number: ENOENT)
  static let exists = SystemError(number: EEXIST)
  static let notEmpty = SystemError(number: ENOTEMPTY)
  static let notADirectory = SystemError(number: ENOTDIR)
  static let isALink = SystemError(number: ELOOP)
  package static let wouldBlock = SystemError(number: EWOULDBLOCK)

  /// Such as `No space left on device`.
  package var text: String { String(cString: strerror(number)) }
}

extension ReportFailure {
  /// The storage could not do something: `cannot write a/b.csv: No space left on device`.
  static func storage(_ action: String, _ path: String, _ error: SystemError) -> ReportFailure {
    ReportFailure(.storageError, "Cannot \(action) artifact \(path): \(error.text).", cause: error)
  }
}

/// Calls until no signal gets in the way.
func retrying<Number: SignedInteger>(_ call: () -> Number) throws(SystemError) -> Number {
  while true {
    let result = call()
    if result >= 0 { return result }
    if errno != EINTR { throw .last }
  }
}

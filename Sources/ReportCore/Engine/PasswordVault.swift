private import Synchronization
internal import Texts

/// The passwords of the files of reports that have not ended. They are in memory only: a report whose
/// server stops before it has ended cannot be made any more.
package final class PasswordVault: Sendable {
  private struct Held {
    var domainID: ExactText
    var passwords: FilePasswords
    /// Whether the store did not know the report when it was last asked.
    var isMissed = false
  }

  private struct State {
    /// By the report's id.
    var held: [ExactText: Held] = [:]
    var countOfDomain: [ExactText: Int] = [:]
  }

  /// Reports that have passwords here; those of one domain are half as many at most.
  let reportsMax: Int
  /// Never leaves this process.
  private let secret: [UInt8]
  private let state = Mutex(State())

  /// The name of the setting that bounds it.
  package static let limit = "password_reports"

  package init(reportsMax: Int = 10_000) {
    self.reportsMax = reportsMax
    var random = SystemRandomNumberGenerator()
    secret = (0..<32).map { _ in .random(in: 0...255, using: &random) }
  }

  /// Keeps the passwords of a report until it has ended. To be called before the report can be claimed.
  ///
  /// - Returns: false if they are others than those it has already.
  /// - Throws: `tooMuch` if there are as many reports as there may be.
  package func keep(
    _ passwords: FilePasswords, of report: Report
  ) throws(UseCaseError) -> Bool {
    guard !passwords.isEmpty else { return true }
    let (reportID, domainID) = (report.reportID.exact, report.domainID.exact)
    let outcome: Bool? = state.withLock { state in
      if let held = state.held[reportID] { return held.passwords == passwords }
      let count = state.countOfDomain[domainID] ?? 0
      guard state.held.count < reportsMax, count < max(1, reportsMax / 2) else { return nil }
      state.held[reportID] = Held(domainID: domainID, passwords: passwords)
      state.countOfDomain[domainID] = count + 1
      return true
    }
    guard let outcome else {
      throw UseCaseError(
        .tooMuch,
        message:
          "The server holds passwords for \(reportsMax) reports that have not ended, half of "
          + "them for one domain (limits.\(Self.limit)). Create again when some have ended.")
    }
    return outcome
  }

  /// The passwords of a report; none if they are not here.
  package func passwords(of reportID: String) -> FilePasswords {
    state.withLock { $0.held[reportID.exact]?.passwords } ?? FilePasswords()
  }

  /// Forgets the passwords of a report, which has ended or is gone.
  package func forget(_ reportID: String) {
    state.withLock { state in
      guard let held = state.held.removeValue(forKey: reportID.exact) else { return }
      let count = state.countOfDomain[held.domainID] ?? 1
      state.countOfDomain[held.domainID] = count > 1 ? count - 1 : nil
    }
  }

  /// The store does not know a report. It may be about to: the passwords come first. So they are forgotten
  /// only when it does not know it the next time either.
  package func miss(_ reportID: String) {
    let wasMissed = state.withLock { state in
      defer { state.held[reportID.exact]?.isMissed = true }
      return state.held[reportID.exact]?.isMissed == true
    }
    if wasMissed { forget(reportID) }
  }

  /// The reports whose passwords are here.
  package var reports: [ReportKey] {
    state.withLock { state in
      state.held.map { ReportKey(reportID: $0.key.text, domainID: $0.value.domainID.text) }
    }
  }

  /// What tells passwords from others as long as this process lives; nobody who reads it can guess them.
  func marks(of passwords: FilePasswords, _ digest: ([UInt8]) -> String) -> OptionObject {
    passwords.marks(secret, digest)
  }
}

internal import ReportCore
internal import Texts

/// What SailPoint's reports are of. Each is a template, whose id is made of the type's name.
enum ReportType: String, CaseIterable, Sendable {
  case accounts = "ACCOUNTS"
  case identitiesDetails = "IDENTITIES_DETAILS"
  case identities = "IDENTITIES"
  case identityProfileIdentityError = "IDENTITY_PROFILE_IDENTITY_ERROR"
  case orphanIdentities = "ORPHAN_IDENTITIES"
  case searchExport = "SEARCH_EXPORT"
  case uncorrelatedAccounts = "UNCORRELATED_ACCOUNTS"

  /// The type of a published name, by its bytes.
  init?(name: String) {
    guard let type = Self.allCases.first(where: { $0.rawValue.isExactly(name) }) else { return nil }
    self = type
  }

  /// The type whose reports a template makes.
  init?(templateID: String) {
    guard let type = Self.allCases.first(where: { $0.templateID.isExactly(templateID) }) else {
      return nil
    }
    self = type
  }

  /// Such as `sailpoint-orphan-identities`.
  var templateID: String {
    "sailpoint-" + rawValue.lowercased().replacing("_", with: "-")
  }

  /// What people call a report of the type.
  var title: String {
    switch self {
    case .accounts: "Accounts Report"
    case .identitiesDetails: "Identities Details Report"
    case .identities: "Identities Report"
    case .identityProfileIdentityError: "Identity Profile Identity Error Report"
    case .orphanIdentities: "Orphan Identities Report"
    case .searchExport: "Search Export Report"
    case .uncorrelatedAccounts: "Uncorrelated Accounts Report"
    }
  }

  /// Whether its argument `selectedFormats` says what is rendered.
  var hasSelectedFormats: Bool { self == .orphanIdentities || self == .uncorrelatedAccounts }
}

/// The published id of a report: 32 hexadecimal digits, of which the last twelve are the report's own.
enum TaskResultID {
  /// The word `reportwire` in ASCII.
  private static let prefix = "7265706f727477697265"
  private static let reportPrefix = "report-"
  private static let digitCount = 12

  /// nil for a report whose id was not made by this server.
  static func text(of reportID: String) -> String? {
    guard reportID.utf8.starts(with: reportPrefix.utf8) else { return nil }
    let digits = String(Substring(reportID.utf8.dropFirst(reportPrefix.utf8.count)))
    return Hex.isLowerCase(digits, digits: digitCount) ? prefix + digits : nil
  }

  /// nil for what names no report of this server.
  static func reportID(of text: String) -> String? {
    guard text.utf8.starts(with: prefix.utf8) else { return nil }
    let digits = String(Substring(text.utf8.dropFirst(prefix.utf8.count)))
    return Hex.isLowerCase(digits, digits: digitCount) ? reportPrefix + digits : nil
  }
}

internal import ReportCore

/// The templates that are there as soon as the configuration has a source named `identities`: the
/// seven report types of SailPoint's ReportsDataExtraction, over the tables that `IdentityTables`
/// describes. Ordinary templates, but that one of the operator's folder with the same id or name takes
/// the place of each, and that a source which lacks their tables makes them unavailable and does not
/// stop the start. Each with SQL names all its columns, so that callers can be told of them before it
/// runs.
enum BuiltInTemplates {
  static let source = "identities"

  /// - Parameter formats: those that options can be said of.
  static func drafts(_ formats: [ReportFormat]) -> [TemplateDraft] {
    all.compactMap { text in
      let log = ProblemLog(file: "built-in templates")
      var draft = TemplateReader.read(text, formats: formats, log: log)
      draft?.isBuiltIn = true
      draft?.template.textSHA256 = TemplateFolder.digest(text)
      return draft
    }
  }

  static let all = [
    accounts, identitiesDetails, identities, identityErrors, orphanIdentities,
    uncorrelatedAccounts, searchExport,
  ]

  private static let accounts = """
    template_id: sailpoint-accounts
    name: sailpoint-accounts
    title: Accounts of a source
    source: identities
    sql: |
      SELECT id, account, display_name AS displayName, user_name AS userName, type,
        identity_id AS identityId, identity_name AS identityName, source_name AS sourceName,
        is_disabled AS disabled, is_locked AS locked, is_privileged AS privileged, created,
        modified, attributes
      FROM iam_accounts
      WHERE domain_id = :domain_id AND source_id = :application AND source_name = :sourceName
      ORDER BY account, id
    parameters:
      application: {type: string, required: true, title: Id of the source}
      sourceName: {type: string, required: true, title: Name of the source}
    columns:
      - {name: id}
      - {name: account}
      - {name: displayName}
      - {name: userName}
      - {name: type}
      - {name: identityId}
      - {name: identityName}
      - {name: sourceName}
      - {name: disabled, type: boolean}
      - {name: locked, type: boolean}
      - {name: privileged, type: boolean}
      - {name: created}
      - {name: modified}
      - {name: attributes}
    formats: [csv, pdf, json]
    """

  private static let identitiesDetails = """
    template_id: sailpoint-identities-details
    name: sailpoint-identities-details
    title: Identities with their accounts
    source: identities
    sql: |
      SELECT person.id, person.name, person.display_name AS displayName, person.email,
        person.department, person.job_title AS jobTitle, person.lifecycle_state AS lifecycleState,
        person.manager_name AS manager, person.is_correlated AS correlated,
        account.source_name AS sourceName, account.account,
        account.is_disabled AS accountDisabled, account.is_privileged AS accountPrivileged,
        person.created, person.modified
      FROM iam_identities AS person
      LEFT JOIN iam_accounts AS account
        ON account.identity_id = person.id AND account.domain_id = :domain_id
      WHERE person.domain_id = :domain_id AND (NOT :correlatedOnly OR person.is_correlated)
      ORDER BY person.name, person.id, account.source_name, account.account, account.id
    parameters:
      correlatedOnly: {type: boolean, required: true, title: Only correlated identities}
    columns:
      - {name: id}
      - {name: name}
      - {name: displayName}
      - {name: email}
      - {name: department}
      - {name: jobTitle}
      - {name: lifecycleState}
      - {name: manager}
      - {name: correlated, type: boolean}
      - {name: sourceName}
      - {name: account}
      - {name: accountDisabled, type: boolean}
      - {name: accountPrivileged, type: boolean}
      - {name: created}
      - {name: modified}
    formats: [csv, pdf, json]
    """

  private static let identities = """
    template_id: sailpoint-identities
    name: sailpoint-identities
    title: Identities
    source: identities
    sql: |
      SELECT id, name, display_name AS displayName, email, department, job_title AS jobTitle,
        lifecycle_state AS lifecycleState, manager_name AS manager, source_name AS sourceName,
        is_correlated AS correlated, created, modified
      FROM iam_identities
      WHERE domain_id = :domain_id AND (NOT :correlatedOnly OR is_correlated)
      ORDER BY name, id
    parameters:
      correlatedOnly: {type: boolean, default: false, title: Only correlated identities}
    columns:
      - {name: id}
      - {name: name}
      - {name: displayName}
      - {name: email}
      - {name: department}
      - {name: jobTitle}
      - {name: lifecycleState}
      - {name: manager}
      - {name: sourceName}
      - {name: correlated, type: boolean}
      - {name: created}
      - {name: modified}
    formats: [csv, pdf, json]
    """

  private static let identityErrors = """
    template_id: sailpoint-identity-profile-identity-error
    name: sailpoint-identity-profile-identity-error
    title: Errors of identities
    source: identities
    sql: |
      SELECT identity_id AS identityId, identity_name AS identityName,
        identity_profile AS identityProfile, source_name AS sourceName, attribute, message,
        created
      FROM iam_identity_errors
      WHERE domain_id = :domain_id AND source_id = :authoritativeSource
      ORDER BY created, id
    parameters:
      authoritativeSource: {type: string, required: true, title: Id of the authoritative source}
    columns:
      - {name: identityId}
      - {name: identityName}
      - {name: identityProfile}
      - {name: sourceName}
      - {name: attribute}
      - {name: message}
      - {name: created}
    formats: [csv, pdf, json]
    """

  /// Accounts are counted once for all and not for each identity, so that a view of them that no index
  /// serves is read once, too.
  private static let orphanIdentities = """
    template_id: sailpoint-orphan-identities
    name: sailpoint-orphan-identities
    title: Orphan identities
    source: identities
    sql: |
      SELECT person.id, person.name, person.display_name AS displayName, person.email,
        person.department, person.lifecycle_state AS lifecycleState,
        person.manager_name AS manager, coalesce(owned.accounts, 0) AS accounts, person.created,
        person.modified
      FROM iam_identities AS person
      LEFT JOIN (SELECT identity_id, count(*) AS accounts FROM iam_accounts
        WHERE domain_id = :domain_id GROUP BY identity_id) AS owned ON owned.identity_id = person.id
      WHERE person.domain_id = :domain_id AND NOT person.is_correlated
      ORDER BY person.name, person.id
    columns:
      - {name: id}
      - {name: name}
      - {name: displayName}
      - {name: email}
      - {name: department}
      - {name: lifecycleState}
      - {name: manager}
      - {name: accounts}
      - {name: created}
      - {name: modified}
    formats: [csv, pdf, json]
    """

  private static let uncorrelatedAccounts = """
    template_id: sailpoint-uncorrelated-accounts
    name: sailpoint-uncorrelated-accounts
    title: Uncorrelated accounts
    source: identities
    sql: |
      SELECT account, display_name AS displayName, user_name AS userName, type
      FROM iam_accounts
      WHERE domain_id = :domain_id AND identity_id IS NULL
      ORDER BY source_name, account, id
    columns:
      - {name: account}
      - {name: displayName}
      - {name: userName}
      - {name: type}
    formats: [csv, pdf, json]
    """

  private static let searchExport = """
    template_id: sailpoint-search-export
    name: sailpoint-search-export
    title: Search export
    source: identities
    search: identities
    parameters:
      query: {type: string, required: true, title: What is searched for}
      indices: {type: string_list, title: "Where, * is everywhere", default: ["*"]}
      columns: {type: string, title: "Fields that are shown, with commas between"}
      sort: {type: string_list, title: "Fields that rows are ordered by, + or - before each"}
    formats: [csv, json]
    """
}

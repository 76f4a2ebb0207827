import GRDB
import Testing

@Suite(.timeLimit(.minutes(5))) struct IdentitiesTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
  }

  private func check(_ sql: String, _ arguments: String...) async throws -> Command.Result {
    let database = try DatabaseQueue(path: place.path + "/iam.db")
    try await database.write { try $0.execute(sql: sql) }
    try database.close()
    return try await place.command.run(["identities", "check"] + arguments)
  }

  /// Every table with every column, as the documentation names them.
  private static let tables = """
    CREATE TABLE iam_identities (domain_id, id, name, display_name, first_name, last_name, email,
      department, job_title, lifecycle_state, manager_id, manager_name, source_id, source_name,
      identity_profile, is_manager, is_correlated, created, modified, attributes, access);
    CREATE TABLE iam_accounts (domain_id, id, account, display_name, user_name, type, identity_id,
      identity_name, source_id, source_name, source_type, is_disabled, is_locked, is_privileged,
      created, modified, attributes);
    CREATE TABLE iam_sources (domain_id, id, name, description, type, is_authoritative, owner_name,
      created, modified);
    CREATE TABLE iam_entitlements (domain_id, id, name, display_name, description, attribute, value,
      source_id, source_name, is_privileged, account_count, owner_name, created, modified);
    CREATE TABLE iam_access_profiles (domain_id, id, name, description, source_id, source_name,
      owner_id, owner_name, is_enabled, is_requestable, created, modified, entitlements);
    CREATE TABLE iam_roles (domain_id, id, name, description, owner_id, owner_name, is_enabled,
      is_requestable, created, modified, access_profiles);
    CREATE TABLE iam_account_activities (domain_id, id, action, status, requester_id, requester_name,
      recipient_id, recipient_name, source_id, source_name, created, modified);
    CREATE TABLE iam_events (domain_id, id, name, type, actor_name, target_name, ip_address, created);
    CREATE TABLE iam_identity_errors (domain_id, id, identity_id, identity_name, source_id,
      source_name, identity_profile, attribute, message, created);
    """

  @Test func aWholeSchemaIsFine() async throws {
    let result = try await check(
      Self.tables + """
        INSERT INTO iam_identities (domain_id, id, created, is_manager, attributes, access)
        VALUES ('d', '1', '2026-11-23T08:30:00Z', 0, '{}', '[{}]');
        CREATE VIRTUAL TABLE iam_identities_text USING fts5(domain_id UNINDEXED, id UNINDEXED, text,
          tokenize = 'unicode61 remove_diacritics 0');
        """, "--source", "iam.db")
    #expect(result.exit == 0, "\(result)")
    #expect(
      result.output == """
        rows: 1 in iam_identities, 0 in iam_accounts, 0 in iam_sources, 0 in iam_entitlements, \
        0 in iam_access_profiles, 0 in iam_roles, 0 in iam_account_activities, 0 in iam_events, \
        0 in iam_identity_errors; full text in iam_identities_text

        """)
  }

  @Test func everyFaultIsALineAndTheExitCodeIsOne() async throws {
    let result = try await check(
      Self.tables + """
        DROP TABLE iam_events;
        ALTER TABLE iam_roles DROP COLUMN owner_name;
        INSERT INTO iam_sources (domain_id, id, name, is_authoritative, created) VALUES
          ('d', '1', 'a', 1, '2026-11-23 08:30:00'), (NULL, '2', 'a', 'yes', NULL),
          ('d', 3, x'00', 2, 5);
        INSERT INTO iam_entitlements (domain_id, id, account_count) VALUES ('d', '1', 1.5);
        INSERT INTO iam_accounts (domain_id, id, attributes) VALUES
          ('d', '1', '[]'), ('d', '2', '{'), ('d', '3', '{"a": 1}');
        INSERT INTO iam_access_profiles (domain_id, id, entitlements) VALUES
          ('d', '1', '{}'), ('d', '2', '[1]'), ('d', '3', '[{"id": "e"}]');
        CREATE VIRTUAL TABLE iam_roles_text USING fts5(domain_id, id, text);
        CREATE TABLE iam_entitlements_text (domain_id, id, text);
        """, "--source", "iam.db")
    #expect(result.exit == 1)
    #expect(
      result.outputLines.dropLast() == [
        "iam_accounts.attributes: wrong in 2 of 3 rows; it must be a JSON text of an object",
        "iam_sources.domain_id: wrong in 1 of 3 rows; it must be a text, and never NULL",
        "iam_sources.id: wrong in 1 of 3 rows; it must be a text, and never NULL",
        "iam_sources.name: wrong in 1 of 3 rows; it must be a text",
        "iam_sources.is_authoritative: wrong in 2 of 3 rows; it must be 1 or 0",
        "iam_sources.created: wrong in 2 of 3 rows; it must be a text such as 2026-11-23T08:30:00Z",
        "iam_entitlements.account_count: wrong in 1 of 1 rows; it must be a whole number",
        "iam_entitlements_text: The data source identities says: no such column: "
          + "iam_entitlements_text.",
        "iam_access_profiles.entitlements: wrong in 2 of 3 rows; it must be a JSON text of a list of "
          + "objects",
        "iam_roles.owner_name: missing; a text",
        "iam_roles_text: it must be made with tokenize = \"unicode61 remove_diacritics 0\", or it "
          + "finds other words than the rows would",
        "iam_events: The data source identities says: no such table: iam_events.",
      ])
    #expect(result.errorLines == ["reportwire identities: 12 things are wrong with the tables"])
  }

  @Test func theConfigurationNamesTheSource() async throws {
    let without = try await check("SELECT 1")
    #expect(without.exit == 1)
    #expect(without.error.contains("no source named identities"))
    try place.write("iam.yaml", "sources: {identities: {sqlite: ./iam.db}}\n")
    let result = try await check(Self.tables, "--config", "iam.yaml")
    #expect(result.exit == 0, "\(result)")
  }

  @Test func aFileThatIsNoneIsSaid() async throws {
    let result = try await place.command("identities", "check", "--source", "nothing.db")
    #expect(result.exit == 1)
    #expect(result.error.contains("nothing.db"))
  }
}

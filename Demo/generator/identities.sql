-- The demo's tables as the identity reports read them, which the documentation ("Identity reports")
-- describes column by column. For tables of your own write the like, and look at it with:
-- reportwire identities check --source FILE
--
-- Moments are texts such as 2026-11-23T08:30:00Z, booleans 1 and 0, lists and objects JSON texts. What
-- makes JSON is a table, since a source's views may not call the functions that make it.

CREATE VIEW iam_sources AS
SELECT domain_id, source_id AS id, name, kind || ' of the demo' AS description, kind AS type,
  0 AS is_authoritative, NULL AS owner_name, '2023-01-01T00:00:00Z' AS created, NULL AS modified
FROM sources
UNION ALL
SELECT DISTINCT domain_id, register_id, 'Personnel Register', 'Vouches for people', 'Delimited File', 1, NULL,
  '2022-01-01T00:00:00Z', NULL
FROM personnel;

CREATE TABLE iam_accounts AS
SELECT account.domain_id, account.account_id AS id, account.login AS account,
  coalesce(person.display_name, account.login) AS display_name, account.login AS user_name,
  CASE WHEN account.login LIKE 'svc-%' THEN 'service' ELSE 'person' END AS type,
  account.identity_id, person.display_name AS identity_name,
  account.source_id, source.name AS source_name, source.kind AS source_type,
  account.is_disabled, 0 AS is_locked, account.is_privileged,
  account.created_on || 'T00:00:00Z' AS created, account.last_login_at AS modified,
  json_object('lastLogin', account.last_login_at) AS attributes
FROM accounts AS account
JOIN sources AS source USING (source_id)
LEFT JOIN identities AS person USING (identity_id)
UNION ALL
SELECT entry.domain_id, entry.personnel_id, entry.number, person.display_name, entry.number,
  'person', entry.identity_id, person.display_name,
  register.id, register.name, register.type, person.left_on IS NOT NULL, 0, 0,
  entry.entered_on || 'T00:00:00Z', NULL, json_object('costCenter', entry.cost_center)
FROM personnel AS entry
JOIN identities AS person USING (identity_id)
JOIN iam_sources AS register ON register.id = entry.register_id;

CREATE VIEW iam_entitlements AS
SELECT entitlement.domain_id, entitlement.entitlement_id AS id, entitlement.name,
  entitlement.name AS display_name, NULL AS description, 'groups' AS attribute,
  lower(replace(entitlement.name, ' ', '_')) AS value,
  entitlement.source_id, source.name AS source_name, entitlement.risk = 3 AS is_privileged,
  (SELECT count(*) FROM account_entitlements AS held
    WHERE held.entitlement_id = entitlement.entitlement_id) AS account_count,
  NULL AS owner_name, '2023-01-01T00:00:00Z' AS created, NULL AS modified
FROM entitlements AS entitlement
JOIN sources AS source USING (source_id);

CREATE TABLE iam_access_profiles AS
SELECT profile.domain_id, profile.access_profile_id AS id, profile.name, profile.description,
  1 AS is_enabled, profile.is_requestable, profile.source_id, source.name AS source_name,
  profile.owner_id, owner.display_name AS owner_name,
  (SELECT json_group_array(json_object('id', entitlement_id, 'name', name)) FROM (
    SELECT entitlement.entitlement_id, entitlement.name
    FROM access_profile_entitlements AS held JOIN entitlements AS entitlement USING (entitlement_id)
    WHERE held.access_profile_id = profile.access_profile_id
    ORDER BY entitlement.name)) AS entitlements,
  profile.created_at AS created, NULL AS modified
FROM access_profiles AS profile
JOIN sources AS source USING (source_id)
JOIN identities AS owner ON owner.identity_id = profile.owner_id;

CREATE TABLE iam_roles AS
SELECT role.domain_id, role.role_id AS id, role.name, role.description, role.is_enabled,
  role.is_requestable, role.owner_id, owner.display_name AS owner_name,
  (SELECT json_group_array(json_object('id', access_profile_id, 'name', name)) FROM (
    SELECT profile.access_profile_id, profile.name
    FROM role_access_profiles AS held JOIN access_profiles AS profile USING (access_profile_id)
    WHERE held.role_id = role.role_id ORDER BY profile.name)) AS access_profiles,
  role.created_at AS created, NULL AS modified
FROM roles AS role
JOIN identities AS owner ON owner.identity_id = role.owner_id;

CREATE TABLE iam_identities AS
SELECT person.domain_id, person.identity_id AS id,
  substr(person.email, 1, instr(person.email, '@') - 1) AS name, person.display_name,
  substr(person.display_name, 1, instr(person.display_name, ' ') - 1) AS first_name,
  substr(person.display_name, instr(person.display_name, ' ') + 1) AS last_name,
  person.email, person.department, person.title AS job_title,
  CASE WHEN person.left_on IS NULL THEN 'active' ELSE 'inactive' END AS lifecycle_state,
  person.manager_id, manager.display_name AS manager_name,
  register.id AS source_id, register.name AS source_name, 'Employees' AS identity_profile,
  EXISTS (SELECT 1 FROM identities AS report
    WHERE report.manager_id = person.identity_id) AS is_manager,
  register.id IS NOT NULL AS is_correlated,
  person.hired_on || 'T00:00:00Z' AS created, person.left_on || 'T00:00:00Z' AS modified,
  json_object('city', person.location, 'costCenter', entry.cost_center,
    'startDate', person.hired_on, 'endDate', person.left_on) AS attributes,
  (SELECT json_group_array(json_object('type', 'ENTITLEMENT', 'id', entitlement_id, 'name', name,
      'source', source, 'privileged', privileged)) FROM (
    SELECT DISTINCT entitlement.entitlement_id, entitlement.name, source.name AS source,
      entitlement.risk = 3 AS privileged
    FROM accounts AS account
    JOIN account_entitlements AS held USING (account_id)
    JOIN entitlements AS entitlement USING (entitlement_id)
    JOIN sources AS source ON source.source_id = entitlement.source_id
    WHERE account.identity_id = person.identity_id
    ORDER BY source.name, entitlement.name)) AS access
FROM identities AS person
LEFT JOIN identities AS manager ON manager.identity_id = person.manager_id
LEFT JOIN personnel AS entry ON entry.identity_id = person.identity_id
LEFT JOIN iam_sources AS register ON register.id = entry.register_id;

CREATE VIEW iam_account_activities AS
SELECT activity.domain_id, activity.activity_id AS id, activity.action, activity.status,
  activity.requester_id, requester.display_name AS requester_name,
  activity.recipient_id, recipient.display_name AS recipient_name,
  activity.source_id, source.name AS source_name,
  activity.created_at AS created, activity.completed_at AS modified
FROM account_activities AS activity
JOIN identities AS requester ON requester.identity_id = activity.requester_id
JOIN identities AS recipient ON recipient.identity_id = activity.recipient_id
JOIN sources AS source USING (source_id);

CREATE VIEW iam_events AS
SELECT domain_id, event_id AS id, kind AS type, name, actor AS actor_name, target AS target_name,
  address AS ip_address, created_at AS created
FROM events;

CREATE VIEW iam_identity_errors AS
SELECT error.domain_id, error.error_id AS id, error.identity_id,
  person.display_name AS identity_name, error.source_id, 'Personnel Register' AS source_name,
  'Employees' AS identity_profile, error.attribute, error.message, error.created_at AS created
FROM identity_errors AS error
JOIN identities AS person USING (identity_id);

CREATE UNIQUE INDEX iam_identities_by_id ON iam_identities (domain_id, id);
CREATE UNIQUE INDEX iam_accounts_by_id ON iam_accounts (domain_id, id);
CREATE INDEX iam_accounts_by_identity ON iam_accounts (domain_id, identity_id);
CREATE INDEX iam_accounts_by_source ON iam_accounts (domain_id, source_id, account);

-- For free text: one row for each text of an identity. Optional; without it the views are searched.
CREATE VIRTUAL TABLE iam_identities_text USING fts5(
  domain_id UNINDEXED, id UNINDEXED, text, tokenize = "unicode61 remove_diacritics 0");
INSERT INTO iam_identities_text (domain_id, id, text)
SELECT domain_id, id, value FROM (
  SELECT domain_id, id, name AS value FROM iam_identities
  UNION ALL SELECT domain_id, id, id FROM iam_identities
  UNION ALL SELECT domain_id, id, display_name FROM iam_identities
  UNION ALL SELECT domain_id, id, first_name FROM iam_identities
  UNION ALL SELECT domain_id, id, last_name FROM iam_identities
  UNION ALL SELECT domain_id, id, email FROM iam_identities
  UNION ALL SELECT domain_id, id, department FROM iam_identities
  UNION ALL SELECT domain_id, id, job_title FROM iam_identities
  UNION ALL SELECT domain_id, id, lifecycle_state FROM iam_identities
  UNION ALL SELECT domain_id, id, manager_id FROM iam_identities
  UNION ALL SELECT domain_id, id, manager_name FROM iam_identities
  UNION ALL SELECT domain_id, id, source_id FROM iam_identities
  UNION ALL SELECT domain_id, id, source_name FROM iam_identities
  UNION ALL SELECT domain_id, id, identity_profile FROM iam_identities
  UNION ALL SELECT person.domain_id, person.id, item.value
    FROM iam_identities AS person, json_each(person.attributes) AS item)
WHERE value IS NOT NULL;

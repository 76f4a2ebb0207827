-- The demo database. Every table that belongs to a tenant carries domain_id.

CREATE TABLE domains (
  domain_id TEXT PRIMARY KEY,
  name      TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE identities (
  identity_id  TEXT PRIMARY KEY,
  domain_id    TEXT NOT NULL REFERENCES domains,
  display_name TEXT NOT NULL,
  email        TEXT NOT NULL,
  department   TEXT NOT NULL,
  title        TEXT NOT NULL,
  location     TEXT NOT NULL,
  manager_id   TEXT REFERENCES identities,  -- NULL: nobody above
  hired_on     TEXT NOT NULL,               -- dates are YYYY-MM-DD
  left_on      TEXT                         -- NULL: still here
) WITHOUT ROWID;

CREATE TABLE sources (
  source_id TEXT PRIMARY KEY,
  domain_id TEXT NOT NULL REFERENCES domains,
  name      TEXT NOT NULL,
  kind      TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE accounts (
  account_id    TEXT PRIMARY KEY,
  domain_id     TEXT NOT NULL REFERENCES domains,
  source_id     TEXT NOT NULL REFERENCES sources,
  identity_id   TEXT REFERENCES identities,  -- NULL: nobody is known to own it
  login         TEXT NOT NULL,
  is_privileged INTEGER NOT NULL,
  is_disabled   INTEGER NOT NULL,
  created_on    TEXT NOT NULL,
  last_login_at TEXT                         -- RFC 3339, UTC; NULL: never
) WITHOUT ROWID;

CREATE TABLE entitlements (
  entitlement_id TEXT PRIMARY KEY,
  domain_id      TEXT NOT NULL REFERENCES domains,
  source_id      TEXT NOT NULL REFERENCES sources,
  name           TEXT NOT NULL,
  risk           INTEGER NOT NULL            -- 1 low, 2 medium, 3 high
) WITHOUT ROWID;

CREATE TABLE account_entitlements (
  account_id     TEXT NOT NULL REFERENCES accounts,
  entitlement_id TEXT NOT NULL REFERENCES entitlements,
  granted_on     TEXT NOT NULL,
  reviewed_on    TEXT,                       -- NULL: never
  PRIMARY KEY (account_id, entitlement_id)
) WITHOUT ROWID;

CREATE TABLE projects (
  project_id  TEXT PRIMARY KEY,
  domain_id   TEXT NOT NULL REFERENCES domains,
  name        TEXT NOT NULL,
  cost_center TEXT NOT NULL,
  owner_id    TEXT NOT NULL REFERENCES identities
) WITHOUT ROWID;

CREATE TABLE servers (
  server_id   TEXT PRIMARY KEY,
  domain_id   TEXT NOT NULL REFERENCES domains,
  project_id  TEXT NOT NULL REFERENCES projects,
  hostname    TEXT NOT NULL,
  provider    TEXT NOT NULL,
  region      TEXT NOT NULL,
  size        TEXT NOT NULL,
  cpu_count   INTEGER NOT NULL,
  memory_gib  INTEGER NOT NULL,
  system      TEXT NOT NULL,
  state       TEXT NOT NULL,                 -- running, stopped or retired
  started_on  TEXT NOT NULL,
  patched_on  TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE cloud_costs (
  cost_id     INTEGER PRIMARY KEY,
  domain_id   TEXT NOT NULL REFERENCES domains,
  project_id  TEXT NOT NULL REFERENCES projects,
  day         TEXT NOT NULL,
  provider    TEXT NOT NULL,
  service     TEXT NOT NULL,
  region      TEXT NOT NULL,
  usage       REAL NOT NULL,
  usage_unit  TEXT NOT NULL,
  cost_micros INTEGER NOT NULL               -- millionths of a US dollar
);

-- What the identity reports read besides; identities.sql shows all of it as they want it.

-- The register of the people department: an entry stands for whom it vouches.
CREATE TABLE personnel (
  personnel_id TEXT PRIMARY KEY,
  domain_id    TEXT NOT NULL REFERENCES domains,
  register_id  TEXT NOT NULL,  -- a register is a source, too
  identity_id  TEXT NOT NULL REFERENCES identities,
  number       TEXT NOT NULL,
  cost_center  TEXT NOT NULL,
  entered_on   TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE access_profiles (
  access_profile_id TEXT PRIMARY KEY,
  domain_id         TEXT NOT NULL REFERENCES domains,
  source_id         TEXT NOT NULL REFERENCES sources,
  name              TEXT NOT NULL,
  description       TEXT,
  owner_id          TEXT NOT NULL REFERENCES identities,
  is_requestable    INTEGER NOT NULL,
  created_at        TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE access_profile_entitlements (
  access_profile_id TEXT NOT NULL REFERENCES access_profiles,
  entitlement_id    TEXT NOT NULL REFERENCES entitlements,
  PRIMARY KEY (access_profile_id, entitlement_id)
) WITHOUT ROWID;

CREATE TABLE roles (
  role_id        TEXT PRIMARY KEY,
  domain_id      TEXT NOT NULL REFERENCES domains,
  name           TEXT NOT NULL,
  description    TEXT,
  owner_id       TEXT NOT NULL REFERENCES identities,
  is_enabled     INTEGER NOT NULL,
  is_requestable INTEGER NOT NULL,
  created_at     TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE role_access_profiles (
  role_id           TEXT NOT NULL REFERENCES roles,
  access_profile_id TEXT NOT NULL REFERENCES access_profiles,
  PRIMARY KEY (role_id, access_profile_id)
) WITHOUT ROWID;

CREATE TABLE account_activities (
  activity_id  TEXT PRIMARY KEY,
  domain_id    TEXT NOT NULL REFERENCES domains,
  action       TEXT NOT NULL,
  status       TEXT NOT NULL,
  requester_id TEXT NOT NULL REFERENCES identities,
  recipient_id TEXT NOT NULL REFERENCES identities,
  source_id    TEXT NOT NULL REFERENCES sources,
  created_at   TEXT NOT NULL,
  completed_at TEXT
) WITHOUT ROWID;

CREATE TABLE events (
  event_id   TEXT PRIMARY KEY,
  domain_id  TEXT NOT NULL REFERENCES domains,
  kind       TEXT NOT NULL,
  name       TEXT NOT NULL,
  actor      TEXT NOT NULL,
  target     TEXT,
  address    TEXT,
  created_at TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE identity_errors (
  error_id    TEXT PRIMARY KEY,
  domain_id   TEXT NOT NULL REFERENCES domains,
  identity_id TEXT NOT NULL REFERENCES identities,
  source_id   TEXT NOT NULL,
  attribute   TEXT NOT NULL,
  message     TEXT NOT NULL,
  created_at  TEXT NOT NULL
) WITHOUT ROWID;

CREATE INDEX personnel_by_person ON personnel (identity_id);
CREATE INDEX errors_by_source ON identity_errors (domain_id, source_id);
CREATE INDEX identities_by_department ON identities (domain_id, department);
CREATE INDEX accounts_by_owner ON accounts (identity_id);
CREATE INDEX servers_by_project ON servers (domain_id, project_id);
CREATE INDEX costs_by_day ON cloud_costs (domain_id, day);

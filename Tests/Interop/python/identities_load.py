"""Fills a database with many identities and times the identity reports on it, each with what SQLite's query
plan says of it.

    identities_load.py --server PROGRAM [--identities 100000] [--formats csv] [--only WORD]

Ends with 1 if a report fails, or scans a table where an index answers it.
"""

import argparse
import json
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile
import time

from clients import Door, Server

DOMAIN = "domain-000000000001"
TABLES = {
    "iam_sources": "name description type is_authoritative owner_name created modified",
    "iam_identities":
        "name display_name first_name last_name email department job_title lifecycle_state manager_id "
        "manager_name source_id source_name identity_profile is_manager is_correlated created modified "
        "attributes access",
    "iam_accounts":
        "account display_name user_name type identity_id identity_name source_id source_name source_type "
        "is_disabled is_locked is_privileged created modified attributes",
    "iam_entitlements":
        "name display_name description attribute value source_id source_name is_privileged account_count "
        "owner_name created modified",
    "iam_access_profiles":
        "name description source_id source_name owner_id owner_name is_enabled is_requestable created modified "
        "entitlements",
    "iam_roles":
        "name description owner_id owner_name is_enabled is_requestable created modified access_profiles",
    "iam_account_activities":
        "action status requester_id requester_name recipient_id recipient_name source_id source_name created "
        "modified",
    "iam_events": "name type actor_name target_name ip_address created",
    "iam_identity_errors":
        "identity_id identity_name source_id source_name identity_profile attribute message created",
}
# What the documentation says is worth having.
INDEXES = [
    *((table, "id") for table in TABLES), ("iam_accounts", "identity_id"),
    ("iam_accounts", "source_id, account"), ("iam_identities", "department"),
    ("iam_identities", "created"), ("iam_identities", "name"), ("iam_identity_errors", "source_id, created"),
]
DEPARTMENTS = [f"Department {number}" for number in range(200)]
FIRST = ["Ada", "Omar", "Hana", "Luís", "Chloé", "Ivo", "Mei", "Noor", "Tomasz", "Yuki"]
LAST = ["Costa", "Weber", "Okafor", "Walker", "Novák", "Silva", "Tanaka", "Haddad", "Kowalska", "Sato"]

# (what is asked, whether an index has to answer it)
SEARCHES = [
    ({"query": "tanaka", "indices": ["identities"]}, True),
    ({"query": '"ada costa" AND active', "indices": ["identities"]}, True),
    ({"query": "id:identity-0000077", "indices": ["identities"]}, True),
    ({"query": 'department.exact:"Department 7"', "indices": ["identities"]}, True),
    ({"query": "created:[2024-03-01 TO 2024-03-02]", "indices": ["identities"]}, True),
    ({"query": 'department.exact:"Department 7" AND @accounts(source.name:ledger AND privileged:true)',
      "indices": ["identities"], "columns": "id,displayName,accounts.source.name,access.name"}, True),
    ({"query": "department:7 AND lifecycleState:inactive", "indices": ["identities"]}, False),
    ({"query": "attributes.city:lisbon OR jobTitle:engin*", "indices": ["identities"],
      "sort": ["-attributes.city", "+name"]}, False),
    ({"query": "@access(name:admin AND privileged:true) AND NOT department:7", "indices": ["identities"]}, False),
    ({"query": "NOT @accounts(source.name:ledger) AND accounts.disabled:true", "indices": ["identities"]}, False),
    ({"query": "costa", "indices": ["*"]}, False),
]


def fill(path, count, has_indexes):
    dice = random.Random(7)
    database = sqlite3.connect(path)
    database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
    for table, columns in TABLES.items():
        database.execute(f"CREATE TABLE {table} (domain_id, id, {', '.join(columns.split())})")

    def insert(table, rows):
        marks = ", ".join("?" * (2 + len(TABLES[table].split())))
        database.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    def day():
        return f"20{dice.randrange(15, 26)}-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}T00:00:00Z"

    sources = [(f"source-{number}", name) for number, name in enumerate(["Register", "Directory", "Ledger"])]
    insert("iam_sources", ((DOMAIN, key, name, None, "x", key == "source-0", None, day(), None)
                           for key, name in sources))
    names = [(dice.choice(FIRST), dice.choice(LAST)) for _ in range(count)]

    def identity(number):
        first, last = names[number]
        boss = number // 20
        access = [{"type": "ENTITLEMENT", "id": f"e{each}", "name": f"Group {each}" if each % 9 else "Admin",
                   "source": "Ledger", "privileged": each % 9 == 0} for each in dice.sample(range(2000), 3)]
        return (DOMAIN, f"identity-{number:07}", f"{first}.{last}.{number}".lower(), f"{first} {last}", first, last,
                f"{number}@example.test", dice.choice(DEPARTMENTS), dice.choice(["Engineer", "Analyst", "Clerk"]),
                "active" if dice.random() < 0.9 else "inactive", f"identity-{boss:07}", " ".join(names[boss]),
                "source-0", "Register", "Employees", number < count // 20, number % 50 != 0, day(), None,
                json.dumps({"city": dice.choice(["Lisbon", "Toronto", "Nairobi"]), "costCenter": f"CC-{number % 99}"}),
                json.dumps(access))

    insert("iam_identities", map(identity, range(count)))

    def accounts():
        for number in range(count * 5 // 2):
            source, name = sources[number % 3]
            owner = number // 2 if number < 2 * count and number % 40 else None
            yield (DOMAIN, f"account-{number:07}", f"login{number}", f"Login {number}", f"login{number}", "person",
                   owner is not None and f"identity-{owner:07}" or None,
                   owner is not None and " ".join(names[owner]) or None, source, name, "x", number % 9 == 0, 0,
                   number % 31 == 0, day(), None, '{"lastLogin":null}')

    insert("iam_accounts", accounts())
    insert("iam_entitlements", ((DOMAIN, f"e{number}", f"Group {number}", f"Group {number}", None, "groups", f"g{number}",
                                 "source-2", "Ledger", number % 9 == 0, number, None, day(), None)
                                for number in range(2000)))
    insert("iam_events", ((DOMAIN, f"event-{number}", "sign in passed", "AUTH", " ".join(names[number % count]), None,
                           "192.0.2.1", day()) for number in range(2 * count)))
    insert("iam_identity_errors", ((DOMAIN, f"error-{number}", f"identity-{number:07}", " ".join(names[number]), "source-0",
                                    "Register", "Employees", "email", "The address is missing", day())
                                   for number in range(0, count, 10)))
    if has_indexes:
        index(database)
    database.execute("ANALYZE")
    database.commit()
    database.close()


def index(database):
    for number, (table, columns) in enumerate(INDEXES):
        database.execute(f"CREATE INDEX by_{number} ON {table} (domain_id, {columns})")
    database.execute("""CREATE VIRTUAL TABLE iam_identities_text USING fts5(
        domain_id UNINDEXED, id UNINDEXED, text, tokenize = "unicode61 remove_diacritics 0")""")
    texts = "name display_name first_name last_name email department job_title lifecycle_state manager_name".split()
    for column in texts:
        database.execute("INSERT INTO iam_identities_text (domain_id, id, text) "
                         f"SELECT domain_id, id, {column} FROM iam_identities")


class Load(Door):
    """Reports that may take their time, through the REST door."""

    seconds = 900

    def report(self, template, options, formats):
        """(seconds, the report) of one that is made."""
        begun = time.monotonic()
        made = self.call("/report/v1/reports", {
            "domain_id": DOMAIN, "template_id": template, "name": "load",
            "template_options": {**options, "formats": formats}})
        path = f"/reportwire/v1/report/{made['report_id']}?domain_id={DOMAIN}"
        while True:
            found = self.call(path)
            if found["report"].get("state", "CREATED") not in ("CREATED", "IN_PROGRESS"):
                return time.monotonic() - begun, found
            time.sleep(0.02)

    def plan(self, template, options):
        """What the query plan warns of."""
        shown = self.call(f"/reportwire/v1/template/{template}/preview", {
            "domain_id": DOMAIN, "template_options": options})
        return [step["detail"] for step in shown.get("plan", []) if step.get("warning")]


def reports():
    for only in (False, True):
        yield "identities", {"correlatedOnly": only}, True
        yield "identities-details", {"correlatedOnly": only}, True
    yield "accounts", {"application": "source-1", "sourceName": "Directory"}, True
    yield "identity-profile-identity-error", {"authoritativeSource": "source-0"}, True
    yield "orphan-identities", {}, True
    yield "uncorrelated-accounts", {}, True
    for options, is_indexed in SEARCHES:
        yield "search-export", options, is_indexed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", required=True)
    parser.add_argument("--identities", type=int, default=100_000)
    parser.add_argument("--formats", default="csv", help="with commas between")
    parser.add_argument("--no-indexes", action="store_true", help="nor full text: nothing is looked up")
    parser.add_argument("--only", default="", help="reports whose line has this")
    options = parser.parse_args()
    passed = failed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        begun = time.monotonic()
        fill(folder / "load.db", options.identities, not options.no_indexes)
        size = (folder / "load.db").stat().st_size / 1e6
        print(f"{options.identities} identities, {size:.0f} MB, filled in {time.monotonic() - begun:.0f} s")
        (folder / "templates").mkdir()
        (folder / "reportwire.yaml").write_text(
            "data: ./data\ntemplates: ./templates\n"
            "listen: {ttrpc: 127.0.0.1:0, grpc: 127.0.0.1:0, http: 127.0.0.1:0}\n"
            f"log: {{level: warning}}\nsources:\n  identities: {{sqlite: {folder / 'load.db'}}}\n")
        server = Server(pathlib.Path(options.server).resolve(), folder)
        try:
            door = Load(server)
            for kind, arguments, is_indexed in reports():
                line = f"{kind} {json.dumps(arguments)}"
                if options.only not in line:
                    continue
                template = f"sailpoint-{kind}"
                warned = door.plan(template, arguments)
                seconds, found = door.report(template, arguments, options.formats.split(","))
                state, rows = found["report"]["state"], int(found.get("progress", {}).get("rows", 0))
                is_indexed &= not options.no_indexes
                is_good = state == "FINISHED" and not (is_indexed and warned)
                passed += is_good
                failed += not is_good
                print(f"{seconds:8.2f} s {rows:8} rows  {line}", flush=True)
                for detail in warned:
                    print(f"           {'' if is_good else 'NOT BY AN INDEX: '}{detail}")
                if state != "FINISHED":
                    print(f"           {state}: {found['report'].get('error')}")
        finally:
            server.stop()
    print(f"identities_load: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

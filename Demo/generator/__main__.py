"""Writes the demo database: run `python3 Demo/generator --output demo.db`.

The same program writes the same rows for ever: the seed and the dates are fixed. An existing file
is replaced as a whole, and an interrupted run leaves none behind.
"""

import argparse
import os
import sqlite3
import sys

import access
import clouds
import governance
import people
from dice import Dice
from words import DOMAINS

SEED = 20250101
# Of what came later, so that what was there before stayed as it was.
GOVERNANCE_SEED = 20251128


def fill(database):
    dice, later = Dice(SEED), Dice(GOVERNANCE_SEED)
    domain_rows = people.domains(dice)
    insert(database, "domains", domain_rows)
    for (domain_id, _), (_, mail_domain, person_count, line_count) in zip(domain_rows, DOMAINS):
        persons = people.identities(dice, domain_id, mail_domain, person_count)
        systems, entitlements = access.sources(dice, domain_id)
        accounts = access.accounts(dice, domain_id, systems, persons)
        projects = people.projects(dice, domain_id, persons, 6 + line_count // 12)
        insert(database, "identities", persons)
        insert(database, "sources", systems)
        insert(database, "entitlements", entitlements)
        insert(database, "accounts", accounts)
        insert(database, "account_entitlements", access.grants(dice, accounts, entitlements))
        insert(database, "projects", projects)
        insert(database, "servers", clouds.servers(dice, domain_id, projects))
        costs = clouds.daily_costs(dice, domain_id, projects, line_count)
        insert(database, "cloud_costs", [(None, *row) for row in costs])
        fill_governance(database, later, domain_id, persons, systems, entitlements)


def fill_governance(database, dice, domain_id, persons, systems, entitlements):
    profiles, contents = governance.access_profiles(
        dice, domain_id, systems, entitlements, persons)
    roles, members = governance.roles(dice, domain_id, systems, profiles, persons)
    insert(database, "personnel", governance.personnel(dice, domain_id, persons))
    insert(database, "access_profiles", profiles)
    insert(database, "access_profile_entitlements", contents)
    insert(database, "roles", roles)
    insert(database, "role_access_profiles", members)
    insert(
        database, "account_activities", governance.activities(dice, domain_id, systems, persons))
    insert(database, "events", governance.events(dice, domain_id, persons))
    insert(database, "identity_errors", governance.errors(dice, domain_id, persons))


def insert(database, table, rows):
    marks = ", ".join("?" * len(rows[0]))
    database.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def run_file(database, name):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    with open(path, encoding="utf-8") as text:
        database.executescript(text.read())


def build(path):
    database = sqlite3.connect(path, isolation_level=None)
    try:
        # Nobody reads the file before it is renamed, so it needs no journal.
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA synchronous = OFF")
        run_file(database, "schema.sql")
        database.execute("BEGIN")
        fill(database)
        database.execute("COMMIT")
        run_file(database, "identities.sql")
        database.execute("ANALYZE")
        return {
            name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
            for (name,) in database.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
                " AND name NOT GLOB '*_text*' ORDER BY name").fetchall()}
    finally:
        database.close()


def main():
    parser = argparse.ArgumentParser(
        prog="generator", description="Writes Reportwire's demo database, always the same.")
    parser.add_argument("--output", required=True, metavar="PATH", help="the SQLite file to write")
    path = parser.parse_args().output
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    draft = f"{path}.{os.getpid()}.tmp"
    try:
        counts = build(draft)
        os.replace(draft, path)
    finally:
        if os.path.exists(draft):
            os.remove(draft)
    print(f"{path}: " + ", ".join(f"{count} {name}" for name, count in counts.items()))


if __name__ == "__main__":
    sys.exit(main())

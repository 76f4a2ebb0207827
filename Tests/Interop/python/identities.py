"""Makes the identity reports of the demo's database on a running server, and compares them with rows
that are found here: the six with SQL from the tables beneath the views, the search by an evaluator of
its own (query_evaluator.py), with and without the full-text table.

    identities.py --server PROGRAM
"""

import argparse
import csv
import io
import json
import pathlib
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile

import query_evaluator
from clients import Checks, Door, Server

ROOT = pathlib.Path(__file__).resolve().parents[3]
DOMAIN = "domain-ac32ff5ac20f"
INDICES = ["accessprofiles", "accountactivities", "entitlements", "events", "identities", "roles"]

# What a person writes; dates of the demo are those of 2025.
QUERIES = """
lisbon | LISBON | Gdańsk | gdansk | "são paulo" | "paulo são" | "paulo são"~2 | "software engineer"
engineer | engin* | *gineer | eng?neer | ?????? | "staff eng*" | nobodyhasthis | 1040 | CC-1040
name:ada* | name:ada.costa | displayName:"ada costa" | displayName:"costa ada" | lastName:o'brien
displayName.exact:"Ada Costa" | displayName.exact:"ada costa" | displayName.exact:Ada* | email:*2
lastName.exact:Van* | lastName:van | lastName:"van dijk" | firstName:łukasz | firstName:ŁUKASZ
department:engineering | department:(engineering OR finance) | department:("customer care" legal)
department:(+customer -legal) | department:* | _exists_:department | _exists_:manager.name
NOT _exists_:manager.name | -_exists_:modified | manager.name:weber | manager.name:"hana weber"
lifecycleState:inactive | lifecycleState:active AND department:legal | lifecycleState:(NOT active)
isManager:true | isManager:false | NOT isManager:true | correlated:false | correlated:true
correlated:false AND lifecycleState:active | !correlated:true | -correlated:true
attributes.city:lisbon | attributes.city:"são paulo" | attributes.city.exact:Lisbon | attributes.city:l*
attributes.costCenter:[CC-1000 TO CC-1050] | attributes.costCenter:{CC-1000 TO CC-1050}
attributes.costCenter:>CC-1150 | attributes.startDate:>=2024-06-01 | _exists_:attributes.endDate
NOT _exists_:attributes.costCenter | attributes.endDate:* | attributes.nothing:x
created:2025 | created:2025-03 | created:2025-03-01 | created:[2025-01-01 TO 2025-02-28]
created:{2025-01-01 TO 2025-02-28} | created:[2025-01 TO 2025-03} | created:{2025-01 TO 2025-03]
created:>2025-06 | created:>=2025-06 | created:<2017-01-01 | created:<=2017 | created:[* TO 2017}
created:[2025-01-01||/M TO 2025-01-01||+2M/M] | created:>2025-12-31||-6M/d | created:[2024 TO *]
created:2025-03-01T00:00:00Z | created:"2025-03-01T00:00:00Z" | created:[2020-02-29 TO 2020-02-29||+1y]
created:>now-100y | created:<now | created:>now | created:[now-100y/y TO now+1d/d] | modified:>2025-06-01
@accounts(source.name:"source code") | @accounts(source.name:ledger AND privileged:true)
accounts.source.name:ledger AND accounts.privileged:true | @accounts(disabled:true AND source.type:erp)
NOT @accounts(disabled:false) | @accounts(accountId:ada*) | @accounts(modified:>2025-12-01)
@accounts(created:[2025-01 TO 2025-03] AND NOT privileged:true) | @accounts(_exists_:modified)
@accounts(NOT _exists_:modified) | @accounts(id:account-*) AND department:legal
@accounts(source.name:ledger) AND @accounts(source.name:"source code") AND NOT @accounts(console)
@access(name:"domain admins") | @access(privileged:true AND source.name:"cloud console")
@access(name:owners) | access.name:payments | @access(type:ENTITLEMENT AND name:agent)
NOT @access(*) | @access(privileged:true) -@access(source.name:directory AND privileged:true)
a OR b | legal finance | legal AND finance | +legal lisbon | legal -lisbon | legal NOT lisbon
legal OR NOT lisbon | NOT legal OR lisbon | (legal OR finance) AND lisbon | legal OR finance AND lisbon
legal && !lisbon || toronto | NOT (legal OR finance OR sales) | ((((legal)))) | (-legal) | -legal -finance
+department:legal +attributes.city:lisbon finance | legal AND (lisbon OR (toronto AND NOT inactive))
* | *:* | -* | NOT (*) | name:(a* OR b* OR c*) | name:(a* AND *a) | name:\\ada* | ada\\* | \\"ada\\"
id:identity-* | id:nothing | id:IDENTITY-* | source.name:personnel | source.id:source-fca616d5067c
identityProfile.name:employees | jobTitle:(director OR head) | jobTitle:"head of customer care"
jobTitle:"head care"~2 | jobTitle:"care head"~2 | jobTitle:"care head"~5 | jobTitle:"customer care head"~1
lastName:[A TO C] | lastName:{Walker TO *] | lastName:[Van TO Vb] | lastName:>=Z | email:"harbourline example"
status:failure | action:add_access | action:"add access" AND status:complete | requester.name:ada
recipient.name:(ada OR hana) AND NOT status:complete | created:>2025-11 AND action:disable*
type:auth | type:auth AND name:failed | actor.name:ada* AND type:access_request | ipAddress:192.0.2.1
ipAddress:192.0.2.1? | target.name:* AND NOT type:auth | name:"display name" | "sign in" -passed
privileged:true | privileged:true AND source.name:ledger | accountCount:>100 | accountCount:[1 TO 20]
accountCount:{20 TO 100} | accountCount:0 | value:domain* | value:"invoices approve" | requestable:false
enabled:false | owner.name:* | entitlements.name:"payments release" | @entitlements(name:ledger)
accessProfiles.name:finance | @accessProfiles(name:basic AND name:code) | description:tickets
description:"customers tickets" | NOT _exists_:description | name:(clerk OR auditor)
"""

WORDS = (
    "legal finance engineering customer lisbon toronto nairobi active inactive ada hana omar weber "
    "walker director manager analyst engineer personnel register ledger auth failed passed").split()
FIELDS = ["name", "department", "jobTitle", "displayName", "attributes.city", "manager.name"]


def random_query(dice, depth=3):
    """A query of the grammar, of words that the demo has."""
    kind = dice.randrange(10 if depth else 5)
    if kind == 0:
        return f"{dice.choice(FIELDS)}:{dice.choice(WORDS)}"
    if kind == 1:
        return dice.choice(WORDS)[:dice.randrange(2, 5)] + "*"
    if kind == 2:
        return f"created:{dice.choice(['>', '>=', '<', '<='])}20{dice.randrange(17, 26)}"
    if kind == 3:
        return f'"{dice.choice(WORDS)} {dice.choice(WORDS)}"~{dice.randrange(6)}'
    if kind == 4:
        return dice.choice(WORDS)
    parts = [random_query(dice, depth - 1) for _ in range(dice.randrange(1, 4))]
    joiners = [" ", " AND ", " OR ", " && ", " || "]
    signs = ["", "", "", "-", "+", "!", "NOT "]
    text = dice.choice(signs) + parts[0]
    for part in parts[1:]:
        text += dice.choice(joiners) + dice.choice(signs) + part
    return f"({text})"


class Identities(Door):
    """Reports over the identities, through the REST door."""

    def report(self, template, kind, options, domain=DOMAIN):
        """The bytes of a report."""
        made = self.call("/report/v1/reports", {
            "domain_id": domain, "template_id": template, "name": "check",
            "template_options": {**options, "formats": [kind]}})
        link = self.call(f"/report/v1/report/{made['report_id']}/download_url?domain_id={domain}")
        with urllib.request.urlopen(link["download_url"], timeout=120) as answer:
            return answer.read()

    def search(self, query, **options):
        return json.loads(self.report(
            "sailpoint-search-export", "json", {"query": query, **options}))

    def refusal(self, template, options):
        """Why a report is not made; None if it is."""
        try:
            self.report(template, "json", options)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)["detail"]["message"]
        return None


def csv_rows(content):
    return list(csv.reader(io.StringIO(content.decode()), strict=True))


def check_query(checks, door, data, query, indices):
    try:
        expected = query_evaluator.find(query, data, indices)
    except query_evaluator.Unknown:
        # A field that none of these indices has: refused, and so it must be.
        refusal = door.refusal(
            "sailpoint-search-export", {"query": query, "indices": indices})
        checks.expect(
            refusal is not None and refusal[0] == 400, f"{query} in {indices} is not refused")
        return
    rows = door.search(query, indices=indices, columns="id")
    found = [(row["index"], row["id"]) for row in rows]
    checks.expect(
        found == expected,
        f"{query} in {indices}: {len(found)} rows, not {len(expected)}; "
        f"{sorted(set(found) ^ set(expected))[:3]}")
    return len(expected)


def check_queries(checks, door, database, step):
    """Every step-th query in all indices, and some of those in one alone."""
    data = query_evaluator.Data(database, DOMAIN)
    queries = [text.strip() for text in re.split(r" \| |\n", QUERIES) if text.strip()]
    dice = random.Random(8)
    queries += [random_query(dice) for _ in range(60)]
    checks.expect(len(set(queries)) >= 200, f"there are {len(set(queries))} queries")
    some = 0
    for query in queries[::step]:
        some += bool(check_query(checks, door, data, query, INDICES))
    for query in queries[::3 * step]:
        check_query(checks, door, data, query, ["identities"])
    checks.expect(some >= 150 // step, f"only {some} queries find anything")


def check_export(checks, door, database):
    """What is shown, in which order, as which files."""
    data = query_evaluator.Data(database, DOMAIN)
    options = {
        "query": "legal OR toronto", "indices": ["roles", "identities"],
        "columns": "displayName,attributes.city,accounts.source.name,isManager,description",
        "sort": ["-attributes.city", "displayName"]}
    archive = zipfile.ZipFile(io.BytesIO(door.report("sailpoint-search-export", "csv", options)))
    checks.expect(archive.testzip() is None, "the ZIP file is damaged")
    checks.expect(
        archive.namelist() == ["identities.csv", "roles.csv"], f"the ZIP has {archive.namelist()}")
    header, *rows = csv_rows(archive.read("identities.csv"))
    checks.expect(header == options["columns"].split(","), f"the header is {header}")
    wanted = {name for _, name in query_evaluator.find(options["query"], data, ["identities"])}
    people = [row for row in data.rows["identities"] if row["id"] in wanted]
    people.sort(key=lambda row: row["displayName"].encode())
    people.sort(key=lambda row: row["attributes"]["city"].encode(), reverse=True)
    expected = [
        [row["displayName"], row["attributes"]["city"],
         ";".join(account["source.name"] for account in row["accounts"]),
         "true" if row["isManager"] else "false", ""] for row in people]
    checks.expect(len(rows) > 10, f"only {len(rows)} rows")
    # Namesakes in one city stand in the order of their ids.
    checks.expect(sorted(rows) == sorted(expected), "the rows are others")
    checks.expect([row[:2] for row in rows] == [row[:2] for row in expected], "the order is another")
    checks.expect(
        csv_rows(archive.read("roles.csv")) == [header], "roles.csv is no header alone")
    refusal = door.refusal("sailpoint-search-export", {"query": "name:(ada"})
    checks.expect(
        refusal == (400, "Parameter is invalid. (key = template_options.query, reason = at "
                    "character 10: expected \")\" or another word or AND or OR, found the end)"),
        f"a mistake is answered {refusal}")


def check_types(checks, door, database):
    """The six with SQL, against the tables beneath the views."""
    def compare(name, options, header, rows):
        found = csv_rows(door.report(f"sailpoint-{name}", "csv", options))
        checks.expect(found[0][:len(header)] == header, f"{name}: the header is {found[0]}")
        shown = sorted(tuple(row[:len(header)]) for row in found[1:])
        checks.expect(shown == sorted(rows) and rows, f"{name}: {len(shown)} rows, not {len(rows)}")

    people = database.execute(
        "SELECT identity_id, email, display_name FROM identities WHERE domain_id = ?",
        [DOMAIN]).fetchall()
    entered = {row[0] for row in database.execute("SELECT identity_id FROM personnel")}
    short = [(key, mail.split("@")[0], name) for key, mail, name in people]
    header = ["id", "name", "displayName"]
    compare("identities", {}, header, short)
    compare(
        "identities", {"correlatedOnly": True}, header, [row for row in short if row[0] in entered])
    compare("orphan-identities", {}, header, [row for row in short if row[0] not in entered])

    owners = [row[0] for row in database.execute(
        "SELECT identity_id FROM accounts WHERE domain_id = ? AND identity_id IS NOT NULL"
        " UNION ALL SELECT identity_id FROM personnel WHERE domain_id = ?", [DOMAIN, DOMAIN])]
    for only in (True, False):
        expected = []
        for row in short:
            if row[0] in entered or not only:
                expected += [row] * max(owners.count(row[0]), 1)
        compare("identities-details", {"correlatedOnly": only}, header, expected)

    strangers = database.execute(
        "SELECT login FROM accounts WHERE domain_id = ? AND identity_id IS NULL",
        [DOMAIN]).fetchall()
    compare(
        "uncorrelated-accounts", {}, ["account", "displayName", "userName", "type"],
        [(login, login, login, "service" if login.startswith("svc-") else "person")
         for login, in strangers])

    for source, name in database.execute(
            "SELECT source_id, name FROM sources WHERE domain_id = ?", [DOMAIN]).fetchall():
        compare(
            "accounts", {"application": source, "sourceName": name}, ["id", "account"],
            database.execute(
                "SELECT account_id, login FROM accounts WHERE source_id = ?", [source]).fetchall())

    (register,), = database.execute(
        "SELECT DISTINCT register_id FROM personnel WHERE domain_id = ?", [DOMAIN]).fetchall()
    compare(
        "identity-profile-identity-error", {"authoritativeSource": register}, ["identityId"],
        database.execute(
            "SELECT identity_id FROM identity_errors WHERE domain_id = ?", [DOMAIN]).fetchall())


def check_tenants(checks, door):
    for name, options in [
            ("identities", {}), ("orphan-identities", {}), ("uncorrelated-accounts", {}),
            ("identities-details", {"correlatedOnly": False}), ("search-export", {"query": "*"})]:
        rows = json.loads(door.report(f"sailpoint-{name}", "json", options, "domain-0"))
        checks.expect(rows == [], f"{name}: a stranger sees {len(rows)} rows")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--server", required=True)
    program = parser.parse_args().server
    checks = Checks()
    with tempfile.TemporaryDirectory() as name:
        for has_text in (True, False):
            folder = pathlib.Path(name, f"text-{has_text}".lower())
            folder.mkdir(mode=0o700)
            path = folder / "demo.db"
            subprocess.run(
                [sys.executable, "-B", ROOT / "Demo/generator", "--output", path], check=True,
                stdout=subprocess.DEVNULL)
            database = sqlite3.connect(path)
            if not has_text:
                database.execute("DROP TABLE iam_identities_text")
                database.commit()
            (folder / "templates").mkdir()
            (folder / "reportwire.yaml").write_text(
                "data: ./data\ntemplates: ./templates\n"
                "listen: {ttrpc: 127.0.0.1:0, grpc: 127.0.0.1:0, http: 127.0.0.1:0}\n"
                f"log: {{level: warning}}\nsources:\n  identities: {{sqlite: {path}}}\n")
            looked = subprocess.run(
                [program, "identities", "check", "--source", path], capture_output=True, text=True)
            checks.expect(
                looked.returncode == 0
                and ("full text in iam_identities_text" in looked.stdout) == has_text,
                f"the check of the demo says {looked.stdout}{looked.stderr}")
            server = Server(program, folder)
            try:
                door = Identities(server)
                check_queries(checks, door, database, 1 if has_text else 4)
                if has_text:
                    check_export(checks, door, database)
                    check_types(checks, door, database)
                    check_tenants(checks, door)
            finally:
                status = server.stop()
            checks.expect(status == 0, f"the server ended with {status}: {server.output()}")
            database.close()
    print(f"identities: {checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())

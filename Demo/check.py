"""The work of Demo/check: run that."""

import csv
import filecmp
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

DEMO = os.path.dirname(os.path.abspath(__file__))

# Rows of Harbourline Logistics by default; whoever changes generator or templates updates them.
EXPECTED_ROWS = {
    "all-cost-rows": 103_982,
    "cost-anomalies": 86,
    "cost-line-items": 36_431,
    "entitlement-review": 181,
    "identities-by-department": 385,
    "monthly-cost-by-project": 168,
    "orphan-accounts": 58,
    "server-inventory": 103,
}
# Of those that come with the server, some that need no parameters.
BUILT_IN_ROWS = {
    "sailpoint-identities": 420,
    "sailpoint-orphan-identities": 25,
    "sailpoint-uncorrelated-accounts": 43,
}
# The same for a domain that does not exist: only what is shared has rows.
STRANGER = "domain-000000000000"


class Failure(Exception):
    """A check that did not hold."""


def check(holds, message):
    if not holds:
        raise Failure(message)


def make_database(folder):
    first, second = (os.path.join(folder, name) for name in ("demo.db", "again.db"))
    for path in (first, second):
        subprocess.run(
            [sys.executable, "-B", os.path.join(DEMO, "generator"), "--output", path], check=True)
    check(filecmp.cmp(first, second, shallow=False), "the generator made two different files")
    return first


class Server:
    """A server on free ports with the demo's configuration; stopped in the end."""

    def __init__(self, binary, folder, database):
        self.binary = binary
        ready = os.path.join(folder, "ready.json")
        self.process = subprocess.Popen([
            binary, "serve", "--config", os.path.join(DEMO, "reportwire.yaml"),
            "--data", os.path.join(folder, "data"), "--source", f"demo={database}",
            "--source", f"identities={database}",
            "--listen-ttrpc", "127.0.0.1:0", "--listen-grpc", "127.0.0.1:0",
            "--listen-http", "127.0.0.1:0",
            "--ready-file", ready, "--log-level", "warning"])
        deadline = time.monotonic() + 60
        while not os.path.exists(ready):
            check(self.process.poll() is None, "the server did not start")
            check(time.monotonic() < deadline, "the server was not ready after 60 s")
            time.sleep(0.05)
        with open(ready, encoding="utf-8") as text:
            self.address = json.load(text)["ttrpc"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=60)
        check(status == 0, f"the server ended with {status} on SIGTERM")

    def create(self, template, domain, format_name, output, *options):
        flags = [flag for option in options for flag in ("--option", option)]
        subprocess.run(
            [self.binary, "create", "--address", self.address, "--template", template,
             "--domain", domain, "--format", format_name, "--wait", "--output", output, *flags],
            check=True, stdout=subprocess.DEVNULL)


def csv_rows(path):
    with open(path, encoding="utf-8", newline="") as text:
        return list(csv.reader(text, strict=True))


def check_template(server, folder, name, rows, domain):
    paths = {kind: os.path.join(folder, f"{name}.{kind}") for kind in ("csv", "json")}
    for kind, path in paths.items():
        server.create(name, domain, kind, path)
    table = csv_rows(paths["csv"])
    with open(paths["json"], encoding="utf-8") as text:
        objects = json.load(text)
    expected = rows if domain != STRANGER or name == "all-cost-rows" else 0
    check(len(table) - 1 == expected, f"{name}: {len(table) - 1} rows of CSV, not {expected}")
    check(len(objects) == expected, f"{name}: {len(objects)} objects of JSON, not {expected}")
    check(
        all(len(row) == len(table[0]) for row in table), f"{name}: rows of different length")
    if objects:
        check(len(objects[0]) == len(table[0]), f"{name}: JSON and CSV differ in columns")
    print(f"{name} for {domain}: {expected} rows")


def check_options(server, folder, domain):
    """Parameters reach the query."""
    path = os.path.join(folder, "some.csv")
    server.create(
        "identities-by-department", domain, "csv", path, "department=Legal",
        "include_leavers=true")
    table = csv_rows(path)
    check(
        len(table) > 1 and {row[0] for row in table[1:]} == {"Legal"},
        "identities-by-department does not heed its department")
    path = os.path.join(folder, "aws.csv")
    server.create(
        "monthly-cost-by-project", domain, "csv", path, "year=2025", "provider=aws")
    total = sum(float(row[-1]) for row in csv_rows(path)[1:])
    check(0 < total < 2_512_960, f"the costs of one provider are {total}")


def main():
    binary = sys.argv[1]
    check(os.access(binary, os.X_OK), f"there is no {binary}: run scripts/build first")
    names = sorted(
        re.search(r"^name: (\S+)$", open(os.path.join(DEMO, "templates", file)).read(), re.M)[1]
        for file in os.listdir(os.path.join(DEMO, "templates")))
    check(names == sorted(EXPECTED_ROWS), f"the templates are {', '.join(names)}")
    with tempfile.TemporaryDirectory() as folder:
        database = make_database(folder)
        with sqlite3.connect(database) as connection:
            domain = connection.execute(
                "SELECT domain_id FROM domains WHERE name = 'Harbourline Logistics'").fetchone()[0]
        with Server(binary, folder, database) as server:
            for name, rows in {**EXPECTED_ROWS, **BUILT_IN_ROWS}.items():
                for caller in (domain, STRANGER):
                    check_template(server, folder, name, rows, caller)
            check_options(server, folder, domain)
    print("demo: passed")


if __name__ == "__main__":
    try:
        main()
    except (Failure, subprocess.CalledProcessError) as problem:
        sys.exit(f"demo: {problem}")

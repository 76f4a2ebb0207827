"""Starts the server and lets clients in C and Go make reports: what they download must be what the
database holds.

    clients.py --server PROGRAM --client NAME=PROGRAM [--client NAME=PROGRAM]...
"""

import argparse
import csv
import io
import json
import pathlib
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request

DOMAIN = "domain-58010aa2e451"
TEMPLATE = "template-0b1c5c2f9a10"
SECONDS_TO_START = 60
SECONDS_TO_STOP = 30

TEMPLATE_YAML = f"""\
template_id: {TEMPLATE}
name: delayed-flights
title: Delayed flights
source: flights
tenant: shared
sql: |
  SELECT flight, carrier, origin, delay, note FROM flights
  WHERE carrier = :carrier AND delay >= :min_delay ORDER BY flight
parameters:
  carrier: {{type: string, required: true}}
  min_delay: {{type: integer, default: 0, minimum: 0}}
formats: [csv, json]
"""

CONFIG_YAML = """\
data: {folder}/data
listen: {{ttrpc: "127.0.0.1:0", grpc: "127.0.0.1:0", http: "127.0.0.1:0"}}
templates: {folder}/templates
sources:
  flights: {{sqlite: {folder}/flights.db}}
"""

NOTES = ["on time", 'says "late"', "a, b", "zwölf 보고서 \U0001f4ca", None, "two\nlines", "",
         "=1+1"]


def make_world(folder):
    """A database of 20,000 rows, a template over it and a configuration."""
    database = sqlite3.connect(folder / "flights.db")
    database.execute(
        "CREATE TABLE flights (flight INTEGER PRIMARY KEY, carrier TEXT, origin TEXT,"
        " delay INTEGER, note TEXT)")
    database.executemany(
        "INSERT INTO flights VALUES (?, ?, ?, ?, ?)",
        [(number, ["AA", "UA", "KE"][number % 3], ["JFK", "ICN"][number % 2], number % 97,
          NOTES[number % len(NOTES)]) for number in range(20_000)])
    database.commit()
    (folder / "templates").mkdir()
    (folder / "templates" / "delayed-flights.yaml").write_text(TEMPLATE_YAML)
    (folder / "reportwire.yaml").write_text(CONFIG_YAML.format(folder=folder))
    rows = database.execute(
        "SELECT flight, carrier, origin, delay, note FROM flights"
        " WHERE carrier = 'KE' AND delay >= 30 ORDER BY flight").fetchall()
    database.close()
    return rows


def harmless(cell):
    """Text that a spreadsheet would take for a formula gets an apostrophe before it."""
    is_formula = isinstance(cell, str) and cell[:1] in tuple("=+-@\t\r")
    return "'" + cell if is_formula else cell


def expected_csv(rows):
    """RFC 4180, as Python writes it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["flight", "carrier", "origin", "delay", "note"])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


class Server:
    """A running server; stopped by SIGTERM, which it must end with 0."""

    def __init__(self, program, folder):
        self.ready = folder / "ready.json"
        self.log = open(folder / "server.log", "w+b")
        self.process = subprocess.Popen(
            [program, "serve", "--config", folder / "reportwire.yaml", "--ready-file", self.ready],
            stdout=self.log, stderr=subprocess.STDOUT, cwd=folder)

    def address(self, door="ttrpc"):
        """HOST:PORT of a door, once the server accepts."""
        end = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < end and self.process.poll() is None:
            try:
                return json.loads(self.ready.read_text())[door]
            except (FileNotFoundError, json.JSONDecodeError):
                time.sleep(0.05)
        raise RuntimeError(f"the server did not start: {self.output()}")

    def output(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")[-4000:]

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None


class Door:
    """The server's REST door."""

    # How long an answer may take.
    seconds = 120

    def __init__(self, server):
        self.url = "http://" + server.address("http")

    def call(self, path, body=None):
        request = urllib.request.Request(
            self.url + path, data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=self.seconds) as answer:
            return json.load(answer)


class Checks:
    """Counts checks; what goes wrong in one does not keep the others from being made."""

    def __init__(self):
        self.passed = self.failed = 0

    def expect(self, condition, text):
        if condition:
            self.passed += 1
        else:
            self.failed += 1
            print(text, file=sys.stderr)


def run_client(program, address, output, *more, template=TEMPLATE):
    return subprocess.run(
        [program, "--address", address, "--domain", DOMAIN, "--template", template,
         "--output", output, *more],
        capture_output=True, text=True, timeout=120, check=False)


def check_client(checks, name, program, address, folder, rows):
    files = {}
    for kind in ("csv", "json"):
        output = folder / f"{name}.{kind}"
        result = run_client(
            program, address, output, "--format", kind, "--option", "carrier=KE",
            "--option", "min_delay=30")
        checks.expect(result.returncode == 0, f"{name} {kind}: {result.stderr}")
        files[kind] = output.read_bytes() if output.exists() else b""
        checks.expect(
            result.stdout.endswith(f"FINISHED {len(files[kind])} bytes\n"),
            f"{name} {kind} says: {result.stdout}")
    checks.expect(
        list(csv.reader(io.StringIO(files["csv"].decode(), newline="")))
        == list(csv.reader(io.StringIO(expected_csv(rows), newline=""))),
        f"{name}: the CSV has other cells than the database")
    columns = ["flight", "carrier", "origin", "delay", "note"]
    try:
        objects = json.loads(files["json"])
    except ValueError:
        objects = None
    checks.expect(
        objects == [dict(zip(columns, row)) for row in rows],
        f"{name}: the JSON has other values than the database")
    nothing = folder / f"{name}.nothing"
    failures = {
        "an unknown template": (
            run_client(program, address, nothing, template="template-ffffffffffff"),
            "ERROR_NOT_FOUND"),
        "a missing parameter": (
            run_client(program, address, nothing, "--option", "min_delay=1"), "carrier"),
        "a parameter of the wrong type": (
            run_client(program, address, nothing, "--option", "carrier=KE",
                       "--option", "min_delay=many"), "min_delay"),
    }
    for what, (result, word) in failures.items():
        checks.expect(
            result.returncode == 1 and word in result.stderr,
            f"{name}, {what}: ended with {result.returncode}: {result.stderr}")
    checks.expect(not nothing.exists(), f"{name} wrote a file for a report that was refused")
    return files


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--server", required=True, type=pathlib.Path)
    parser.add_argument("--client", required=True, action="append", metavar="NAME=PROGRAM")
    options = parser.parse_args()
    checks = Checks()
    with tempfile.TemporaryDirectory(prefix="reportwire-interop-") as name:
        folder = pathlib.Path(name)
        rows = make_world(folder)
        server = Server(options.server.resolve(), folder)
        try:
            address = server.address()
            files = []
            for client in options.client:
                name, _, program = client.partition("=")
                files.append(check_client(
                    checks, name, pathlib.Path(program).resolve(), address, folder, rows))
            checks.expect(
                all(each == files[0] for each in files), "the clients got different bytes")
        finally:
            status = server.stop()
            if checks.failed:
                print(server.output(), file=sys.stderr)
        checks.expect(status == 0, f"the server ended with {status} on SIGTERM")
    print(f"clients: {checks.passed} passed, {checks.failed} failed")
    return checks.failed != 0


if __name__ == "__main__":
    sys.exit(main())

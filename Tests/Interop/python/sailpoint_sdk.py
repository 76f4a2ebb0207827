"""Calls the server by SailPoint's official SDK, unmodified, with tokens that the SDK itself asks for.

    sailpoint_sdk.py --server PROGRAM

Runs in an environment with requirements-sailpoint-1.txt or requirements-sailpoint-2.txt, and takes the SDK that
it finds there.
"""

import argparse
import base64
import contextlib
import csv
import importlib
import importlib.metadata
import io
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor

DOMAIN = "domain-1"
EXPIRED = '{"error":"JWT validation failed: JWT is expired"}'

TEMPLATES = {
    "sailpoint-identities": """
sql: >-
  SELECT id, name, department FROM people
  WHERE domain_id = :domain_id AND (NOT :correlatedOnly OR correlated) ORDER BY id
parameters: {correlatedOnly: {type: boolean, default: false}}
""",
    "sailpoint-identities-details": """
sql: >-
  SELECT id, name, department FROM people
  WHERE domain_id = :domain_id AND (NOT :correlatedOnly OR correlated) ORDER BY id
parameters: {correlatedOnly: {type: boolean, required: true}}
""",
    "sailpoint-accounts": """
sql: >-
  SELECT id, name FROM people WHERE domain_id = :domain_id AND department = :sourceName
  AND :application <> '' ORDER BY id
parameters: {application: {type: string, required: true}, sourceName: {type: string, required: true}}
""",
    "sailpoint-identity-profile-identity-error": """
sql: >-
  SELECT id, name FROM people WHERE domain_id = :domain_id AND department = :authoritativeSource
  ORDER BY id
parameters: {authoritativeSource: {type: string, required: true}}
""",
    "sailpoint-orphan-identities": """
sql: SELECT id, name FROM people WHERE domain_id = :domain_id AND NOT correlated ORDER BY id
""",
    "sailpoint-uncorrelated-accounts": """
sql: SELECT name AS account FROM people WHERE domain_id = :domain_id AND NOT correlated ORDER BY id
""",
    "sailpoint-search-export": """
tenant: shared
sql: |
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE :query = 'slow')
  SELECT i FROM n WHERE :columns IS NULL OR :indices IS NULL OR :sort IS NULL OR i > 0
parameters:
  query: {type: string, required: true}
  indices: {type: string_list}
  columns: {type: string}
  sort: {type: string_list}
limits: {rows: 1000000000}
""",
}


# The SDK's class of each type's arguments, in small letters: they are not written alike.
MODELS = {
    "ACCOUNTS": "accountsexportreportarguments",
    "IDENTITIES_DETAILS": "identitiesdetailsreportarguments",
    "IDENTITIES": "identitiesreportarguments",
    "IDENTITY_PROFILE_IDENTITY_ERROR": "identityprofileidentityerrorreportarguments",
    "ORPHAN_IDENTITIES": "orphanidentitiesreportarguments",
    "SEARCH_EXPORT": "searchexportreportarguments",
    "UNCORRELATED_ACCOUNTS": "uncorrelatedaccountsreportarguments",
}


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def expect(self, condition, text):
        if condition:
            self.passed += 1
        else:
            self.failed += 1
            print(text, file=sys.stderr)


def make_world(folder):
    """A database, the seven templates over it, and a configuration."""
    database = sqlite3.connect(folder / "people.db")
    database.execute("CREATE TABLE people (id, domain_id, name, department, correlated)")
    people = [(f"{number:04}", "domain-2" if number % 10 == 9 else DOMAIN, f'Name "{number}", é',
               ["Sales", "Research"][number % 2], number % 3 != 0) for number in range(500)]
    database.executemany("INSERT INTO people VALUES (?, ?, ?, ?, ?)", people)
    database.commit()
    database.close()
    (folder / "templates").mkdir()
    for name, text in TEMPLATES.items():
        (folder / "templates" / f"{name}.yaml").write_text(
            f"template_id: {name}\nname: {name}\nsource: people\nformats: [csv, json]\n{text}")
    (folder / "reportwire.yaml").write_text(
        "data: data\nsources: {people: {sqlite: people.db}}\noauth: {clients: clients.yaml}\n"
        "rate: {sailpoint: 100/10, methods: ReportsDataExtraction.getReportResult=1000/1}\n")
    return [person for person in people if person[1] == DOMAIN]


@contextlib.contextmanager
def running(program, folder):
    """The URL of a server."""
    ready = folder / "ready.json"
    log = open(folder / "log", "w")
    server = subprocess.Popen(
        [program, "serve", "--listen-ttrpc", "127.0.0.1:0", "--listen-grpc", "127.0.0.1:0",
         "--listen-http", "127.0.0.1:0", "--ready-file", ready], cwd=folder, stderr=log, stdout=log)
    try:
        while not ready.exists():
            if server.poll() is not None:
                sys.exit(f"the server does not start: {(folder / 'log').read_text()}")
            time.sleep(0.05)
        yield "http://" + json.loads(ready.read_text())["http"]
    finally:
        server.terminate()
        server.wait(timeout=60)
        log.close()


def add_client(program, folder, *arguments):
    """(id, secret) of a new client."""
    done = subprocess.run(
        [program, "client", "add", "--domain", DOMAIN, *arguments], cwd=folder,
        capture_output=True, text=True, check=True)
    values = dict(line.split(": ") for line in done.stdout.splitlines())
    return values["client_id"], values["client_secret"]


class SDK:
    """The four calls, of whichever version."""

    def __init__(self, module, url, client=None, token=None):
        self.module = importlib.import_module(f"sailpoint.{module}")
        configuration = importlib.import_module("sailpoint.configuration")
        parameters = configuration.ConfigurationParams()
        parameters.base_url = url
        if client:
            parameters.client_id, parameters.client_secret = client
        parameters.access_token = token
        self.configuration = configuration.Configuration(parameters)
        self.configuration.suppress_experimental_warnings = True
        self.configuration.experimental = True
        self.configuration.retries = 0
        suffix = "_v1" if module == "reports_data_extraction" else ""
        api = self.module.ReportsDataExtractionApi(self.module.ApiClient(self.configuration))
        names = ("start_report", "get_report_result", "get_report", "cancel_report")
        self.start_with, self.result, self.file, self.cancel = (
            getattr(api, f"{name}{suffix}_with_http_info") for name in names)
        self.details = self.module.ReportDetails

    def start(self, kind, arguments=None):
        model = self.model(MODELS[kind])
        holder = self.model("reportdetailsarguments")
        return self.start_with(self.details(
            report_type=kind, arguments=holder(model.from_dict(arguments or {})))).data

    def model(self, name):
        return next(value for key, value in vars(self.module).items() if key.lower() == name)

    def failure(self, call, *arguments, **named):
        """(status, body) of a call that fails; None if it does not."""
        try:
            call(*arguments, **named)
        except Exception as error:
            if not hasattr(error, "status"):
                raise
            return error.status, error.body, error.headers
        return None


def ended(sdk, task):
    """The result of a run, once it has one."""
    for _ in range(600):
        result = sdk.result(task).data
        if result.status is not None:
            return result
        time.sleep(0.05)
    raise TimeoutError(task)


def rows_of(text):
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


def check_types(checks, name, sdk, people):
    """Every type, with rows that are computed here."""
    correlated = [person for person in people if person[4]]
    alone = [person for person in people if not person[4]]
    wanted = {
        ("IDENTITIES", "{}"): [[p[0], p[2], p[3]] for p in people],
        ("IDENTITIES", '{"correlatedOnly": true}'): [[p[0], p[2], p[3]] for p in correlated],
        ("IDENTITIES_DETAILS", '{"correlatedOnly": true}'): [[p[0], p[2], p[3]] for p in correlated],
        ("ACCOUNTS", '{"application": "x", "sourceName": "Sales"}'):
            [[p[0], p[2]] for p in people if p[3] == "Sales"],
        ("IDENTITY_PROFILE_IDENTITY_ERROR", '{"authoritativeSource": "Research"}'):
            [[p[0], p[2]] for p in people if p[3] == "Research"],
        ("ORPHAN_IDENTITIES", '{"selectedFormats": ["CSV"]}'): [[p[0], p[2]] for p in alone],
        ("UNCORRELATED_ACCOUNTS", '{"selectedFormats": ["CSV", "PDF"]}'): [[p[2]] for p in alone],
        ("SEARCH_EXPORT", '{"query": "name:a", "indices": ["identities"], "columns": "id", '
                          '"sort": ["-id"]}'): [["1"]],
    }
    for (kind, arguments), rows in wanted.items():
        where = f"{name} {kind} {arguments}"
        task = sdk.start(kind, json.loads(arguments))
        checks.expect(task.type == "QUEUED_TASK" and task.report_type == kind, f"{where}: {task}")
        checks.expect(task.launcher == "ada" and task.progress, f"{where}: {task}")
        result = ended(sdk, task.id)
        checks.expect(result.status == "SUCCESS" and result.rows == len(rows), f"{where}: {result}")
        checks.expect("CSV" in result.available_formats, f"{where}: {result}")
        before = set(os.listdir())
        data = sdk.file(task.id, "CSV").data
        made = set(os.listdir()) - before
        text = pathlib.Path(made.pop()).read_bytes().decode() if made else bytes(data).decode()
        checks.expect(rows_of(text) == rows, f"{where}: has other rows than the database")
        for file in set(os.listdir()) - before:
            os.remove(file)


def check_failures(checks, name, sdk, url, clients):
    unknown = "0" * 32
    table = [
        (400, sdk.start, ("ACCOUNTS", {"application": "x"})), (400, sdk.start, ("SEARCH_EXPORT", {"sort": ["a"]})),
        (400, sdk.file, (unknown, "XLSX")), (404, sdk.file, (unknown, "CSV")), (400, sdk.cancel, (unknown,)),
    ]
    for status, call, arguments in table:
        try:
            found = sdk.failure(call, *arguments)
        except ValueError:
            # The SDK itself refuses what it knows to be wrong.
            continue
        checks.expect(found and found[0] == status, f"{name} {arguments}: {found}")
        if found and found[0] == status:
            body = json.loads(found[1])
            checks.expect(
                body["causes"] == [] and len(body["trackingId"]) == 32 and body["messages"][0]["text"],
                f"{name} {arguments}: {found}")
    for token in ("x.y.z", "x"):
        nobody = SDK(sdk.module.__name__.split(".", 1)[1], url, token=token)
        found = nobody.failure(nobody.result, unknown)
        checks.expect(found and found[:2] == (401, EXPIRED), f"{name}: a wrong token: {found}")
    reader = SDK(sdk.module.__name__.split(".", 1)[1], url, clients["reader"])
    found = reader.failure(reader.start, "IDENTITIES")
    checks.expect(found and found[0] == 403, f"{name}: a reader starts: {found}")


def check_runs(checks, name, sdk, url, clients):
    """Joins, and calling off."""
    with ThreadPoolExecutor(8) as pool:
        tasks = list(pool.map(lambda _: sdk.start("SEARCH_EXPORT", {"query": "slow"}), range(8)))
    task = tasks[0].id
    checks.expect({other.id for other in tasks} == {task}, f"{name}: eight runs at once are not one")
    checks.expect(tasks[0].completion_status is None, f"{name}: {tasks[0]}")
    running = sdk.result(task).data
    checks.expect(running.status is None and running.available_formats == [], f"{name}: {running}")
    found = sdk.failure(sdk.file, task, "CSV")
    checks.expect(found and found[0] == 404, f"{name}: a file of a run that goes on: {found}")
    program = SDK(sdk.module.__name__.split(".", 1)[1], url, clients["program"])
    found = program.failure(program.cancel, task)
    checks.expect(found and found[0] == 403, f"{name}: a program calls off: {found}")
    checks.expect(sdk.cancel(task).status_code == 204, f"{name}: cancel")
    checks.expect(ended(sdk, task).status == "TERMINATED", f"{name}: {sdk.result(task).data}")
    found = sdk.failure(sdk.cancel, task)
    checks.expect(found and found[0] == 400, f"{name}: what has ended is called off: {found}")


def check_rate(checks, name, module, url, client):
    sdk = SDK(module, url, client)
    other = SDK(module, url, client)
    found = None
    for _ in range(150):
        found = sdk.failure(sdk.file, "0" * 32, "CSV")
        if found and found[0] == 429:
            break
    checks.expect(found and found[:2] == (429, '{"message":" Rate Limit Exceeded "}'), f"{name}: {found}")
    checks.expect(found and int(found[2]["Retry-After"]) >= 1, f"{name}: {found}")
    # The same caller, however many tokens it has.
    again = other.failure(other.file, "0" * 32, "CSV")
    checks.expect(again and again[0] in (429, 404), f"{name}: {again}")


def token_answer(url, body=None, headers=None, query=""):
    request = urllib.request.Request(
        f"{url}/oauth/token{query}", method="POST", data=(body or "").encode(), headers=headers or {})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def check_tokens(checks, url, clients):
    identity, secret = clients["ada"]
    form = {"grant_type": "client_credentials", "client_id": identity, "client_secret": secret}
    status, first = token_answer(url, urllib.parse.urlencode(form))
    checks.expect(
        status == 200 and first["token_type"] == "bearer" and first["expires_in"] == 750,
        f"token by form: {first}")
    status, _ = token_answer(url, query="?" + urllib.parse.urlencode(form))
    checks.expect(status == 200, "token by query")
    basic = base64.b64encode(f"{identity}:{secret}".encode()).decode()
    status, _ = token_answer(
        url, "grant_type=client_credentials", {"Authorization": f"Basic {basic}"})
    checks.expect(status == 200, "token by Basic")
    status, again = token_answer(url, urllib.parse.urlencode(
        {**form, "grant_type": "refresh_token", "refresh_token": first["refresh_token"]}))
    checks.expect(status == 200 and again["access_token"], f"token by refresh: {again}")
    for change, code, error in [
            ({"client_secret": "x"}, 401, "invalid_client"), ({"client_id": "x"}, 401, "invalid_client"),
            ({"grant_type": "password"}, 400, "unsupported_grant_type"),
            ({"scope": "x"}, 400, "invalid_scope")]:
        status, answer = token_answer(url, urllib.parse.urlencode({**form, **change}))
        checks.expect((status, answer["error"]) == (code, error), f"{change}: {status} {answer}")
    return first["access_token"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--server", required=True)
    options = parser.parse_args()
    program = os.path.abspath(options.server)
    version = importlib.metadata.version("sailpoint")
    modules = ["v3", "v2024", "v2025"] if version.startswith("1.") else ["reports_data_extraction"]
    checks = Checks()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        people = make_world(folder)
        clients = {
            "ada": add_client(program, folder, "--user", "ada"),
            "program": add_client(program, folder),
            "reader": add_client(program, folder, "--role", "read"),
            "hasty": add_client(program, folder, "--user", "hasty"),
        }
        with running(program, folder) as url:
            os.chdir(tempfile.mkdtemp(dir=name))
            token = check_tokens(checks, url, clients)
            for module in modules:
                try:
                    sdk = SDK(module, url, clients["ada"])
                except (ImportError, AttributeError):
                    print(f"sailpoint {version} has no {module} of these calls")
                    continue
                check_types(checks, module, sdk, people)
                check_failures(checks, module, sdk, url, clients)
                check_runs(checks, module, sdk, url, clients)
            check_rate(checks, modules[0], modules[0], url, clients["hasty"])
        log = (folder / "log").read_text()
        kept = (folder / "clients.yaml").read_text()
        for identity, secret in clients.values():
            checks.expect(secret not in log and secret not in kept, "a secret is in the log or the file")
        checks.expect(token not in log, "a token is in the log")
        os.chdir("/")
    print(f"sailpoint {version}: {checks.passed} passed, {checks.failed} failed")
    sys.exit(1 if checks.failed else 0)


if __name__ == "__main__":
    main()

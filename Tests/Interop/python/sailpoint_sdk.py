"""Calls the server by SailPoint's official SDK, unmodified, with tokens that the SDK itself asks for: the
built-in reports over the demo's database, whose rows are computed here from the tables beneath the views.

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
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parents[3]
# A company of the demo.
DOMAIN = "domain-ac32ff5ac20f"
OTHER = "domain-391b718d40e5"
EXPIRED = '{"error":"JWT validation failed: JWT is expired"}'
# Of a search that takes longer than anybody waits, see make_world.
SLOW = {"query": "ipAddress:192.0.2.99", "indices": ["events"]}

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
    """The demo's database and a configuration without a template of its own."""
    path = folder / "demo.db"
    subprocess.run(
        [sys.executable, "-B", ROOT / "Demo/generator", "--output", path], check=True,
        stdout=subprocess.DEVNULL)
    database = sqlite3.connect(path)
    # Whoever looks through the events never comes to an end. Nobody else does.
    (events,), = database.execute("SELECT sql FROM sqlite_schema WHERE name = 'iam_events'")
    database.executescript(f"""
        DROP VIEW iam_events;
        {events} UNION ALL
        SELECT '{DOMAIN}', 'event-' || i, 'type', 'name', 'actor', 'target', '10.' || i, NULL
        FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n);
        """)
    (folder / "templates").mkdir()
    (folder / "reportwire.yaml").write_text(
        "data: data\nsources: {identities: {sqlite: demo.db}}\noauth: {clients: clients.yaml}\n"
        "rate: {sailpoint: 600/30}\n")
    return database


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


def add_client(program, folder, *arguments, domain=DOMAIN):
    """(id, secret) of a new client."""
    done = subprocess.run(
        [program, "client", "add", "--domain", domain, *arguments], cwd=folder,
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

    def other(self, url, client=None, token=None):
        """The same SDK in somebody else's hands."""
        return SDK(self.module.__name__.split(".", 1)[1], url, client, token)

    def calls(self, task):
        """The four calls with arguments, those first that only look."""
        return [(self.result, (task,)), (self.file, (task, "CSV")), (self.start, ("IDENTITIES",)),
                (self.cancel, (task,))]

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
        time.sleep(0.1)
    raise TimeoutError(task)


# --- The rows that each report must have, in their order ---------------------------------------------------

def flag(value):
    return "true" if value else "false"


class Tables:
    """The tables of one company, as Python has them."""

    def __init__(self, database):
        def rows(table):
            cursor = database.execute(f"SELECT * FROM {table} WHERE domain_id = ?", [DOMAIN])
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row)) for row in cursor]
        self.people = {row["identity_id"]: row for row in rows("identities")}
        self.sources = {row["source_id"]: row for row in rows("sources")}
        self.entries = {row["identity_id"]: row for row in rows("personnel")}
        self.errors = rows("identity_errors")
        self.register = next(iter(self.entries.values()))["register_id"]
        self.accounts = [self.account(row) for row in rows("accounts")]
        self.accounts += [self.entry(row) for row in self.entries.values()]

    def shown_name(self, key):
        return self.people[key]["display_name"] if key else ""

    def account(self, row):
        source = self.sources[row["source_id"]]
        owner = row["identity_id"] or ""
        return {
            "id": row["account_id"], "account": row["login"],
            "displayName": self.shown_name(owner) or row["login"], "userName": row["login"],
            "type": "service" if row["login"].startswith("svc-") else "person",
            "identityId": owner, "identityName": self.shown_name(owner),
            "sourceId": row["source_id"], "sourceName": source["name"],
            "disabled": flag(row["is_disabled"]), "locked": "false",
            "privileged": flag(row["is_privileged"]), "created": row["created_on"] + "T00:00:00Z",
            "modified": row["last_login_at"] or "",
            "attributes": json.dumps({"lastLogin": row["last_login_at"]}, separators=(",", ":"))}

    def entry(self, row):
        owner = self.people[row["identity_id"]]
        return {
            "id": row["personnel_id"], "account": row["number"],
            "displayName": owner["display_name"], "userName": row["number"], "type": "person",
            "identityId": row["identity_id"], "identityName": owner["display_name"],
            "sourceId": row["register_id"], "sourceName": "Personnel Register",
            "disabled": flag(owner["left_on"]), "locked": "false", "privileged": "false",
            "created": row["entered_on"] + "T00:00:00Z", "modified": "",
            "attributes": json.dumps({"costCenter": row["cost_center"]}, separators=(",", ":"))}

    def person(self, key):
        row = self.people[key]
        return {
            "id": key, "name": row["email"].split("@")[0], "displayName": row["display_name"],
            "email": row["email"], "department": row["department"], "jobTitle": row["title"],
            "lifecycleState": "inactive" if row["left_on"] else "active",
            "manager": self.shown_name(row["manager_id"]),
            "sourceName": "Personnel Register" if key in self.entries else "",
            "correlated": flag(key in self.entries), "created": row["hired_on"] + "T00:00:00Z",
            "modified": row["left_on"] + "T00:00:00Z" if row["left_on"] else "",
            "accounts": str(sum(1 for account in self.accounts if account["identityId"] == key))}

    def persons(self, only=lambda key: True):
        people = [self.person(key) for key in self.people if only(key)]
        return sorted(people, key=lambda row: (row["name"].encode(), row["id"].encode()))

    def details(self, only):
        owned = {}
        for account in self.accounts:
            owned.setdefault(account["identityId"], []).append(account)
        for person in self.persons(only):
            accounts = sorted(owned.get(person["id"], []), key=lambda row: (
                row["sourceName"].encode(), row["account"].encode(), row["id"].encode()))
            for account in accounts or [{}]:
                yield {
                    **person, "sourceName": account.get("sourceName", ""),
                    "account": account.get("account", ""),
                    "accountDisabled": account.get("disabled", ""),
                    "accountPrivileged": account.get("privileged", "")}

    def faults(self):
        for row in sorted(self.errors, key=lambda row: (row["created_at"], row["error_id"])):
            yield {
                "identityId": row["identity_id"],
                "identityName": self.shown_name(row["identity_id"]),
                "identityProfile": "Employees", "sourceName": "Personnel Register",
                "attribute": row["attribute"], "message": row["message"],
                "created": row["created_at"]}


PERSON = ["id", "name", "displayName", "email", "department", "jobTitle", "lifecycleState", "manager"]
ACCOUNT = ["id", "account", "displayName", "userName", "type", "identityId", "identityName", "sourceName",
           "disabled", "locked", "privileged", "created", "modified", "attributes"]
FOUND = ["displayName", "attributes.city", "accounts.source.name", "isManager"]


def reports(tables):
    """Each type with its arguments, the files that it has, its columns and its rows."""
    correlated = tables.entries.__contains__
    source = max(tables.sources, key=lambda key: sum(
        1 for account in tables.accounts if account["sourceId"] == key))
    name = tables.sources[source]["name"]
    both = ["CSV", "PDF"]
    yield ("IDENTITIES", {}, both, PERSON + ["sourceName", "correlated", "created", "modified"],
           tables.persons())
    yield ("IDENTITIES", {"correlatedOnly": True}, both,
           PERSON + ["sourceName", "correlated", "created", "modified"], tables.persons(correlated))
    for only in (True, False):
        yield ("IDENTITIES_DETAILS", {"correlatedOnly": only}, both,
               PERSON + ["correlated", "sourceName", "account", "accountDisabled", "accountPrivileged",
                         "created", "modified"],
               tables.details(correlated if only else lambda key: True))
    for key, shown in [(source, name), (tables.register, "Personnel Register")]:
        yield ("ACCOUNTS", {"application": key, "sourceName": shown}, both, ACCOUNT,
               sorted((row for row in tables.accounts if row["sourceId"] == key),
                      key=lambda row: (row["account"].encode(), row["id"].encode())))
    yield ("IDENTITY_PROFILE_IDENTITY_ERROR", {"authoritativeSource": tables.register}, both,
           ["identityId", "identityName", "identityProfile", "sourceName", "attribute", "message",
            "created"], tables.faults())
    orphans = ["id", "name", "displayName", "email", "department", "lifecycleState", "manager",
               "accounts", "created", "modified"]
    for arguments, files in [({}, both), ({"selectedFormats": ["PDF"]}, ["PDF"]),
                             ({"selectedFormats": ["CSV"]}, ["CSV"])]:
        yield ("ORPHAN_IDENTITIES", arguments, files, orphans,
               tables.persons(lambda key: key not in tables.entries))
    yield ("UNCORRELATED_ACCOUNTS", {"selectedFormats": ["CSV", "PDF"]}, both,
           ["account", "displayName", "userName", "type"],
           sorted((row for row in tables.accounts if not row["identityId"]),
                  key=lambda row: [row[name].encode() for name in ("sourceName", "account", "id")]))
    managers = {person["manager_id"] for person in tables.people.values()}
    yield ("SEARCH_EXPORT", {
        "query": "department:legal AND NOT @accounts(source.name:nothing)", "indices": ["identities"],
        "columns": ",".join(FOUND), "sort": ["-attributes.city", "displayName", "+id"]},
        ["CSV"], FOUND,
        sorted(sorted((
            {"id": key, "displayName": row["display_name"], "attributes.city": row["location"],
             "accounts.source.name": ";".join(
                 account["sourceName"] for account in sorted(
                     (one for one in tables.accounts if one["identityId"] == key),
                     key=lambda one: one["id"].encode())),
             "isManager": flag(key in managers)}
            for key, row in tables.people.items() if row["department"] == "Legal"),
            key=lambda row: (row["displayName"].encode(), row["id"].encode())),
            key=lambda row: row["attributes.city"].encode(), reverse=True))


# --- Files ----------------------------------------------------------------------------------------------------

def content(sdk, task, kind):
    """The bytes of a file, which the older SDKs write into the folder that they work in."""
    before = set(os.listdir())
    with contextlib.redirect_stdout(io.StringIO()):
        data = sdk.file(task, kind).data
    made = set(os.listdir()) - before
    if not made:
        return bytes(data)
    name, = made
    read = pathlib.Path(name).read_bytes()
    os.remove(name)
    return read if name.endswith((f".{kind.lower()}", ".zip")) and " " not in name else b""


def csv_rows(data):
    """(header, rows) of a file, which of a search is an archive of one file per index."""
    if data.startswith(b"PK"):
        archive = zipfile.ZipFile(io.BytesIO(data))
        name, = archive.namelist()
        data = archive.read(name)
    header, *rows = csv.reader(io.StringIO(data.decode(), newline=""), strict=True)
    return header, rows


def pdf_lines(data):
    """The lines of a PDF, each as its words with the places where they begin."""
    text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True).stdout.decode()
    lines = ([(word.start(), word[0]) for word in re.finditer(r"\S+", line)]
             for line in text.replace("\f", "\n").split("\n"))
    return [line for line in lines if line]


def beginning(words, cell):
    """The most of a cell's beginning that words begin with."""
    text, count = "", 0
    while count < len(words) and cell.startswith(text + words[count][1]):
        text += words[count][1]
        count += 1
    return text, count


def fit(lines, start, cells):
    """Where a row ends that begins in a line; None: it does not. The line has the beginnings of all cells and
    nothing else, and a cell goes on in the lines right below, under its beginning."""
    words, end = lines[start], start + 1
    for cell in filter(None, cells):
        text, count = beginning(words, cell)
        if not text:
            return None
        place, words = words[0][0], words[count:]
        line = start + 1
        while len(text) < len(cell):
            below = lines[line] if line < len(lines) else []
            more = max((beginning(below[number:], cell[len(text):])[0] for number, word in enumerate(below)
                        if abs(word[0] - place) <= 8), key=len, default="")
            if not more:
                return None
            text += more
            line += 1
        end = max(end, line)
    return None if words else end


def first_missing(lines, rows):
    """The first row whose text does not stand behind that of the rows before; None: all do."""
    place = 0
    for row in rows:
        cells = ["".join(cell.split()) for cell in row]
        while place < len(lines) and (end := fit(lines, place, cells)) is None:
            place += 1
        if place == len(lines):
            return row
        place = end
    return None


def column_groups(lines, columns):
    """The columns that stand beside each other on a page: those of a wide report go on on further pages."""
    groups, start = [], 0
    while start < len(columns):
        end = next(
            (end for end in range(len(columns), start, -1)
             if any(fit(lines, line, columns[start:end]) is not None for line in range(len(lines)))),
            len(columns))
        groups.append(slice(start, end))
        start = end
    return groups


def check_types(checks, name, sdk, tables):
    """Every type, with rows that are computed here."""
    for kind, arguments, files, columns, rows in reports(tables):
        where = f"{name} {kind} {arguments}"
        rows = [[row[column] for column in columns] for row in rows]
        checks.expect(len(rows) > 3, f"{where}: only {len(rows)} rows are expected")
        task = sdk.start(kind, arguments)
        checks.expect(task.type == "QUEUED_TASK" and task.report_type == kind, f"{where}: {task}")
        checks.expect(task.launcher == "ada" and task.progress, f"{where}: {task}")
        result = ended(sdk, task.id)
        checks.expect(result.status == "SUCCESS" and result.rows == len(rows), f"{where}: {result}")
        checks.expect(result.available_formats == files, f"{where}: {result}")
        if "CSV" in files:
            header, found = csv_rows(content(sdk, task.id, "CSV"))
            checks.expect(header == columns, f"{where}: the header is {header}")
            checks.expect(found == rows, f"{where}: has other rows than the database: " + next(
                (f"{ours} is not {theirs}" for ours, theirs in zip(found, rows) if ours != theirs), ""))
        if "PDF" in files:
            lines = pdf_lines(content(sdk, task.id, "pdf"))
            for group in column_groups(lines, columns):
                parts = [row[group] for row in [columns] + rows]
                missing = first_missing(lines, [part for part in parts if any(part)])
                checks.expect(missing is None, f"{where}: the PDF lacks {missing}")
        for other in {"CSV", "PDF"} - set(files):
            found = sdk.failure(sdk.file, task.id, other)
            checks.expect(found and found[0] == 404, f"{where}: a {other} that is not made: {found}")


def check_error(checks, where, found, status, code):
    """The published body of an error."""
    checks.expect(found is not None and found[0] == status, f"{where}: {found}")
    if found is None or found[0] != status:
        return
    body = json.loads(found[1])
    (message,) = body["messages"]
    checks.expect(
        list(body) == ["detailCode", "trackingId", "messages", "causes"] and body["causes"] == []
        and body["detailCode"] == code and re.fullmatch("[0-9a-f]{32}", body["trackingId"])
        and set(message) == {"locale", "localeOrigin", "text"} and message["locale"] == "en-US"
        and message["localeOrigin"] == "DEFAULT" and message["text"], f"{where}: {found[1]}")


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
        code = {400: "400.1 Bad Request Content", 404: "404 Not found"}[status]
        check_error(checks, f"{name} {arguments}", found, status, code)
    for token in ("x.y.z", "x"):
        nobody = sdk.other(url, token=token)
        for call, arguments in nobody.calls(unknown):
            found = nobody.failure(call, *arguments)
            checks.expect(found and found[:2] == (401, EXPIRED), f"{name}: a wrong token: {found}")
    # Whoever may only look, by its role or by its scope, and whoever may nothing.
    for who, allowed in [("reader", 2), ("scoped", 2), ("idle", 0)]:
        other = sdk.other(url, clients[who])
        for number, (call, arguments) in enumerate(other.calls(unknown)):
            found = other.failure(call, *arguments)
            if number < allowed:
                checks.expect(found is None or found[0] == 404, f"{name} {who}: {found}")
            else:
                check_error(checks, f"{name} {who}", found, 403, "403 Forbidden")


def check_runs(checks, name, sdk, url, clients):
    """Joins, and calling off."""
    with ThreadPoolExecutor(8) as pool:
        tasks = list(pool.map(lambda _: sdk.start("SEARCH_EXPORT", SLOW), range(8)))
    task = tasks[0].id
    checks.expect({other.id for other in tasks} == {task}, f"{name}: eight runs at once are not one")
    checks.expect(tasks[0].completion_status is None, f"{name}: {tasks[0]}")
    running = sdk.result(task).data
    checks.expect(running.status is None and running.available_formats == [], f"{name}: {running}")
    found = sdk.failure(sdk.file, task, "CSV")
    checks.expect(found and found[0] == 404, f"{name}: a file of a run that goes on: {found}")
    program = sdk.other(url, clients["program"])
    found = program.failure(program.cancel, task)
    checks.expect(found and found[0] == 403, f"{name}: a program calls off: {found}")
    checks.expect(sdk.cancel(task).status_code == 204, f"{name}: cancel")
    checks.expect(ended(sdk, task).status == "TERMINATED", f"{name}: {sdk.result(task).data}")
    found = sdk.failure(sdk.cancel, task)
    checks.expect(found and found[0] == 400, f"{name}: what has ended is called off: {found}")


def check_rate(checks, name, module, url, clients):
    """One caller asks too often, by several tokens at once. Another is answered all the while."""
    floods = [SDK(module, url, clients["hasty"]) for _ in range(4)]
    neighbour = SDK(module, url, clients["neighbour"])
    stop = threading.Event()

    def flood(sdk):
        answers = []
        while not stop.is_set():
            answers.append(sdk.failure(sdk.file, "0" * 32, "CSV"))
        return {answer and answer[0] for answer in answers}

    with ThreadPoolExecutor(len(floods)) as pool:
        flooding = [pool.submit(flood, sdk) for sdk in floods]
        answers = []
        for _ in range(100):
            answers.append(neighbour.failure(neighbour.result, "0" * 32))
            time.sleep(0.05)
        stop.set()
        statuses = set().union(*(one.result() for one in flooding))
    checks.expect(statuses == {404, 429}, f"{name}: the flood is answered {statuses}")
    checks.expect(answers == [None] * 100, f"{name}: the neighbour gets {answers}")
    # Each of the calls is refused, whichever token it comes with.
    for sdk in floods[:2]:
        for call, arguments in sdk.calls("0" * 32):
            found = None
            for _ in range(2000):
                found = sdk.failure(call, *arguments)
                if found and found[0] == 429:
                    break
            checks.expect(
                found and found[0] == 429 and found[1] == '{"message":" Rate Limit Exceeded "}' and int(found[2]["Retry-After"]) >= 1,
                f"{name}: {found}")


def check_queue(checks, name, module, url, clients):
    """One tenant has 200 reports in the queue and the first never ends. Another's are made all the same."""
    flood, neighbour = SDK(module, url, clients["ada"]), SDK(module, url, clients["neighbour"])
    with ThreadPoolExecutor(8) as pool:
        tasks = list(pool.map(
            lambda number: patiently(lambda: flood.start(
                "SEARCH_EXPORT", {**SLOW, "query": f"ipAddress:10.0.0.{number}"}).id), range(200)))
    checks.expect(len(set(tasks)) == 200, f"{name}: 200 runs are {len(set(tasks))}")
    for only in (True, False, True):
        task = neighbour.start("IDENTITIES", {"correlatedOnly": only}).id
        result = ended(neighbour, task)
        checks.expect(result.status == "SUCCESS", f"{name}: the neighbour's run: {result}")
    waiting = [patiently(lambda: flood.result(task).data.status) for task in tasks]
    checks.expect(waiting == [None] * 200, f"{name}: the 200 are {set(waiting)}")
    for task in tasks:
        patiently(lambda: flood.cancel(task))


def patiently(call):
    """What a call gives, made again as long as it is one too many."""
    while True:
        try:
            return call()
        except Exception as error:
            if getattr(error, "status", None) != 429:
                raise
            time.sleep(0.2)


def check_faults(checks, name, sdk, folder):
    """The store of reports is taken away under the server, and given back."""
    task = sdk.start("IDENTITIES").id
    ended(sdk, task)
    store = sqlite3.connect(folder / "data" / "reportwire.db", timeout=60)
    with store:
        store.execute("ALTER TABLE reports RENAME TO reports_away")
    for call, arguments in sdk.calls(task):
        found = sdk.failure(call, *arguments)
        check_error(checks, f"{name}: a broken store", found, 500, "500.0 Internal Fault")
        checks.expect(
            found and "reports" not in json.loads(found[1])["messages"][0]["text"],
            f"{name}: the text of a fault tells of the store: {found}")
    with store:
        store.execute("ALTER TABLE reports_away RENAME TO reports")
    store.close()
    checks.expect(sdk.result(task).data.status == "SUCCESS", f"{name}: the store is back")


def check_command(checks, program, sdk, url, client):
    """The command's file, when nobody reads what it writes."""
    task = sdk.start("IDENTITIES").id
    ended(sdk, task)
    environment = {**os.environ, "SAIL_BASE_URL": url, "SAIL_CLIENT_ID": client[0],
                   "SAIL_CLIENT_SECRET": client[1]}
    command = [program, "sailpoint", "file", task]
    whole = subprocess.run(command, env=environment, capture_output=True)
    checks.expect(
        whole.returncode == 0 and whole.stdout == content(sdk, task, "CSV"), f"sailpoint file: {whole}")
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(command, env=environment, stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    checks.expect(
        done.returncode == 0 and done.stderr == b"", f"sailpoint file, which nobody reads: {done}")
    os.mkdir("files")
    done = subprocess.run([*command, "--output", "files"], env=environment, capture_output=True)
    checks.expect(done.returncode == 0 and len(os.listdir("files")) == 1, f"into a folder: {done}")


def check_removed(checks, name, module, url, folder, client):
    """The tokens of a client end with its line in the file."""
    sdk = SDK(module, url, client)
    checks.expect(sdk.failure(sdk.result, "0" * 32) is None, f"{name}: before its client is removed")
    path = folder / "clients.yaml"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(client[0])))
    found = None
    for _ in range(300):
        found = sdk.failure(sdk.result, "0" * 32)
        if found:
            break
        time.sleep(0.1)
    checks.expect(found and found[:2] == (401, EXPIRED), f"{name}: its client is removed: {found}")


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
        database = make_world(folder)
        tables = Tables(database)
        clients = {
            "ada": add_client(program, folder, "--user", "ada"),
            "program": add_client(program, folder),
            "reader": add_client(program, folder, "--role", "read"),
            "scoped": add_client(program, folder, "--user", "eve", "--scope", "sp:report:read"),
            "idle": add_client(program, folder, "--user", "ida", "--scope", "sp:scopes:default"),
            "hasty": add_client(program, folder, "--user", "hasty"),
            "neighbour": add_client(program, folder, "--user", "hasty", domain=OTHER),
        }
        with running(program, folder) as url:
            os.chdir(tempfile.mkdtemp(dir=name))
            token = check_tokens(checks, url, clients)
            for module in modules:
                sdk = SDK(module, url, clients["ada"])
                check_types(checks, module, sdk, tables)
                check_failures(checks, module, sdk, url, clients)
                check_runs(checks, module, sdk, url, clients)
            check_command(checks, program, sdk, url, clients["ada"])
            check_rate(checks, version, module, url, clients)
            check_queue(checks, version, module, url, clients)
            check_faults(checks, version, sdk, folder)
            check_removed(checks, version, module, url, folder, clients["reader"])
        database.close()
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

"""ZIP files with a password: asked for at every door, opened by readers that are not ours, and found nowhere
that the server writes to; also when it is killed.

    zip_passwords.py --server PROGRAM
"""

import argparse
import csv
import io
import json
import os
import pathlib
import pty
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile

import grpc
import pyzipper
from google.protobuf import json_format
from spaceone.api.report.v1 import report_pb2, report_pb2_grpc

from clients import DOMAIN, TEMPLATE, Checks, Server, expected_csv, make_world

FORMATS = ["csv.zip", "json.zip", "jsonl.zip"]
# One byte, as many as there may be, some that are not ASCII, and what shells and URLs would spoil.
PASSWORDS = ["7", "Tr0ub4dor-" * 9 + "123456789", "größe-皇帝-\U0001f511", " a&b=c%20\"'$\\ "]
SLOW = """\
name: slow
source: flights
tenant: shared
sql: WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n
"""


def read_csv(text):
    return list(csv.reader(io.StringIO(text, newline="")))


def options(password, formats):
    return {
        "carrier": "KE", "min_delay": 30, "formats": formats,
        "format_options": {name: {"password": password} for name in formats}}


class World:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.server = Server(program, folder)
        self.take_addresses()

    def take_addresses(self):
        self.ttrpc, self.grpc = self.server.address(), self.server.address("grpc")
        self.url = "http://" + self.server.address("http")

    def run(self, *arguments, **more):
        return subprocess.run(
            [self.program, *arguments, "--address", self.ttrpc, "--domain", DOMAIN], cwd=self.folder,
            capture_output=True, timeout=120, check=False, **more)

    # Each door makes a report and gives its id, or says why not.

    def by_ttrpc(self, request):
        done = self.run("call", "spaceone.api.report.v1.Report/create", "--json", "-",
                        input=json.dumps(request).encode())
        return json.loads(done.stdout)["report_id"] if done.returncode == 0 else done.stderr.decode()

    def by_grpc(self, request):
        with grpc.insecure_channel(self.grpc) as channel:
            try:
                return report_pb2_grpc.ReportStub(channel).create(
                    json_format.ParseDict(request, report_pb2.CreateReportRequest())).report_id
            except grpc.RpcError as error:
                return error.details()

    def by_rest(self, request):
        try:
            with urllib.request.urlopen(urllib.request.Request(
                    self.url + "/report/v1/reports", json.dumps(request).encode(),
                    {"Content-Type": "application/json"}), timeout=30) as answer:
                return json.load(answer)["report_id"]
        except urllib.error.HTTPError as error:
            return error.read().decode()

    def doors(self):
        return {"ttrpc": self.by_ttrpc, "grpc": self.by_grpc, "rest": self.by_rest}

    def request(self, password, formats=None, **more):
        return {"domain_id": DOMAIN, "template_id": TEMPLATE, "name": "locked",
                "template_options": options(password, formats or FORMATS)} | more

    def file(self, report, name):
        target = f"{report}.{name}"
        done = self.run("download", report, "--format", name, "--output", target)
        assert done.returncode == 0, done
        return self.folder / target

    def ended(self, report):
        done = self.run("watch", report)
        return done.returncode, json.loads(self.run("get", report, "--json").stdout)

    def holders(self, text):
        """Every file of the server's in which a text stands, as UTF-8 or as JSON escapes it."""
        forms = {text.encode(), json.dumps(text)[1:-1].encode(), text.encode("utf-16-le")}
        files = [path for path in (self.folder / "data").rglob("*") if path.is_file()]
        return [str(path) for path in [*files, self.folder / "server.log"]
                if any(form in path.read_bytes() for form in forms)]


def check_content(checks, world, rows, report, password, what):
    for name in FORMATS:
        file = world.file(report, name)
        with pyzipper.AESZipFile(file) as archive:
            entry = archive.infolist()[0]
            archive.setpassword(password.encode())
            content = archive.read(entry)
            checks.expect(
                entry.filename.endswith("." + name.split(".")[0]) and archive.testzip() is None,
                f"zip: {what} {name}: {archive.namelist()}")
        if name == "csv.zip":
            expected = read_csv(content.decode()) == read_csv(expected_csv(rows))
        elif name == "json.zip":
            expected = [tuple(row.values()) for row in json.loads(content)] == rows
        else:
            expected = [tuple(json.loads(line).values()) for line in content.splitlines()] == rows
        checks.expect(expected, f"zip: {what} {name}: {content[:200]}")
        for wrong in [password + "x", "wrong"]:
            with pyzipper.AESZipFile(file) as archive:
                archive.setpassword(wrong.encode())
                try:
                    archive.read(entry.filename)
                    checks.expect(False, f"zip: {what} {name} was opened by another password")
                except (RuntimeError, pyzipper.BadZipFile):
                    checks.expect(True, "")
        unzip = subprocess.run(["unzip", "-p", file], stdin=subprocess.DEVNULL, capture_output=True)
        checks.expect(unzip.returncode != 0 and not unzip.stdout, f"zip: {what}: {unzip}")
        seven = subprocess.run(
            ["7z", "x", "-so", "-bd", "-p" + password, file], capture_output=True,
            stdin=subprocess.DEVNULL)
        checks.expect(
            seven.returncode == 0 and seven.stdout == content, f"zip: {what} {name}: {seven.stderr}")
        verified = world.run("verify", str(file))
        checks.expect(verified.returncode == 0, f"zip: verify: {verified}")


def check_doors(checks, world, rows):
    for number, password in enumerate(PASSWORDS):
        for door, create in world.doors().items():
            report = create(world.request(password))
            code, shown = world.ended(report)
            checks.expect(code == 0, f"zip: by {door}: {shown}")
            checks.expect(
                shown["template_options"]["format_options"]
                == {name: {"encrypted": True} for name in FORMATS}, f"zip: by {door}: {shown}")
            # Of the rest one door is enough: 7-Zip counts a thousand rounds for every look.
            if number == list(world.doors()).index(door) or number > 2 and door == "rest":
                check_content(checks, world, rows, report, password, f"by {door}")
    for password in ["", "x" * 100, "ü" * 50, "a\0b"]:
        for door, create in world.doors().items():
            answer = create(world.request(password))
            checks.expect("INVALID_PARAMETER" in answer and "99 bytes" in answer
                          or "NUL" in answer, f"zip: by {door}: {answer!r}")


def check_plain(checks, world, rows):
    """Without a password every reader opens them, and the same run gives the same bytes."""
    files = []
    for _ in range(2):
        request = world.request("", formats=FORMATS)
        del request["template_options"]["format_options"]
        report = world.by_grpc(request)
        checks.expect(world.ended(report)[0] == 0, "zip: plain")
        files.append([world.file(report, name).read_bytes() for name in FORMATS])
    checks.expect(files[0] == files[1], "zip: two runs gave other bytes")
    with zipfile.ZipFile(io.BytesIO(files[0][0])) as archive:
        text = archive.read(archive.namelist()[0]).decode()
        checks.expect(
            archive.testzip() is None and read_csv(text) == read_csv(expected_csv(rows)),
            "zip: plain csv.zip")


def check_terminal(checks, world):
    """Asked on the terminal, twice, without an echo."""
    def session(answers):
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(world.folder)
            os.execv(world.program, [
                str(world.program), "create", "--template", "delayed-flights", "--option", "carrier=KE",
                "--format", "csv.zip", "--ask-zip-password", "--output", "typed.zip", "--address",
                world.ttrpc, "--domain", DOMAIN])
        seen = b""
        for answer in answers:
            prompt = b""
            while not prompt.rstrip().endswith(b":"):
                prompt += os.read(terminal, 1000)
            seen += prompt
            os.write(terminal, answer.encode() + b"\n")
        try:
            while more := os.read(terminal, 1000):
                seen += more
        except OSError:
            pass
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), seen

    code, seen = session(["typed-öne", "typed-öne"])
    checks.expect(code == 0 and b"typed" not in seen.replace(b"typed.zip", b""), f"terminal: {seen}")
    with pyzipper.AESZipFile(world.folder / "typed.zip") as archive:
        archive.setpassword("typed-öne".encode())
        checks.expect(archive.testzip() is None, "terminal: another password")
    code, seen = session(["typed-one", "typed-two"])
    checks.expect(code == 2 and b"not the same" in seen, f"terminal: {code} {seen}")


def check_traces(checks, world, passwords, when):
    for password in passwords:
        # A byte or two are everywhere.
        if len(password.encode()) > 9:
            checks.expect(world.holders(password) == [], f"{when}: {world.holders(password)} hold it")
    checks.expect(world.holders("delayed-flights") != [], f"{when}: the search finds nothing")


def check_crash(checks, world, rows):
    """Reports that wait when the server is killed have lost their passwords; a repeated create brings them."""
    running = [world.by_ttrpc({"domain_id": DOMAIN, "template_id": "slow", "name": "s"})
               for _ in range(2)]
    first = world.by_rest(world.request("lost-in-memory"))

    def keyed():
        done = world.run(
            "create", "--template", TEMPLATE, "--format", "csv.zip", "--option", "carrier=KE",
            "--idempotency-key", "k", "--zip-password-file", "-", input=b"lost-in-memory\n")
        assert done.returncode == 0, done
        return done.stdout.decode().split()[0]

    checks.expect(json.loads(world.run("get", first, "--json").stdout)["state"] == "CREATED",
                  "crash: the report does not wait")
    second = keyed()
    world.server.process.send_signal(signal.SIGKILL)
    world.server.process.wait()
    check_traces(checks, world, ["lost-in-memory"], "killed")
    world.server.ready.unlink()
    world.server = Server(world.program, world.folder)
    world.take_addresses()
    # These are claimed again first, and hold both slots of the domain.
    checks.expect(keyed() == second, "crash: the key makes another report")
    for report in running:
        world.run("cancel", report)
    code, shown = world.ended(first)
    checks.expect(
        code == 3 and shown["error"]["code"] == "WORKER_LOST"
        and "Create the report again" in shown["error"]["message"], f"crash: {shown}")
    code, shown = world.ended(second)
    checks.expect(code == 0, f"crash: what was brought again: {shown}")
    check_traces(checks, world, ["lost-in-memory"], "after a restart")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", required=True)
    arguments = parser.parse_args()
    checks = Checks()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        rows = make_world(folder)
        (folder / "templates" / "slow.yaml").write_text(SLOW)
        with open(folder / "reportwire.yaml", "a", encoding="utf-8") as config:
            config.write("log: {level: debug}\n")
        world = World(pathlib.Path(arguments.server), folder)
        try:
            check_plain(checks, world, rows)
            check_doors(checks, world, rows)
            check_terminal(checks, world)
            check_traces(checks, world, [*PASSWORDS, "typed-öne", "typed-one"], "running")
            check_crash(checks, world, rows)
        finally:
            checks.expect(world.server.stop() == 0, f"zip: no clean stop: {world.server.output()}")
        check_traces(checks, world, [*PASSWORDS, "typed-öne", "lost-in-memory"], "stopped")
    print(f"ZIP passwords: {checks.passed} passed, {checks.failed} failed")
    return checks.failed != 0


if __name__ == "__main__":
    sys.exit(main())

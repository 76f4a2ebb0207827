#!/usr/bin/env python3
"""Looks at a running server from outside, where no test inside a process can: what it says to the
system, and what it does when the disk is full.

    system.py REPORTWIRE

REPORTWIRE is the built program. Needs root, strace and mount namespaces: run.sh sees to those.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile

# Seconds that a step may take; only a hang takes so long.
PATIENCE = 120


class Failure(Exception):
    """What is not as it has to be."""


def expect(condition, message):
    if not condition:
        raise Failure(message)


class Server:
    """`reportwire serve` in a folder, and calls to it."""

    def __init__(self, program, folder, data, tracer=()):
        self.program = program
        self.folder = folder
        ready = os.path.join(folder, "ready")
        # A process of its own ends with its own mark in the log, which is read to the end.
        self.process = subprocess.Popen(
            [*tracer, program, "serve", "--data", data, "--ready-file", ready],
            cwd=folder, stderr=subprocess.PIPE, env={"PATH": os.environ["PATH"]})
        self.log = []
        signal.alarm(PATIENCE)
        for line in self.process.stderr:
            self.log.append(line.decode(errors="replace"))
            if " message=ready " in self.log[-1]:
                break
        else:
            raise Failure("the server did not start:\n" + "".join(self.log))
        with open(ready, encoding="utf-8") as file:
            self.address = json.load(file)["ttrpc"]

    def call(self, *arguments):
        """A command's exit code, its output and what it says of errors."""
        done = subprocess.run(
            [self.program, *arguments], cwd=self.folder, capture_output=True, text=True,
            timeout=PATIENCE, env={"REPORTWIRE_ADDRESS": self.address})
        return done.returncode, done.stdout.strip(), done.stderr.strip()

    def stop(self):
        """Stops it in order, and gives its whole log."""
        signal.alarm(PATIENCE)
        self.process.send_signal(signal.SIGTERM)
        self.log += [line.decode(errors="replace") for line in self.process.stderr]
        expect(self.process.wait() == 0, "the server ended in disorder:\n" + "".join(self.log))
        signal.alarm(0)
        return "".join(self.log)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()


def make_workplace(folder):
    os.mkdir(os.path.join(folder, "templates"))
    files = {
        "reportwire.yaml": "listen: {ttrpc: 127.0.0.1:0, grpc: 127.0.0.1:0, http: 127.0.0.1:0}\n"
                           "templates: ./templates\nsources:\n  s: {sqlite: ./s.db}\n",
        "templates/short.yaml": "name: short\nsource: s\ntenant: shared\nsql: SELECT 1 AS one\n",
        "templates/long.yaml":
            "name: long\nsource: s\ntenant: shared\nsql: WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
            "SELECT i + 1 FROM n WHERE i < 100000) SELECT i, hex(zeroblob(500)) AS x FROM n\n",
    }
    for name, text in files.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    subprocess.run(["sqlite3", os.path.join(folder, "s.db"), "CREATE TABLE t (x)"], check=True)


# --- What is synced, and when


class Call:
    """One call to the system, between the lines of the trace at which it began and ended."""

    def __init__(self, begin, name, arguments):
        self.begin = begin
        self.end = begin
        self.name = name
        self.arguments = arguments
        self.is_good = True

    def is_sync_of(self, suffix):
        return self.name in ("fsync", "fdatasync") and self.is_good and suffix.search(self.arguments)


def read_trace(path):
    """The calls in a trace of strace -f -y, in the order in which they began."""
    calls, under_way = [], {}
    with open(path, encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file):
            match = re.match(r"(\d+) +(?:<\.\.\. (\w+) resumed>(.*)|(\w+)\((.*))$", line.rstrip())
            if not match:
                continue
            thread, resumed, rest, name, arguments = match.groups()
            if resumed:
                call = under_way.pop(thread)
                call.arguments += rest
            else:
                call = Call(number, name, arguments)
                calls.append(call)
            if call.arguments.endswith("<unfinished ...>"):
                call.arguments = call.arguments[: -len("<unfinished ...>")]
                under_way[thread] = call
            else:
                call.end = number
                call.is_good = not re.search(r"\) += -1 ", call.arguments)
    return calls


def first(calls, what, condition):
    for call in calls:
        if condition(call):
            return call
    raise Failure("there is no " + what)


def expect_sync(calls, what, suffix, after, before):
    """Something is synced after one call has ended and before another begins."""
    expect(
        any(c.is_sync_of(suffix) and c.begin > after.end and c.end < before.begin for c in calls),
        f"{what} (between lines {after.end + 1} and {before.begin + 1} of the trace)")


def check_syncs(program, folder):
    make_workplace(folder)
    trace = os.path.join(folder, "trace")
    watched = ("fsync,fdatasync,rename,renameat,renameat2,mkdir,mkdirat,write,pwrite64,writev,"
               "sendto,sendmsg")
    # -D: the server stays this process's child, so that a signal reaches it and not strace.
    tracer = ["strace", "-D", "-f", "-y", "-s", "100000", "-e", "trace=" + watched, "-o", trace]
    server = Server(program, folder, "./data", tracer)
    code, report, error = server.call("create", "--template", "short", "--wait")
    expect(code == 0, f"the create failed: {error}")
    report = report.split()[0]
    server.stop()
    calls = read_trace(trace)

    wal = re.compile(r"^\d+<[^>]*/reportwire\.db-wal>")
    row = first(calls, "row of the report in the log of the database", lambda c: (
        c.name == "pwrite64" and wal.match(c.arguments) and report in c.arguments))
    answer = first(calls, "answer to the create", lambda c: (
        c.name in ("write", "writev", "sendto", "sendmsg") and report in c.arguments
        and re.match(r"\d+<(socket|TCP)", c.arguments)))
    expect(row.end < answer.begin, "the create is answered before it is written")
    expect_sync(calls, "the database is not synced before the create is answered", wal, row, answer)

    temporary = re.compile(rf"^\d+<[^>]*/{report}/csv-1\.csv\.tmp>")
    name = first(calls, "name for the file", lambda c: (
        c.name.startswith("rename") and "csv-1.csv.tmp" in c.arguments))
    writes = [c for c in calls if c.name == "write" and temporary.match(c.arguments)]
    expect(writes, "the file is not written")
    expect_sync(calls, "the file is not synced before it gets its name", temporary, writes[-1], name)
    finished = first(calls, "row of the file in the log of the database", lambda c: (
        c.name == "pwrite64" and wal.match(c.arguments) and f"{report}/csv-1.csv" in c.arguments))
    expect_sync(
        calls, "the folder is not synced before the row says FINISHED",
        re.compile(rf"^\d+<[^>]*/{report}>"), name, finished)
    for parent, child in [(r"/artifacts", "default"), ("/artifacts/default", report),
                          ("/data", "artifacts")]:
        made = first(calls, f"folder {child}", lambda c, child=child: (
            c.name.startswith("mkdir") and c.is_good and re.search(rf'[/"]{child}"', c.arguments)))
        expect_sync(
            calls, f"the folder of {child} is not synced before the row says FINISHED",
            re.compile(rf"^\d+<[^>]*{parent}>"), made, finished)


# --- A full disk


def check_full_disk(program, folder):
    make_workplace(folder)
    data = os.path.join(folder, "data")
    os.mkdir(data)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", data], check=True)
    server = Server(program, folder, data)
    code, kept, error = server.call("create", "--template", "short")
    expect(code == 0, f"the create failed: {error}")
    code, _, error = server.call("watch", kept)

    # A file too large for the disk fails its report, and the server goes on.
    code, output, error = server.call("create", "--template", "long", "--wait")
    expect(code != 0 and "STORAGE_ERROR" in output + error,
           f"a report too large for the disk: {code} {output} {error}")

    # With no room at all, a create is refused with advice and without a path.
    filler = os.path.join(data, "fill")
    with open(filler, "wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                pass
    acknowledged = [kept]
    for _ in range(200):
        code, output, error = server.call("create", "--template", "short")
        if code != 0:
            break
        acknowledged.append(output)
    expect(code != 0, "200 creates fit on a full disk")
    expect("its disk is full" in error, f"the answer does not tell of the disk: {error}")
    expect(data not in error, f"the answer tells a path: {error}")
    expect("is it running" not in error, f"the answer sends people the wrong way: {error}")

    # Killed on the full disk, and started again once there is room: nothing is lost.
    server.process.kill()
    log = "".join(server.log) + server.process.stderr.read().decode(errors="replace")
    server.process.wait()
    expect("database or disk is full" in log, "the cause is in no log:\n" + log)
    os.remove(filler)
    server = Server(program, folder, data)
    for report in acknowledged:
        server.call("watch", report)
        code, output, error = server.call("get", report)
        expect("FINISHED" in output, f"{report} was acknowledged, and is: {code} {output} {error}")
    server.stop()


def main():
    program = os.path.abspath(sys.argv[1])
    failed = 0
    for check in (check_syncs, check_full_disk):
        with tempfile.TemporaryDirectory() as folder:
            try:
                check(program, os.path.realpath(folder))
                print(f"passed  {check.__name__}")
            except Failure as failure:
                failed += 1
                print(f"FAILED  {check.__name__}: {failure}")
            finally:
                subprocess.run(
                    ["umount", "-q", os.path.join(folder, "data")], stderr=subprocess.DEVNULL)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

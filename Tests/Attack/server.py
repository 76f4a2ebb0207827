"""A server of our own, in a scratch folder, and what can be seen of it from outside."""

import contextlib
import http.client
import json
import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import time
import urllib.parse

TEMPLATES = {
    "small": """
sql: SELECT :n AS n
parameters: {n: {type: integer, default: 1}}
""",
    "texts": """
sql: SELECT length(:s) AS n, json_array_length(:l) AS items
parameters: {s: {type: string}, l: {type: string_list}}
""",
    # Counts for about as long as the server lets it.
    "slow": """
sql: |
  WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 100000000000)
  SELECT count(*) AS n FROM c WHERE n % 7 = :n
parameters: {n: {type: integer, default: 1}}
limits: {seconds: 20}
""",
    # What SailPoint's calls make; counts likewise.
    "sailpoint-search-export": """
sql: |
  WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 100000000000)
  SELECT count(*) AS n FROM c WHERE :query = 'slow'
parameters: {query: {type: string, required: true}}
limits: {seconds: 20}
""",
}


class Server:
    def __init__(self, program, folder, drain_seconds, gives_tokens=False):
        self.program, self.folder = program, pathlib.Path(folder)
        self.gives_tokens = gives_tokens
        self.drain_seconds = drain_seconds
        self.process = None

    def start(self, wait_seconds=60):
        (self.folder / "templates").mkdir(exist_ok=True)
        with contextlib.closing(sqlite3.connect(self.folder / "s.db")) as database:
            database.execute("CREATE TABLE IF NOT EXISTS t (x)")
        for name, text in TEMPLATES.items():
            identity = name if name.startswith("sailpoint-") else f"template-{name}"
            (self.folder / "templates" / f"{name}.yaml").write_text(
                f"name: {name}\ntemplate_id: {identity}\nsource: s\ntenant: shared\n"
                "formats: [csv]\n" + text.lstrip())
        (self.folder / "reportwire.yaml").write_text(
            "data: ./data\nlisten: {ttrpc: 127.0.0.1:0, grpc: 127.0.0.1:0, http: 127.0.0.1:0}\n"
            "templates: ./templates\nsources:\n  s: {sqlite: ./s.db}\n"
            f"limits: {{drain_seconds: {self.drain_seconds}}}\n"
            + ("oauth: {clients: ./clients.yaml}\n" if self.gives_tokens else ""))
        ready = self.folder / "ready.json"
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [self.program, "serve", "--config", str(self.folder / "reportwire.yaml"),
                 "--ready-file", str(ready)],
                cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        end = time.monotonic() + wait_seconds
        while not ready.exists():
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("the server did not start:\n" + self.log_end())
            time.sleep(0.05)
        addresses = json.loads(ready.read_text())
        self.ttrpc, self.http = addresses["ttrpc"], addresses["http"]
        self.grpc = addresses["grpc"]

    def add_client(self, domain):
        """(id, secret) of a new client."""
        done = subprocess.run(
            [self.program, "client", "add", "--file", self.folder / "clients.yaml", "--domain", domain],
            capture_output=True, text=True, check=True)
        return [line.split(": ")[1] for line in done.stdout.splitlines()]

    def token(self, client, seconds=30):
        """(status of HTTP, token) for a client's secret."""
        host, port = self.http.rsplit(":", 1)
        connection = http.client.HTTPConnection(host, int(port), timeout=seconds)
        form = urllib.parse.urlencode(
            {"grant_type": "client_credentials", "client_id": client[0], "client_secret": client[1]})
        with contextlib.closing(connection):
            connection.request(
                "POST", "/oauth/token", form, {"Content-Type": "application/x-www-form-urlencoded"})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read()).get("access_token")

    def log_end(self, lines=8):
        text = (self.folder / "log").read_text(errors="replace")
        return "\n".join(line[:300] for line in text.splitlines()[-lines:])

    @property
    def is_running(self):
        return self.process.poll() is None

    def memory_mib(self, key="VmHWM"):
        with contextlib.suppress(OSError):
            status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
            if found := re.search(rf"{key}:\s+(\d+) kB", status):
                return int(found[1]) / 1024
        return 0.0

    def forget_peak(self):
        """VmHWM begins anew, so that each attack has its own."""
        with contextlib.suppress(OSError):
            pathlib.Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def check(self, seconds, source=None):
        """How long GET /check took; raises if it was not answered in time."""
        host, port = self.http.rsplit(":", 1)
        start = time.monotonic()
        connection = http.client.HTTPConnection(
            host, int(port), timeout=seconds, source_address=(source, 0) if source else None)
        with contextlib.closing(connection):
            connection.request("GET", "/check")
            answer = connection.getresponse()
            said = answer.read(200).decode("utf-8", "replace")
            if answer.status != 200:
                raise RuntimeError(f"{answer.status} {said}")
        return time.monotonic() - start

    def stop(self, seconds):
        """Sends SIGTERM; (seconds it took, exit code or None if it had to be killed)."""
        start = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            code = None
        return time.monotonic() - start, code

    def kill(self):
        if self.process is not None and self.is_running:
            self.process.kill()
            self.process.wait()


def raise_file_limit():
    import resource
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard if hard != resource.RLIM_INFINITY else os.sysconf("SC_OPEN_MAX")

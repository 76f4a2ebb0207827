"""Attacks a server of our own while another tenant works beside it. See scripts/attack --help."""

import argparse
import os
import pathlib
import queue
import shutil
import sys
import tempfile
import threading
import time

import assaults
from schema import Schema
from server import Server, raise_file_limit
from victim import Victim, missing

HELP = """Starts a server in a scratch folder and attacks it, one way after the other, while a tenant of another
domain works beside: create, get, list and inspect over a connection of its own. Then the same on a server
that gives tokens. Prints a table and ends
with 1 if a promise was broken, saying which.

What is looked at, beside each attack:
  p99, worst   how long the tenant's calls took; one that failed breaks the promise. The p99 of fewer
               than 100 calls is one call, and judged as the worst is
  run          how long a small report of the tenant took until it was finished
  check        how long GET /check took
  MiB          the most memory that the server had
and at the end: whether every report that the server said it made is there, also after a restart; whether
SIGTERM in the middle of attacks ends it in order within the drain and ten seconds; whether half a frame
and half a request of the beginning were closed; whether a line of the log is longer than it may be.
"""


def arguments():
    parser = argparse.ArgumentParser(
        prog="scripts/attack", description=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="for all attacks together (60)")
    parser.add_argument("--seed", type=int, default=0, help="of what is drawn at random (by the clock)")
    parser.add_argument("--only", action="append", choices=list(assaults.ATTACKS), metavar="ATTACK",
                        help="one attack, may be given again: " + ", ".join(assaults.ATTACKS))
    parser.add_argument("--p99-ms", type=float, default=50, help="of the tenant's calls (50)")
    parser.add_argument("--worst-ms", type=float, default=500, help="of one of them (500)")
    parser.add_argument("--run-seconds", type=float, default=5, help="for a small report (5)")
    parser.add_argument("--check-ms", type=float, default=500, help="for GET /check (500)")
    parser.add_argument("--late-seconds", type=float, default=1,
                        help="that a query may go on after its deadline (1)")
    parser.add_argument("--memory-mib", type=float, default=640,
                        help="of the server: 512 for connections, the rest its own (640)")
    parser.add_argument("--stop-seconds", type=float, default=10,
                        help="that SIGTERM may take beyond the drain (10)")
    parser.add_argument("--half-seconds", type=float, default=35,
                        help="after which half a frame or request is closed; 30 and a little (35)")
    parser.add_argument("--log-bytes", type=int, default=2048, help="of one line of the log (2048)")
    parser.add_argument("--slack", type=float, default=0,
                        help="what times are multiplied by: a build for debugging on a busy machine is "
                        "slower (10 for a build for debugging, else 1)")
    parser.add_argument("--keep", action="store_true", help="keep the server's folder and say where it is")
    return parser.parse_args()


class Run:
    def __init__(self, options, server, schema):
        self.options, self.server, self.schema = options, server, schema
        self.broken = []
        self.accepted = set()
        slack = options.slack
        self.p99, self.worst = options.p99_ms * slack / 1e3, options.worst_ms * slack / 1e3
        self.check, self.late = options.check_ms * slack / 1e3, options.late_seconds * slack
        self.run_seconds = options.run_seconds * slack

    def break_promise(self, where, what):
        self.broken.append(f"{where}: {what}")

    def attack(self, name, seconds, victim):
        """One attack, or none, with the tenant and GET /check looked at beside it."""
        server = self.server
        server.forget_peak()
        before = server.memory_mib("VmRSS")
        told = process = None
        if name in assaults.ATTACKS:
            process, told = assaults.start(
                name, server.ttrpc, server.http, server.grpc, self.options.seed, seconds,
                self.schema)
        end = time.monotonic() + seconds
        check, refused, notes, slowest, late = 0.0, [], [], (0.0, ""), 0.0
        heard = {"note": notes.append, "accepted": self.accepted.add}
        while time.monotonic() < end or (process and process.is_alive() and time.monotonic() < end + 3):
            try:
                check = max(check, server.check(max(2.0, self.check)))
            except (OSError, RuntimeError) as error:
                refused.append(f"{type(error).__name__} {error}"[:120])
            if not server.is_running:
                break
            if told:
                slowest, late = _drain(told, heard, slowest, late)
            time.sleep(0.1)
        if process:
            process.kill()
            process.join()
            slowest, late = _drain(told, heard, slowest, late)
        if not server.is_running:
            raise RuntimeError(f"{name}: the server is gone:\n{server.log_end()}")
        sample = victim.look()
        if refused:
            self.break_promise(name, f"GET /check failed {len(refused)} times: {refused[0]}")
        self.judge(name, sample, check, late, slowest, before)
        return notes, slowest

    def settle(self, victim, seconds=20.0):
        """Waits until the tenant is served as without an attack, so that the next one is measured alone;
        seconds it took."""
        begun = time.monotonic()
        while self.server.is_running:
            took = time.monotonic() - begun
            sample = victim.look()
            if sample.seconds and not sample.failures and sample.percentile(0.9) <= self.p99:
                return took
            if took > seconds:
                return took
            time.sleep(0.3)
        return time.monotonic() - begun

    def judge(self, name, sample, check, late, slowest, before):
        p99, memory = sample.percentile(0.99), self.server.memory_mib()
        runs = max(sample.runs + [sample.oldest_run])
        print(f"{name:13} {len(sample.seconds):6} {sample.percentile(0.5) * 1e3:8.1f} {p99 * 1e3:9.1f} "
              f"{sample.worst[0] * 1e3:9.1f} {len(sample.failures):6} {runs:7.1f} {check * 1e3:8.0f} "
              f"{memory:7.0f}", flush=True)
        if not sample.seconds:
            self.break_promise(name, "the tenant got no call through")
        if sample.failures:
            self.break_promise(
                name, f"{len(sample.failures)} calls of the tenant failed: {sample.failures[0]}")
        # Of fewer calls the slowest is more than a hundredth: it is looked at as the worst.
        if len(sample.seconds) >= 100 and p99 > self.p99:
            self.break_promise(name, f"p99 {p99 * 1e3:.0f} ms > {self.p99 * 1e3:.0f} ms")
        if sample.worst[0] > self.worst:
            self.break_promise(
                name, f"a {sample.worst[1]} of {sample.worst[0] * 1e3:.0f} ms > {self.worst * 1e3:.0f} ms")
        if runs > self.run_seconds:
            self.break_promise(name, f"a small report took {runs:.1f} s > {self.run_seconds:.0f} s")
        if check > self.check:
            self.break_promise(name, f"GET /check took {check * 1e3:.0f} ms > {self.check * 1e3:.0f} ms")
        # What an attack before has left is that one's.
        if memory > max(self.options.memory_mib, before + 16):
            self.break_promise(name, f"{memory:.0f} MiB > {self.options.memory_mib:.0f} MiB")
        if late > self.late:
            self.break_promise(
                name, f"a query went on for {late:.1f} s after its deadline (or after 10 s): {slowest[1]}")

    def look_at_halves(self, halves, seconds):
        """What is half sent is closed after a while: of no use if not so much time went by."""
        waited = time.monotonic() - halves[0][2]
        if waited < seconds * min(self.options.slack, 2):
            return
        for name, peer, _ in halves:
            if not assaults.is_closed(peer):
                self.break_promise("afterwards", f"{name} was still open after {waited:.0f} s")
            peer.close()

    def look_at_log(self):
        longest = max((self.server.folder / "log").read_bytes().split(b"\n"), key=len)
        if len(longest) > self.options.log_bytes:
            self.break_promise(
                "log", f"a line of {len(longest)} bytes > {self.options.log_bytes}: {longest[:100]!r}")

    def find(self, where, mine):
        for reports, domain in ((mine, b"domain-victim000000"), (self.accepted, assaults.DOMAIN)):
            gone = missing(self.server.ttrpc, sorted(reports)[:3000], domain)
            if gone:
                self.break_promise(where, f"{len(gone)} accepted reports are gone, such as {gone[0]}")

    def stop(self, attacked):
        """SIGTERM, in the middle of attacks or not."""
        processes = []
        if attacked:
            for name in ("half-frames", "unread", "slow-runs", "http-half", "patterns", "grpc-unread"):
                processes.append(assaults.start(
                    name, self.server.ttrpc, self.server.http, self.server.grpc, self.options.seed, 120,
                    self.schema)[0])
            time.sleep(3)
        allowed = self.server.drain_seconds + self.options.stop_seconds
        took, code = self.server.stop(allowed + 30)
        for process in processes:
            process.kill()
            process.join()
        where = "SIGTERM under attack" if attacked else "SIGTERM"
        print(f"{where}: {took:.1f} s of {allowed:.0f}, exit code {code}", flush=True)
        if code != 0:
            self.break_promise(where, f"exit code {code}\n{self.server.log_end()}")
        if took > allowed:
            self.break_promise(where, f"{took:.1f} s > {allowed:.0f} s")


def _drain(told, heard, slowest, late):
    """What an attack has told since, sorted."""
    while True:
        try:
            kind, value = told.get_nowait()
        except queue.Empty:
            return slowest, late
        if kind == "slowest":
            slowest = max(slowest, value)
        elif kind == "late":
            late = max(late, value)
        else:
            heard[kind](value)


def assault(run, names):
    """All attacks, then what is left of what was accepted."""
    options, server = run.options, run.server
    server.start()
    victim = Victim(server.ttrpc)
    remarks = []
    print(f"seed {options.seed}, {options.seconds:.0f} s, times x {options.slack:g}")
    print(f"{'attack':13} {'calls':>6} {'p50 ms':>8} {'p99 ms':>9} {'worst ms':>9} {'failed':>6} "
          f"{'run s':>7} {'check ms':>8} {'MiB':>7}", flush=True)
    halves = assaults.halves(server.ttrpc, server.http, server.grpc)
    run.attack("none", 2.0, victim)
    # The one with most to try gets as much time as four others.
    shares = {name: 4 if name == "every-field" else 1 for name in names}
    for name in names:
        seconds = options.seconds * shares[name] / sum(shares.values())
        notes, slowest = run.attack(name, seconds, victim)
        if slowest[1]:
            notes.append(f"slowest: {slowest[0]:.2f} s {slowest[1]}")
        settled = run.settle(victim)
        if settled > 2:
            notes.append(f"the tenant was served as before {settled:.0f} s after the attack")
        if settled > run.run_seconds + 5:
            run.break_promise(name, f"{settled:.0f} s after the attack the tenant still waits")
        remarks += [f"  {name}: {note}" for note in notes]
        if not server.is_running:
            break
    print("\n".join(remarks))
    run.look_at_halves(halves, options.half_seconds)
    mine = victim.stop()
    run.find("afterwards", mine)
    print(f"accepted: {len(mine)} of the tenant, {len(run.accepted)} of the attacker", flush=True)
    run.stop(attacked=True)
    (server.folder / "ready.json").unlink(missing_ok=True)
    server.start()
    run.find("after a restart", mine)
    run.stop(attacked=False)
    run.look_at_log()


def assault_tokens(run, names):
    """The attacks on a server that gives tokens, beside a tenant that has one and asks for more."""
    server = run.server
    client = server.add_client("domain-victim000000")
    server.start()
    token = server.token(client)[1]
    victim = Victim(server.ttrpc, token)
    print("a server that gives tokens:", flush=True)
    run.attack("none", 2.0, victim)
    for name in names:
        given, stop = [], threading.Event()

        def ask():
            while not stop.is_set():
                given.append(server.token(client)[0])
                time.sleep(0.5)

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        notes, _ = run.attack(name, max(run.options.seconds / 6, 10), victim)
        stop.set()
        asking.join()
        # Whoever has the right secret may have to ask again, as every 503 says, and is never locked out.
        notes.append(f"the tenant was given {given.count(200)} tokens of {len(given)} that it asked for")
        if not given.count(200) or set(given) - {200, 503}:
            run.break_promise(name, f"the tenant's requests for tokens were answered {given}")
        print("\n".join(f"  {name}: {note}" for note in notes))
        if server.token(client)[0] != 200:
            run.break_promise(name, "the tenant gets no token afterwards")
    mine = victim.stop()
    gone = missing(server.ttrpc, sorted(mine)[:3000], token=token)
    if gone:
        run.break_promise("afterwards", f"{len(gone)} accepted reports are gone, such as {gone[0]}")
    run.stop(attacked=False)
    run.look_at_log()


def main():
    options = arguments()
    root = pathlib.Path(__file__).resolve().parents[2]
    program = os.environ.get("REPORTWIRE_BIN") or str(root / ".build/debug/reportwire")
    if not os.access(program, os.X_OK):
        sys.exit(f"attack: there is no {program}: build it, or name another in REPORTWIRE_BIN")
    options.seed = options.seed or int(time.time())
    options.slack = options.slack or (10 if "/debug/" in program else 1)
    raise_file_limit()
    folder = tempfile.mkdtemp(prefix="reportwire-attack-")
    names = options.only or list(assaults.ATTACKS)
    others = [name for name in names if name not in assaults.OF_TOKENS]
    of_tokens = [name for name in names if name in assaults.OF_TOKENS]
    schema = Schema(root)
    broken = []
    for chosen, work, gives_tokens in [(others, assault, False), (of_tokens, assault_tokens, True)]:
        if not chosen:
            continue
        own = pathlib.Path(folder, "tokens" if gives_tokens else "open")
        own.mkdir(mode=0o700)
        server = Server(os.path.abspath(program), own, drain_seconds=5, gives_tokens=gives_tokens)
        run = Run(options, server, schema)
        try:
            work(run, chosen)
        except RuntimeError as error:
            run.break_promise("server", str(error))
        finally:
            server.kill()
            broken += run.broken
    if options.keep:
        print(f"the servers' folder: {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    for line in broken:
        print(f"BROKEN {line}")
    print("attack: " + (f"{len(broken)} promises broken" if broken else "every promise kept"))
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()

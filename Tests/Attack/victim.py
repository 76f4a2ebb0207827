"""Another tenant, who only wants to work: measured beside each attack, in a process of its own."""

import contextlib
import multiprocessing
import time

from wire import Caller, Status, field, fields, number_field, text

REPORT = "spaceone.api.report.v1.Report"
CONTROL = "reportwire.v1.ReportControl"
DOMAIN = b"domain-victim000000"
FINISHED = 5
CALL_SECONDS = 30.0
"""After so long the victim gives a call up."""


class Sample:
    """What the victim saw between two looks: seconds by call, failures, runs."""

    def __init__(self):
        self.seconds = []
        self.worst = (0.0, "")
        self.failures = []
        self.runs = []
        self.oldest_run = 0.0

    def add(self, name, seconds):
        self.seconds.append(seconds)
        if seconds > self.worst[0]:
            self.worst = (seconds, name)

    def percentile(self, share):
        """Seconds; 0 if there was no call."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


class Victim:
    """`look` gives what happened since the last look; `accepted` is every report that was made."""

    def __init__(self, address, token=None):
        self._here, there = multiprocessing.Pipe()
        self._process = multiprocessing.Process(target=_work, args=(address, token, there), daemon=True)
        self._process.start()
        there.close()

    def look(self):
        self._here.send("look")
        if not self._here.poll(4 * CALL_SECONDS):
            raise RuntimeError("the victim no longer answers")
        return self._here.recv()

    def stop(self):
        """The ids of all reports that the server said it made."""
        self._here.send("stop")
        accepted = self._here.recv() if self._here.poll(4 * CALL_SECONDS) else []
        self._process.join(5)
        self._process.kill()
        return accepted


def _work(address, token, pipe):
    state = _State(address, token)
    while True:
        if pipe.poll():
            if pipe.recv() == "stop":
                pipe.send(state.accepted)
                return
            pipe.send(state.cut())
        state.turn()
        time.sleep(0.005)


class _State:
    def __init__(self, address, token):
        self.address, self.token = address, token
        self.caller = None
        self.sample = Sample()
        self.accepted = []
        self.waiting = {}
        self.turns = 0

    def cut(self):
        sample, self.sample = self.sample, Sample()
        sample.oldest_run = max((time.monotonic() - at for at in self.waiting.values()), default=0.0)
        return sample

    def turn(self):
        self.turns += 1
        # A connection of its own now and then: whoever holds all of them is felt.
        if self.turns % 50 == 0 and self.caller is not None:
            self.caller.close()
            self.caller = None
        if self.turns % 10 == 1:
            made = self.call(REPORT, "create", field(1, DOMAIN) + field(2, b"template-small") +
                             field(3, b"victim %d" % self.turns))
            if made is not None:
                report = text(made, 2)
                self.accepted.append(report)
                self.waiting[report] = time.monotonic()
        if not self.accepted:
            return
        # The oldest that still waits, else the newest.
        report = next(iter(self.waiting), self.accepted[-1])
        got = self.call(REPORT, "get", field(1, DOMAIN) + field(2, report.encode()))
        if got is not None and got.get(7, [0])[-1] == FINISHED and report in self.waiting:
            self.sample.runs.append(time.monotonic() - self.waiting.pop(report))
        if self.turns % 3 == 0:
            self.call(REPORT, "list", field(1, DOMAIN) + field(2, field(4, number_field(2, 10))))
        if self.turns % 7 == 0:
            self.call(CONTROL, "inspect", field(1, DOMAIN) + field(2, report.encode()))

    def call(self, service, method, payload):
        """The answer, or nil and a failure in the sample."""
        start = time.monotonic()
        try:
            if self.caller is None:
                self.caller = Caller(self.address, seconds=CALL_SECONDS, token=self.token)
            answer = self.caller.call(service, method, payload)
        except Status as status:
            answer = None
            self.sample.failures.append(f"{method}: {status}"[:200])
        except OSError as error:
            answer = None
            self.sample.failures.append(f"{method}: {type(error).__name__} {error}"[:200])
            if self.caller is not None:
                with contextlib.suppress(OSError):
                    self.caller.close()
            self.caller = None
            time.sleep(0.05)
        self.sample.add(method, time.monotonic() - start)
        return answer


def missing(address, reports, domain=DOMAIN, token=None):
    """Those of the reports that the server no longer knows."""
    caller = Caller(address, seconds=CALL_SECONDS, token=token)
    gone = []
    for report in reports:
        try:
            caller.call(REPORT, "get", field(1, domain) + field(2, report.encode()) +
                        field(3, b"report_id"))
        except Status as status:
            gone.append(f"{report}: {status}")
    caller.close()
    return gone

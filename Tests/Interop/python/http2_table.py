"""Frames of HTTP/2 as RFC 9113 and header blocks as RFC 7541 want them, and as they do not: the server must answer as
these demand. nghttp2's own server is asked the same: no case may fail that passes there, nor without an explanation.

    http2_table.py --server PROGRAM --nghttpd PROGRAM
"""

import argparse
import collections
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile
import time

import hpack

from clients import Checks, Server, make_world

DATA, HEADERS, PRIORITY, RST, SETTINGS, PUSH, PING, GOAWAY, WINDOW, CONTINUATION = range(10)
END_STREAM = ACK = 1
END_HEADERS, PADDED, WITH_PRIORITY = 4, 8, 32
NO_ERROR, PROTOCOL, INTERNAL, FLOW, TIMEOUT, CLOSED, SIZE, REFUSED, CANCEL, COMPRESSION = range(10)

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
# The last request of each case: whoever answers it has borne with the rest.
PROBE = 2001
PROBE_PING = b"probe..."
SECONDS = 10
# How long nothing may happen on a stream that has to be reset.
QUIET_SECONDS = 1

# What RFC 9113 demands. A stream error may be treated as one of the connection (5.4.2), and a connection may be
# closed without saying why.
Wanted = collections.namedtuple("Wanted", "kind codes")
Case = collections.namedtuple("Case", "section name act wanted")
OK = Wanted("answer", ())
IGNORED = Wanted("ignore", ())


def connection_error(*codes):
    return Wanted("connection", codes)


def stream_error(*codes):
    return Wanted("stream", codes)


def frame(kind, flags, stream, payload=b"", length=None):
    length = len(payload) if length is None else length
    return struct.pack(">I", length)[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def u32(number):
    return struct.pack(">I", number)


def settings(*pairs):
    return frame(SETTINGS, 0, 0, b"".join(struct.pack(">HI", *pair) for pair in pairs))


def text(value):
    """A string literal of HPACK, shorter than 127 bytes, without Huffman's code."""
    value = value if isinstance(value, bytes) else value.encode()
    return bytes([len(value)]) + value


def block(*fields):
    """Literals without an index, which leave no state behind."""
    return b"".join(b"\0" + text(name) + text(value) for name, value in fields)


# A unary call of gRPC, which any server takes for a POST.
FIELDS = [(":method", "POST"), (":scheme", "http"), (":path", "/grpc.health.v1.Health/Check"),
          (":authority", "x"), ("content-type", "application/grpc"), ("te", "trailers")]
BLOCK = block(*FIELDS)
BODY = bytes(5)


def request(stream, fields=None, body=BODY, more=()):
    return headers(stream, block(*(fields or FIELDS), *more)) + frame(DATA, END_STREAM, stream, body)


def headers(stream, data=BLOCK, flags=END_HEADERS):
    return frame(HEADERS, flags, stream, data)


def without(name):
    return [field for field in FIELDS if field[0] != name]


def changed(name, value):
    return [(key, value if key == name else old) for key, old in FIELDS]


class Connection:
    """A connection with all that came over it: per stream its frames, and what ended it."""

    def __init__(self, port, *, hello=PREFACE + settings(), receive_buffer=0):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(SECONDS)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.decoder = hpack.Decoder()
        self.streams = collections.defaultdict(list)
        self.resets, self.pings, self.acks = {}, [], 0
        self.server_settings = None
        self.ended = None
        self.buffer = b""
        self.send(hello)

    def handshake(self):
        if self.wait(lambda: self.server_settings is not None):
            self.send(frame(SETTINGS, ACK, 0))
        return self

    def send(self, data):
        try:
            self.socket.sendall(data)
        except OSError:
            pass

    def wait(self, condition, seconds=SECONDS):
        """Reads until the condition holds or the connection has ended: whether it holds."""
        end = time.monotonic() + seconds
        while not condition() and self.ended is None and time.monotonic() < end:
            self.socket.settimeout(max(end - time.monotonic(), 0.001))
            try:
                more = self.socket.recv(1 << 16)
            except TimeoutError:
                break
            except OSError:
                more = b""
            if not more:
                self.ended = (None,)
            self.buffer += more
            while len(self.buffer) >= 9 and len(self.buffer) >= 9 + int.from_bytes(self.buffer[:3], "big"):
                length = int.from_bytes(self.buffer[:3], "big")
                self.take(*self.buffer[3:5], int.from_bytes(self.buffer[5:9], "big"), self.buffer[9:9 + length])
                self.buffer = self.buffer[9 + length:]
        return condition()

    def take(self, kind, flags, stream, payload):
        if kind == SETTINGS and flags & ACK:
            self.acks += 1
        elif kind == SETTINGS:
            self.server_settings = dict(struct.iter_unpack(">HI", payload))
        elif kind == PING and flags & ACK:
            self.pings.append(payload)
        elif kind == GOAWAY and payload[4:8] != bytes(4):
            self.ended = (int.from_bytes(payload[4:8], "big"),)
        elif kind == RST:
            self.resets[stream] = int.from_bytes(payload, "big")
        elif kind == HEADERS:
            self.streams[stream].append((kind, flags, dict(self.decoder.decode(payload))))
        elif kind == DATA:
            self.streams[stream].append((kind, flags, payload))

    def is_answered(self, stream):
        return any(flags & END_STREAM for _, flags, _ in self.streams[stream])

    def data(self, stream):
        return b"".join(payload for kind, _, payload in self.streams[stream] if kind == DATA)

    def fields(self, stream):
        found = {}
        for kind, _, payload in self.streams[stream]:
            if kind == HEADERS:
                found |= payload
        return found


def answered(connection, stream=1):
    """Sends a request, and waits for all of its answer."""
    connection.send(request(stream))
    connection.wait(lambda: connection.is_answered(stream))


def held(connection, stream=1):
    """Has a request wait for its answer's room, so that its stream stays half closed."""
    connection.send(settings((4, 0)) + request(stream))
    connection.wait(lambda: connection.streams[stream])


def after(begin, data):
    def act(connection):
        begin(connection)
        connection.send(data)
    return act


def too_many_streams(connection):
    most = connection.server_settings.get(3, 100)
    connection.send(b"".join(headers(2 * index + 1) for index in range(most + 1)))
    last = 2 * most + 1
    connection.wait(lambda: last in connection.resets)
    if last in connection.resets:
        connection.resets[1] = connection.resets[last]
    # Room for the probe.
    connection.send(b"".join(frame(RST, 0, 2 * index + 1, u32(CANCEL)) for index in range(most)))


def answer_in_pieces(connection):
    """The peer's windows hold the answer back: a byte, then all."""
    connection.send(settings((4, 1)) + request(1))
    connection.wait(lambda: connection.data(1))
    connection.send(frame(PING, 0, 0, b"piece..."))
    connection.wait(lambda: b"piece..." in connection.pings)
    if len(connection.data(1)) != 1:
        connection.resets[1] = FLOW
    connection.send(frame(WINDOW, 0, 1, u32(100_000)) + settings((4, 65_535)))


def negative_window(connection):
    """A window of -1 must grow beyond nothing before a byte is sent."""
    connection.send(settings((4, 3)) + request(1))
    connection.wait(lambda: len(connection.data(1)) >= 3)
    connection.send(settings((4, 2)) + frame(WINDOW, 0, 1, u32(2)) + frame(PING, 0, 0, b"minus..."))
    connection.wait(lambda: b"minus..." in connection.pings and len(connection.data(1)) >= 4)
    if len(connection.data(1)) != 4:
        connection.resets[1] = FLOW
    connection.send(settings((4, 65_535)))


def settings_acknowledged(connection):
    acks = connection.acks
    connection.send(settings((4, 65_535)) + settings((1, 4096)))
    if not connection.wait(lambda: connection.acks >= acks + 2):
        connection.ended = (None,)


def leaves(connection):
    """Who says that it leaves is not kept waiting: the connection ends, or goes on and answers pings."""
    connection.send(frame(GOAWAY, 0, 0, u32(0) + u32(NO_ERROR)) + frame(PING, 0, 0, b"leave..."))
    connection.wait(lambda: b"leave..." in connection.pings)
    if b"leave..." in connection.pings:
        connection.ended = (None,)


def huffman(data):
    """A request with a field whose value is said to be in Huffman's code."""
    return headers(1, BLOCK + b"\0" + text("x") + bytes([0x80 | len(data)]) + data, END_HEADERS | END_STREAM)


def fragment(data, before=b""):
    """A request with that at the end of its header block, or at its beginning."""
    return headers(1, before + BLOCK + data, END_HEADERS | END_STREAM)


def split(*pieces, stream=1, flags=0):
    """A header block in a HEADERS frame and CONTINUATION frames, the last of which ends it."""
    frames = headers(stream, pieces[0], flags)
    for index, piece in enumerate(pieces[1:], 2):
        frames += frame(CONTINUATION, END_HEADERS if index == len(pieces) else 0, stream, piece)
    return frames


END = END_HEADERS | END_STREAM
BODY_FRAME = frame(DATA, END_STREAM, 1, BODY)
COMMON = [("x-long", "y" * 100)] * 80

CASES = [Case(*row) for row in [
    # 3.4: the preface.
    ("3.4", "a preface that is none", b"PRI * HTTP/3.0\r\n\r\nSM\r\n\r\n" + settings(), Wanted("bare", ())),
    ("3.4", "HTTP/1.1", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", Wanted("bare", ())),
    ("3.4", "a preface without SETTINGS", PREFACE + frame(PING, 0, 0, PROBE_PING), Wanted("bare", ())),
    # 4.1 to 4.3: frames, their sizes, header blocks.
    ("4.1", "a frame of an unknown kind", frame(0x16, 0xFF, 0, b"x" * 40) + request(1), OK),
    ("4.1", "unknown flags", frame(PING, 0xF6, 0, bytes(8)) + request(1), OK),
    ("4.1", "the reserved bit", frame(PING, 0, 1 << 31, bytes(8)) + request(1), OK),
    ("4.2", "a DATA frame of 16,384 bytes", headers(1) + frame(
        DATA, END_STREAM, 1, b"\0" + u32(16_379) + b"\x12\xf8\x7f" + bytes(16_376)), Wanted("any answer", ())),
    ("4.2", "a DATA frame of 16,385 bytes", headers(1) + frame(DATA, END_STREAM, 1, bytes(16_385)),
     stream_error(SIZE)),
    ("4.2", "a HEADERS frame of 16,385 bytes", headers(1, BLOCK + bytes(16_385 - len(BLOCK)), END),
     connection_error(SIZE)),
    ("4.2", "a SETTINGS frame of 16,386 bytes", frame(SETTINGS, 0, 0, bytes(16_386)), connection_error(SIZE)),
    ("4.3", "a header block that is none", headers(1, b"\xff" * 40, END), connection_error(COMPRESSION)),
    ("4.3", "PRIORITY within a header block", headers(1, BLOCK, 0) + frame(PRIORITY, 0, 1, bytes(5)),
     connection_error(PROTOCOL)),
    ("4.3", "another stream's HEADERS within a header block", headers(1, BLOCK, 0) + headers(3),
     connection_error(PROTOCOL)),
    ("4.3", "PING within a header block", headers(1, BLOCK, 0) + frame(PING, 0, 0, bytes(8)),
     connection_error(PROTOCOL)),
    # 5.1: the states of a stream.
    ("5.1", "idle: DATA", frame(DATA, END_STREAM, 1, BODY), connection_error(PROTOCOL)),
    ("5.1", "idle: RST_STREAM", frame(RST, 0, 1, u32(CANCEL)), connection_error(PROTOCOL)),
    ("5.1", "idle: WINDOW_UPDATE", frame(WINDOW, 0, 1, u32(1)), connection_error(PROTOCOL)),
    ("5.1", "idle: CONTINUATION", frame(CONTINUATION, END_HEADERS, 1, BLOCK), connection_error(PROTOCOL)),
    ("5.1", "idle: PRIORITY", frame(PRIORITY, 0, 1, u32(0) + b"\x10") + request(1), OK),
    ("5.1", "half closed: DATA", after(held, BODY_FRAME), stream_error(CLOSED)),
    ("5.1", "half closed: HEADERS", after(held, headers(1, flags=END)), stream_error(CLOSED)),
    ("5.1", "half closed: CONTINUATION", after(held, frame(CONTINUATION, END_HEADERS, 1, BLOCK)),
     stream_error(CLOSED, PROTOCOL)),
    ("5.1", "half closed: WINDOW_UPDATE", after(held, frame(WINDOW, 0, 1, u32(100_000)) + settings((4, 65_535))), OK),
    ("5.1", "half closed: PRIORITY", after(held, frame(PRIORITY, 0, 1, u32(0) + b"\x10") + settings((4, 65_535))),
     OK),
    ("5.1", "closed by RST_STREAM: DATA",
     headers(1) + frame(RST, 0, 1, u32(CANCEL)) + frame(DATA, 0, 1, BODY), Wanted("stream or ignore", (CLOSED,))),
    ("5.1", "closed by RST_STREAM: HEADERS",
     headers(1) + frame(RST, 0, 1, u32(CANCEL)) + headers(1, flags=END), Wanted("stream or ignore", (CLOSED,))),
    ("5.1", "closed by RST_STREAM: CONTINUATION",
     headers(1) + frame(RST, 0, 1, u32(CANCEL)) + frame(CONTINUATION, END_HEADERS, 1, BLOCK),
     connection_error(CLOSED, PROTOCOL)),
    ("5.1", "closed: DATA", after(answered, BODY_FRAME), stream_error(CLOSED)),
    ("5.1", "closed: HEADERS", after(answered, headers(1, flags=END)), stream_error(CLOSED)),
    ("5.1", "closed: CONTINUATION", after(answered, frame(CONTINUATION, END_HEADERS, 1, BLOCK)),
     connection_error(CLOSED, PROTOCOL)),
    ("5.1", "closed: WINDOW_UPDATE", after(answered, frame(WINDOW, 0, 1, u32(1))), IGNORED),
    ("5.1", "closed: RST_STREAM", after(answered, frame(RST, 0, 1, u32(NO_ERROR))), IGNORED),
    ("5.1", "closed: PRIORITY", after(answered, frame(PRIORITY, 0, 1, u32(0) + b"\x10")), IGNORED),
    ("5.1.1", "an even number", headers(2, flags=END), connection_error(PROTOCOL)),
    ("5.1.1", "a number that was passed over", after(lambda each: answered(each, 5), headers(3, flags=END)),
     connection_error(PROTOCOL)),
    ("5.1.2", "more streams than there may be", too_many_streams, stream_error(REFUSED, PROTOCOL)),
    ("5.3", "a stream that depends on itself", headers(1, u32(1) + b"\x10" + BLOCK, END | WITH_PRIORITY),
     Wanted("any", (PROTOCOL,))),
    ("5.5", "an unknown frame within a header block", headers(1, BLOCK, 0) + frame(0x16, 0, 1, b"x"),
     connection_error(PROTOCOL)),
    # 6.1: DATA.
    ("6.1", "DATA on the connection", frame(DATA, END_STREAM, 0, BODY), connection_error(PROTOCOL)),
    ("6.1", "as much padding as there is", headers(1) + frame(DATA, END_STREAM | PADDED, 1, b"\x06" + BODY),
     connection_error(PROTOCOL)),
    ("6.1", "padding without its length", headers(1) + frame(DATA, END_STREAM | PADDED, 1),
     connection_error(PROTOCOL, SIZE)),
    ("6.1", "padding", headers(1) + frame(DATA, END_STREAM | PADDED, 1, b"\xff" + BODY + bytes(255)), OK),
    ("6.1", "a body in single bytes", headers(1) + b"".join(
        frame(DATA, 0, 1, BODY[at:at + 1]) for at in range(5)) + frame(DATA, END_STREAM, 1), OK),
    # 6.2: HEADERS.
    ("6.2", "HEADERS on the connection", headers(0, flags=END), connection_error(PROTOCOL)),
    ("6.2", "as much padding as there is", headers(1, b"\xff" + BLOCK[:100], END | PADDED),
     connection_error(PROTOCOL)),
    ("6.2", "padding", headers(1, b"\x07" + BLOCK + bytes(7), END_HEADERS | PADDED) + BODY_FRAME, OK),
    ("6.2", "padding and priority", headers(
        1, b"\x07" + u32(0) + b"\x10" + BLOCK + bytes(7), END_HEADERS | PADDED | WITH_PRIORITY) + BODY_FRAME, OK),
    ("6.2", "priority that is cut off", headers(1, u32(0), END | WITH_PRIORITY), connection_error(SIZE, PROTOCOL)),
    # 6.3 and 6.4: PRIORITY, RST_STREAM.
    ("6.3", "PRIORITY on the connection", frame(PRIORITY, 0, 0, bytes(5)), connection_error(PROTOCOL)),
    ("6.3", "PRIORITY of 4 bytes", headers(1) + frame(PRIORITY, 0, 1, bytes(4)), stream_error(SIZE)),
    ("6.4", "RST_STREAM on the connection", frame(RST, 0, 0, u32(CANCEL)), connection_error(PROTOCOL)),
    ("6.4", "RST_STREAM of 3 bytes", headers(1) + frame(RST, 0, 1, bytes(3)), connection_error(SIZE)),
    ("6.4", "RST_STREAM of 5 bytes", headers(1) + frame(RST, 0, 1, bytes(5)), connection_error(SIZE)),
    ("7", "RST_STREAM with an unknown code", headers(1) + frame(RST, 0, 1, u32(0xFF)), IGNORED),
    # 6.5: SETTINGS.
    ("6.5", "an acknowledgement with settings", frame(SETTINGS, ACK, 0, bytes(6)), connection_error(SIZE)),
    ("6.5", "SETTINGS on a stream", frame(SETTINGS, 0, 1), connection_error(PROTOCOL)),
    ("6.5", "SETTINGS of 5 bytes", frame(SETTINGS, 0, 0, bytes(5)), connection_error(SIZE)),
    ("6.5.2", "ENABLE_PUSH of 2", settings((2, 2)), connection_error(PROTOCOL)),
    ("6.5.2", "INITIAL_WINDOW_SIZE of 2^31", settings((4, 1 << 31)), connection_error(FLOW)),
    ("6.5.2", "MAX_FRAME_SIZE of 16,383", settings((5, 16_383)), connection_error(PROTOCOL)),
    ("6.5.2", "MAX_FRAME_SIZE of 2^24", settings((5, 1 << 24)), connection_error(PROTOCOL)),
    ("6.5.2", "an unknown setting", settings((0xFF, 1)) + request(1), OK),
    ("6.5.2", "a table of no bytes", settings((1, 0)) + request(1), OK),
    ("6.5.3", "settings are acknowledged", settings_acknowledged, IGNORED),
    ("6.5.3", "the last of two values counts", settings((4, 0), (4, 65_535)) + request(1), OK),
    # 6.6 to 6.8: PUSH_PROMISE, PING, GOAWAY.
    ("6.6", "PUSH_PROMISE", headers(1) + frame(PUSH, END_HEADERS, 1, u32(2) + BLOCK), connection_error(PROTOCOL)),
    ("6.7", "PING on a stream", frame(PING, 0, 1, bytes(8)), connection_error(PROTOCOL)),
    ("6.7", "PING of 7 bytes", frame(PING, 0, 0, bytes(7)), connection_error(SIZE)),
    ("6.7", "an answer to no PING", frame(PING, ACK, 0, bytes(8)), IGNORED),
    ("6.8", "GOAWAY on a stream", frame(GOAWAY, 0, 1, bytes(8)), connection_error(PROTOCOL)),
    ("6.8", "GOAWAY of 7 bytes", frame(GOAWAY, 0, 0, bytes(7)), connection_error(SIZE)),
    ("6.8", "GOAWAY", leaves, Wanted("bare", ())),
    ("6.8", "GOAWAY with a call under way", headers(1) + frame(GOAWAY, 0, 0, bytes(8)) + BODY_FRAME,
     Wanted("answer only", ())),
    # 6.9: windows.
    ("6.9", "a window that grows by nothing", frame(WINDOW, 0, 0, u32(0)), connection_error(PROTOCOL)),
    ("6.9", "a stream's window that grows by nothing", headers(1) + frame(WINDOW, 0, 1, u32(0)),
     stream_error(PROTOCOL)),
    ("6.9", "WINDOW_UPDATE of 3 bytes", frame(WINDOW, 0, 0, bytes(3)), connection_error(SIZE)),
    ("6.9.1", "a window beyond 2^31 - 1", frame(WINDOW, 0, 0, u32((1 << 31) - 1)) * 2, connection_error(FLOW)),
    ("6.9.1", "a stream's window beyond 2^31 - 1",
     headers(1) + frame(WINDOW, 0, 1, u32((1 << 31) - 1)) * 2, stream_error(FLOW)),
    ("6.9.1", "an answer in pieces", answer_in_pieces, OK),
    ("6.9.2", "a window of less than nothing", negative_window, OK),
    ("6.9.2", "a window that opens later", after(held, settings((4, 65_535))), OK),
    ("6.9.2", "settings that open a window beyond 2^31 - 1",
     after(held, frame(WINDOW, 0, 1, u32((1 << 31) - 1)) + settings((4, 65_535))), connection_error(FLOW)),
    # 6.10: CONTINUATION.
    ("6.10", "a header block in four pieces", split(
        BLOCK[:10], BLOCK[10:20], b"", BLOCK[20:]) + BODY_FRAME, OK),
    ("6.10", "CONTINUATION on the connection", headers(1, BLOCK, 0) + frame(CONTINUATION, END_HEADERS, 0),
     connection_error(PROTOCOL)),
    ("6.10", "CONTINUATION of another stream", headers(1, BLOCK, 0) + frame(CONTINUATION, END_HEADERS, 3),
     connection_error(PROTOCOL)),
    ("6.10", "CONTINUATION behind a whole header block", headers(1) + frame(CONTINUATION, END_HEADERS, 1, BLOCK),
     connection_error(PROTOCOL)),
    ("6.10", "CONTINUATION behind the last one",
     split(BLOCK[:10], BLOCK[10:]) + frame(CONTINUATION, END_HEADERS, 1, BLOCK), connection_error(PROTOCOL)),
    ("6.10", "CONTINUATION behind DATA", headers(1) + frame(DATA, 0, 1, BODY) + frame(
        CONTINUATION, END_HEADERS, 1, BLOCK), connection_error(PROTOCOL)),
    ("6.10", "DATA within a header block", headers(1, BLOCK, 0) + frame(DATA, 0, 1, BODY),
     connection_error(PROTOCOL)),
    # 8.1 to 8.3: requests.
    ("8.1", "trailers", headers(1) + frame(DATA, 0, 1, BODY) + headers(1, block(("x-end", "1")), END), OK),
    ("8.1", "a second HEADERS that ends nothing", headers(1) + frame(DATA, 0, 1, BODY) + headers(
        1, block(("x-end", "1"))), stream_error(PROTOCOL)),
    ("8.1", "trailers with a pseudo field", headers(1) + frame(DATA, 0, 1, BODY) + headers(
        1, block((":method", "POST")), END), stream_error(PROTOCOL)),
    ("8.1.1", "content-length as it is", request(1, more=[("content-length", "5")]), OK),
    ("8.1.1", "content-length of less", request(1, more=[("content-length", "4")]), stream_error(PROTOCOL)),
    ("8.1.1", "content-length of more, in several frames", headers(
        1, BLOCK + block(("content-length", "9"))) + frame(DATA, 0, 1, b"\0\0") + frame(
            DATA, END_STREAM, 1, b"\0\0\0"), stream_error(PROTOCOL)),
    ("8.1.1", "content-length without DATA", headers(1, BLOCK + block(("content-length", "5")), END),
     stream_error(PROTOCOL)),
    ("8.1.1", "content-length that is no number", request(1, more=[("content-length", "5x")]),
     stream_error(PROTOCOL)),
    ("8.1.1", "content-length twice", request(1, more=[("content-length", "5"), ("content-length", "6")]),
     stream_error(PROTOCOL)),
    ("8.2", "upper case", request(1, more=[("X-Upper", "1")]), stream_error(PROTOCOL)),
    ("8.2", "a space in a name", request(1, more=[("x y", "1")]), stream_error(PROTOCOL)),
    ("8.2", "a colon in a name", request(1, more=[("x:y", "1")]), stream_error(PROTOCOL)),
    ("8.2", "a letter beyond ASCII in a name", request(1, more=[("x\u00e4", "1")]), stream_error(PROTOCOL)),
    ("8.2", "an empty name", request(1, more=[("", "1")]), stream_error(PROTOCOL)),
    ("8.2", "NUL in a value", request(1, more=[("x", "a\0b")]), stream_error(PROTOCOL)),
    ("8.2", "a line feed in a value", request(1, more=[("x", "a\nb")]), stream_error(PROTOCOL)),
    ("8.2", "a carriage return in a value", request(1, more=[("x", "a\rb")]), stream_error(PROTOCOL)),
    ("8.2", "a space before a value", request(1, more=[("x", " a")]), stream_error(PROTOCOL)),
    ("8.2", "a tab behind a value", request(1, more=[("x", "a\t")]), stream_error(PROTOCOL)),
    ("8.2.2", "connection", request(1, more=[("connection", "close")]), stream_error(PROTOCOL)),
    ("8.2.2", "keep-alive", request(1, more=[("keep-alive", "1")]), stream_error(PROTOCOL)),
    ("8.2.2", "proxy-connection", request(1, more=[("proxy-connection", "close")]), stream_error(PROTOCOL)),
    ("8.2.2", "transfer-encoding", request(1, more=[("transfer-encoding", "chunked")]), stream_error(PROTOCOL)),
    ("8.2.2", "upgrade", request(1, more=[("upgrade", "h2c")]), stream_error(PROTOCOL)),
    ("8.2.2", "te other than trailers", request(1, changed("te", "gzip")), stream_error(PROTOCOL)),
    ("8.2.3", "cookies in crumbs", request(1, more=[("cookie", "a=1"), ("cookie", "b=2")]), OK),
    ("8.3", "an unknown pseudo field", request(1, [(":test", "1"), *FIELDS]), stream_error(PROTOCOL)),
    ("8.3", "a pseudo field of answers", request(1, [(":status", "200"), *FIELDS]), stream_error(PROTOCOL)),
    ("8.3", "a pseudo field behind a regular one", request(1, [("x", "1"), *FIELDS]), stream_error(PROTOCOL)),
    ("8.3.1", "no :method", request(1, without(":method")), stream_error(PROTOCOL)),
    ("8.3.1", "no :scheme", request(1, without(":scheme")), stream_error(PROTOCOL)),
    ("8.3.1", "no :path", request(1, without(":path")), stream_error(PROTOCOL)),
    ("8.3.1", "an empty :path", request(1, changed(":path", "")), stream_error(PROTOCOL)),
    ("8.3.1", ":method twice", request(1, [FIELDS[0], *FIELDS]), stream_error(PROTOCOL)),
    ("8.3.1", ":scheme twice", request(1, [FIELDS[1], *FIELDS]), stream_error(PROTOCOL)),
    ("8.3.1", ":path twice", request(1, [FIELDS[2], *FIELDS]), stream_error(PROTOCOL)),
    ("8.3.1", ":authority twice", request(1, [FIELDS[3], *FIELDS]), stream_error(PROTOCOL)),
    ("8.3.1", "a host in place of :authority", request(1, without(":authority"), more=[("host", "x")]), OK),
    ("8.5", "CONNECT with a :path", request(1, changed(":method", "CONNECT")), stream_error(PROTOCOL)),
    # RFC 7541.
    ("7541 2.3.3", "index 0", fragment(b"\x80"), connection_error(COMPRESSION)),
    ("7541 2.3.3", "an index beyond the table", fragment(b"\xc6"), connection_error(COMPRESSION)),
    ("7541 2.3.3", "a literal's index beyond the table", fragment(b"\x7f\x0f" + text("x")),
     connection_error(COMPRESSION)),
    ("7541 4.1", "a table larger than it may be", fragment(b"", b"\x3f\xe2\x1f"), connection_error(COMPRESSION)),
    ("7541 4.2", "a change of the table's size behind a field", fragment(b"\x20"), connection_error(COMPRESSION)),
    ("7541 4.2", "changes of the table's size before the fields",
     headers(1, b"\x20\x3f\xe1\x1f" + BLOCK) + BODY_FRAME, OK),
    ("7541 5.1", "a number of eleven bytes", fragment(b"\x7f" + b"\xff" * 10 + b"\x01"),
     connection_error(COMPRESSION)),
    ("7541 5.2", "Huffman's code for the end", huffman(b"\xff\xff\xff\xff"), connection_error(COMPRESSION)),
    ("7541 5.2", "padding of more than seven bits", huffman(b"\x1f\xff"), connection_error(COMPRESSION)),
    ("7541 5.2", "padding with zeros", huffman(b"\x18"), connection_error(COMPRESSION)),
    ("7541 5.2", "a text that is cut off", fragment(b"\0\x01x\x7f"), connection_error(COMPRESSION)),
    ("7541 6.2", "a literal without a value", fragment(b"\0\x01x"), connection_error(COMPRESSION)),
    ("7541 6.1", "fields from the table", headers(1, BLOCK + b"\x40" + text("x") + text("1")) + BODY_FRAME + headers(
        3, BLOCK + b"\xbe") + frame(DATA, END_STREAM, 3, BODY), OK),
]]

# Where the server does something else than the table wants: what nghttp2 does, and its own server so too.
EXPLAINED = {
    "5.1.1, a number that was passed over":
        "nghttp2 takes it for one of a stream that was closed, whose late frames it passes over",
    "6.9.2, settings that open a window beyond 2^31 - 1":
        "nghttp2 resets the streams whose windows are too large, and lets the others go on",
}


def is_right(wanted, connection):
    """What is wrong with what came; None if it is as wanted."""
    ended, reset = connection.ended, connection.resets.get(1)
    is_closed = ended is not None and (ended[0] is None or ended[0] in wanted.codes)
    is_probed = PROBE_PING in connection.pings and connection.is_answered(PROBE)
    answer = connection.fields(1)
    is_good = answer.get(":status") == "200" and answer.get("grpc-status", "0") == "0"
    return {
        "connection": is_closed,
        "stream": is_closed or reset in wanted.codes and is_probed,
        "stream or ignore": is_closed or is_probed and (reset is None or reset in wanted.codes),
        "ignore": is_probed,
        "answer": is_probed and reset is None and connection.is_answered(1) and (is_good or not connection.is_grpc),
        "any answer": is_probed and connection.is_answered(1),
        "answer only": connection.is_answered(1),
        "any": is_closed or is_probed,
        "bare": ended is not None,
    }[wanted.kind]


def run(case, port, is_grpc):
    """What came of a case, if it is wrong."""
    if case.wanted.kind == "bare" and isinstance(case.act, bytes):
        connection = Connection(port, hello=case.act)
    else:
        connection = Connection(port).handshake()
        if callable(case.act):
            case.act(connection)
        else:
            connection.send(case.act)
    connection.is_grpc = is_grpc
    if case.wanted.kind != "bare":
        connection.send(frame(PING, 0, 0, PROBE_PING) + request(PROBE))
    if case.wanted.kind in ("bare", "connection"):
        connection.wait(lambda: False, SECONDS if case.wanted.kind == "bare" else QUIET_SECONDS)
    elif case.wanted.kind == "answer only":
        connection.wait(lambda: connection.is_answered(1))
    else:
        connection.wait(lambda: PROBE_PING in connection.pings and connection.is_answered(PROBE))
    if case.wanted.kind in ("stream", "answer", "any answer"):
        connection.wait(lambda: 1 in connection.resets or connection.is_answered(1), QUIET_SECONDS)
    connection.socket.close()
    if is_right(case.wanted, connection):
        return None
    return (f"ended {connection.ended}, stream 1 reset {connection.resets.get(1)}, "
            f"answered {connection.fields(1) if connection.is_answered(1) else None}, "
            f"the probe answered {connection.is_answered(PROBE)}; wanted {case.wanted}")


class Nghttpd:
    """nghttp2's own server, on a port that was free a moment ago."""

    def __init__(self, program, folder):
        for _ in range(20):
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]
            self.process = subprocess.Popen(
                [program, "--no-tls", "-a", "127.0.0.1", "-d", str(folder), str(self.port)],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            end = time.monotonic() + SECONDS
            while self.process.poll() is None and time.monotonic() < end:
                try:
                    socket.create_connection(("127.0.0.1", self.port), 1).close()
                    return
                except OSError:
                    time.sleep(0.02)
            self.stop()
        raise RuntimeError("nghttpd does not start")

    def stop(self):
        self.process.kill()
        self.process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--server", required=True, type=pathlib.Path)
    parser.add_argument("--nghttpd", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    checks = Checks()
    begin = time.monotonic()
    other_failures = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_world(folder)
        server = Server(arguments.server.resolve(), folder)
        other = Nghttpd(arguments.nghttpd, folder)
        try:
            port = int(server.address("grpc").rpartition(":")[2])
            for case in CASES:
                ours = run(case, port, is_grpc=True)
                theirs = run(case, other.port, is_grpc=False)
                other_failures += theirs is not None
                what = f"{case.section}, {case.name}"
                checks.expect(
                    ours is None or theirs is not None and what in EXPLAINED, f"HTTP/2, RFC {what}: {ours}")
                if ours is not None:
                    print(f"http2: {what}: {EXPLAINED.get(what, 'not explained')}")
        finally:
            other.stop()
            status = server.stop()
        checks.expect(status == 0, f"the server ended with {status} on SIGTERM")
    print(f"http2: {len(CASES)} cases, {other_failures} of which nghttpd fails, {time.monotonic() - begin:.0f} s")
    print(f"http2: {checks.passed} passed, {checks.failed} failed")
    return checks.failed != 0


if __name__ == "__main__":
    sys.exit(main())

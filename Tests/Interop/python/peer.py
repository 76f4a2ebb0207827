"""A running InteropPeer: the project's own codec, asked over pipes."""

import resource
import struct
import subprocess


class PeerError(Exception):
    """The peer refused a payload."""


class Peer:
    """Starts the program; its address space is bounded, so that hostile input cannot make it eat
    all memory unnoticed."""

    ADDRESS_SPACE_BYTES = 4 << 30

    def __init__(self, program):
        limit = (self.ADDRESS_SPACE_BYTES, self.ADDRESS_SPACE_BYTES)
        self.process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, limit))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def _ask(self, operation, cls, payload):
        name = cls.DESCRIPTOR.full_name.encode()
        body = operation + bytes([len(name)]) + name + payload
        self.process.stdin.write(struct.pack(">I", len(body)) + body)
        self.process.stdin.flush()
        header = self.process.stdout.read(4)
        if len(header) < 4:
            raise RuntimeError(f"the peer died on {operation} {name.decode()} {payload.hex()}")
        answer = self.process.stdout.read(struct.unpack(">I", header)[0])
        if answer[:1] != b"+":
            raise PeerError(answer[1:].decode())
        return answer[1:]

    def binary(self, cls, payload):
        """Binary, read and written again."""
        return self._ask(b"b", cls, payload)

    def json(self, cls, payload):
        """Binary to JSON with lowerCamelCase names."""
        return self._ask(b"j", cls, payload).decode()

    def json_original(self, cls, payload):
        """Binary to JSON with the names of the proto file."""
        return self._ask(b"n", cls, payload).decode()

    def from_json(self, cls, text):
        """JSON to binary."""
        return self._ask(b"J", cls, text.encode())

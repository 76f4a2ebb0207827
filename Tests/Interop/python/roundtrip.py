"""Sends random messages of every type between Python protobuf and the project's codec: binary and
JSON, both ways. Then damaged bytes: both must agree on what is a message and what it says.

    roundtrip.py --peer PROGRAM [--seed N] [--messages N] [--damaged N]
"""

import argparse
import random
import re
import subprocess
import sys

from google.protobuf import json_format, text_format
from google.protobuf.message import DecodeError

import api
import check_golden
import samples
from check_golden import canonical, loads, same
from peer import Peer, PeerError


def check_message(peer, cls, message):
    data = canonical(message)
    shuffled = message.SerializeToString()
    assert peer.binary(cls, shuffled) == data, "binary differs"
    for text, original in ((peer.json(cls, shuffled), False),
                           (peer.json_original(cls, shuffled), True)):
        ours = loads(text)
        theirs = json_format.MessageToDict(message, preserving_proto_field_name=original)
        assert same(theirs, ours), f"JSON differs: {text}"
        # Not the bytes: json.loads makes 0 of -0.
        assert json_format.Parse(text, cls()) == message, (
            f"Python reads our JSON as something else: {text}")
    for original in (False, True):
        text = json_format.MessageToJson(
            message, preserving_proto_field_name=original, indent=None)
        assert peer.from_json(cls, text) == data, f"we read JSON as something else: {text}"


def damage(rng, data):
    """One to three changes: a bit, a byte, a piece cut out, doubled or put in."""
    data = bytearray(data)
    for _ in range(rng.randint(1, 3)):
        position = rng.randrange(len(data) + 1)
        length = rng.choice([1, 1, 2, 5, 20])
        kind = rng.randrange(5)
        if kind == 0 and position < len(data):
            data[position] ^= 1 << rng.randrange(8)
        elif kind == 1 and position < len(data):
            data[position] = rng.randrange(256)
        elif kind == 2:
            del data[position:position + length]
        elif kind == 3:
            data[position:position] = data[position:position + length]
        else:
            data[position:position] = rng.randbytes(length)
    return bytes(data)


def python_accepts(cls, data):
    """The message, or None. Python's is the pure implementation, which also accepts group ends with
    another number, tags that do not exist and varints of more than 64 bits; protoc decides then."""
    try:
        return cls.FromString(data)
    except (DecodeError, UnicodeDecodeError):
        return None


def protoc_accepts(cls, data):
    path = api.PROTO_FILES[cls.DESCRIPTOR.full_name]
    try:
        check_golden.protoc("decode", cls.DESCRIPTOR.full_name, path, data)
    except subprocess.CalledProcessError:
        return False
    return True


def check_damaged(peer, cls, data):
    """Whether all agree; returns whether they accepted the bytes."""
    theirs = python_accepts(cls, data)
    try:
        ours = peer.binary(cls, data)
    except PeerError as error:
        is_known = theirs is None or is_overwide(error, data)
        assert is_known or not protoc_accepts(cls, data), (
            f"others accept what we refuse: {error}: {data.hex()}")
        return False
    assert theirs is not None or protoc_accepts(cls, data), (
        f"we accept what others refuse: {data.hex()}")
    assert theirs is None or same_message(cls.FromString(ours), theirs), (
        f"both read {data.hex()} differently: {ours.hex()}")
    return True


def is_overwide(error, data):
    """A tag of more than 32 bits or five bytes, or another varint of more than 64 bits: C++ and
    Python drop the bits that are too many, Go and this project refuse them."""
    offset = re.search(r"at byte (\d+)", str(error))
    varint = re.match(rb"[\x80-\xff]{0,9}[\x00-\x7f]", data[int(offset[1]):]) if offset else None
    if not varint:
        return False
    value = sum((byte & 0x7F) << (7 * index) for index, byte in enumerate(varint[0]))
    if "tag" in str(error):
        return value >= 2**32 or len(varint[0]) > 5
    return value >= 2**64


def same_message(ours, theirs):
    """Equality, but for the number of a null: google.protobuf.NullValue is open and has one value;
    others keep other numbers, this project makes them 0."""
    if ours == theirs:
        return True
    text = re.sub(r"null_value: -?\d+", "null_value: NULL_VALUE", text_format.MessageToString(theirs))
    return text == text_format.MessageToString(ours)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--peer", required=True, help="the program InteropPeer")
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument("--messages", type=int, default=100, help="random messages of each type")
    parser.add_argument("--damaged", type=int, default=300, help="damaged messages of each type")
    options = parser.parse_args()
    passed = failed = accepted = 0
    with Peer(options.peer) as peer:
        for messages in api.load().values():
            for name, cls in messages.items():
                rng = random.Random(f"{options.seed} {name}")
                pool = []
                for _ in range(options.messages):
                    message = samples.random_message(cls, rng)
                    pool.append(canonical(message))
                    try:
                        check_message(peer, cls, message)
                        passed += 1
                    except (AssertionError, PeerError, json_format.Error) as error:
                        failed += 1
                        print(f"{name}: {error}\n  {message!s:.300}", file=sys.stderr)
                for _ in range(options.damaged):
                    try:
                        accepted += check_damaged(peer, cls, damage(rng, rng.choice(pool)))
                        passed += 1
                    except AssertionError as error:
                        failed += 1
                        print(f"{name}: {str(error):.600}", file=sys.stderr)
    if accepted == 0 or accepted == passed:
        failed += 1
        print("the damage is not of the kind that tells good from bad", file=sys.stderr)
    print(f"round trips: {passed} passed, {failed} failed (seed {options.seed})")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())

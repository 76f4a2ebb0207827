"""Hostile content for a field: what makes some decoder, store or log pay more than it was sent."""

import random

from schema import BYTES, FIXED32, FIXED64, MESSAGE, STRING, VARINTS
from wire import FRAME_BYTES_MAX, SPARE, field, number_field, tag, varint

PATTERNS = [
    "(a+)+$", "(a|a)*b", "(a|aa)+$", "((a*)*)*b", "(.*)(.*)(.*)(.*)(.*)x", "a{1,999}b",
    "(a{1,30}){1,30}b", "(.*a){20}", "^(([a-z])+.)+[A-Z]([a-z])+$", "(x+x+)+y", "[^b]*[^c]*[^d]*$",
    "(?:a?){99}a{99}", ".*.*.*.*.*.*.*=.*", "\\w+\\w+\\w+\\w+\\w+!", "(" * 200 + "a" + ")" * 200,
]


def marks(size):
    """One letter with combining marks whose order is not the canonical one."""
    pair = "\u0316\u0301".encode() if size % 2 else "\u0301\u0316".encode()
    return b"e" + pair * max(1, size // len(pair))


def repeat(unit, size):
    return unit * max(1, size // max(1, len(unit)))


class Payloads:
    def __init__(self, schema, seed):
        self.schema = schema
        self.random = random.Random(seed)

    def strategies(self, target):
        """Names for `make`."""
        kind = target.field.kind
        if kind == STRING or kind == BYTES:
            return ["long", "marks", "again", "again-marks", "nul", "not-utf8", "wrong-type", "half"]
        if kind == MESSAGE:
            names = ["pieces", "pieces-filled", "unknown-pieces", "unknown", "groups", "half", "wrong-type"]
            inner = self.schema.messages.get(target.field.type_name)
            if inner is not None and inner.name.startswith("google.protobuf."):
                names += ["deep", "keys", "same-keys", "mark-keys", "list-pieces", "empties"]
            return names
        return ["again", "packed", "largest", "endless", "wrong-type"]

    def make(self, target, strategy, size):
        """A request that is nothing but this field in this way, of about a size, inside what the
        method wants to hear before it looks further."""
        size = min(size, FRAME_BYTES_MAX - SPARE)
        content = getattr(self, "_" + strategy.replace("-", "_"))(target.field, size)
        for each in reversed(target.path[:-1]):
            content = field(each.number, content)
        return self._base(target) + content

    def _base(self, target):
        message = self.schema.messages[target.method.input]
        base = b""
        for name, value in self.required.items():
            known = message.field(name)
            if known is not None and known is not target.path[0] and known.kind == STRING:
                base += field(known.number, value.encode())
        return base

    required = {"domain_id": "domain-attacker00000"}

    # Text.

    def _long(self, each, size):
        return field(each.number, b"a" * size)

    def _marks(self, each, size):
        return field(each.number, marks(size))

    def _again(self, each, size):
        if each.kind in VARINTS:
            return repeat(number_field(each.number, 1), size)
        if each.kind in FIXED64:
            return repeat(tag(each.number, 1) + b"\1" * 8, size)
        if each.kind in FIXED32:
            return repeat(tag(each.number, 5) + b"\1" * 4, size)
        return repeat(field(each.number, b"a" * 17), size)

    def _again_marks(self, each, size):
        one = min(size, 2000)
        return repeat(field(each.number, marks(one)) + field(each.number, marks(one + 1)), size)

    def _nul(self, each, size):
        return field(each.number, b"a\0" * (min(size, 200) // 2))

    def _not_utf8(self, each, size):
        return field(each.number, b"a" * (size - 1) + b"\xff")

    # Any field.

    def _wrong_type(self, each, size):
        wrong = 5 if each.kind not in FIXED32 else 0
        unit = tag(each.number, wrong) + (b"\1" * 4 if wrong == 5 else b"\1")
        return repeat(unit, size)

    def _half(self, each, size):
        return tag(each.number, 2) + varint(size * 2) + b"a" * size

    # Numbers.

    def _packed(self, each, size):
        return repeat(field(each.number, b"\1" * 16), size)

    def _largest(self, each, size):
        return number_field(each.number, (1 << 64) - 1)

    def _endless(self, each, size):
        return tag(each.number, 0) + b"\xff" * size

    # Messages.

    def _pieces(self, each, size):
        return repeat(field(each.number, b""), size)

    def _pieces_filled(self, each, size):
        inner = self.schema.messages.get(each.type_name)
        content = b""
        for part in inner.fields if inner else []:
            if part.kind == STRING:
                content += field(part.number, b"a")
            elif part.kind == MESSAGE:
                content += field(part.number, b"")
            elif part.kind in VARINTS:
                content += number_field(part.number, 1)
        return repeat(field(each.number, content), size)

    def _unknown_pieces(self, each, size):
        return repeat(field(each.number, number_field(1001, 1)), size)

    def _unknown(self, each, size):
        return field(each.number, repeat(number_field(1001, 1), size))

    def _groups(self, each, size):
        unit = tag(1001, 3) * 60 + tag(1001, 4) * 60
        return field(each.number, repeat(unit, size))

    # google.protobuf.Struct, Value and ListValue: as the field's own type wants it.

    def _value(self, each, value):
        """A field whose content is this Value, or the list or object that a Value would hold."""
        name = each.type_name.rsplit(".", 1)[-1]
        if name == "Struct":
            return field(each.number, field(1, field(1, b"k") + field(2, value)))
        if name == "ListValue":
            return field(each.number, field(1, value))
        return field(each.number, value)

    def _object(self, each, entries):
        name = each.type_name.rsplit(".", 1)[-1]
        if name == "Struct":
            return field(each.number, entries)
        return self._value(each, field(5, entries))

    def _deep(self, each, size):
        value = b""
        for _ in range(self.random.choice([20, 45, 60])):
            value = field(6, field(1, value))
        unit = field(1, value)
        return self._value(each, field(6, repeat(unit, size)))

    def _entry(self, key):
        return field(1, field(1, key) + field(2, number_field(4, 1)))

    def _keys(self, each, size):
        entry = self._entry(b"k" * 12)
        count = size // len(entry)
        return self._object(
            each, b"".join(self._entry(b"%012x" % self.random.getrandbits(48)) for _ in range(count)))

    def _same_keys(self, each, size):
        return self._object(each, repeat(self._entry(b"k"), size))

    def _mark_keys(self, each, size):
        one = min(size, 4000)
        return self._object(each, b"".join(
            self._entry(marks(one) + b"%d" % index) for index in range(max(1, size // one))))

    def _list_pieces(self, each, size):
        piece = field(6, field(1, number_field(4, 1)))
        return self._value(each, repeat(piece, size))

    def _empties(self, each, size):
        return self._value(each, field(6, repeat(field(1, b""), size)))

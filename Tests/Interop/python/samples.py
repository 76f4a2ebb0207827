"""Makes messages: believable ones and extreme ones for the golden files, random ones for round
trips. What a field gets depends on its name and type only, so the golden files stay the same."""

import math
import random

from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor as Field

WELL_KNOWN = "google.protobuf."

TEXT = {
    "domain_id": "domain-58010aa2e451",
    "report_id": "report-0b1c5c2f9a10",
    "template_id": "template-77aa01bd9e42",
    "storage_id": "storage-000000000001",
    "storage_type_id": "storage-type-3c1d2e4f5a6b",
    "schedule_id": "sch-91fe33a0c7d2",
    "secret_id": "secret-4d5e6f708192",
    "name": "Monthly cost by project",
    "created_by": "ada@example.com",
    "storage_path": "domain-58010aa2e451/report-0b1c5c2f9a10",
    "storage_type": "local",
    "provider": "aws",
    "download_url": "http://127.0.0.1:8080/download/report-0b1c5c2f9a10?format=csv&expires=1",
    "code": "ROW_LIMIT",
    "message": "The report has more than 5000000 rows.",
    "keyword": "cost march",
    "key": "template_options.department",
    "k": "state",
    "operator": "contain_in",
    "o": "eq",
    "path": "results",
    "n": "total",
    "value": "finance",
    "v": "FINISHED",
    "date_format": "%Y-%m",
    "distinct": "template_id",
    "service": "inventory",
    "resource": "CloudService",
    "version": "1.6.1",
    "kind": "claimed",
    "worker": "worker-1",
    "title": "Delay (min)", "type": "date", "cut_by": "rows", "detail": "SCAN flights",
    "warning": "every row of flights is read",
    "format": "csv",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "media_type": "text/csv; charset=utf-8",
    "resource_id": "report-0b1c5c2f9a10",
    "subject": "ada",
    "method": "spaceone.api.report.v1.Report/create",
    "cursor": "1795422600000000000.7",
    "next_cursor": "1795422600000000000.7",
    "event_id": "audit-98eaa1c8f64f9a00-0b1c5c2f9a10",
    "caller_domain_id": "domain-58010aa2e451",
    "authentication": "token",
    "peer": "127.0.0.1:41234",
    "door": "grpc",
    "reason": "ERROR_NOT_FOUND",
    "request_id": "request-1",
    "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
}

LISTS = {
    "only": ["report_id", "state", "storage_info.name"],
    "register_templates": ["template-77aa01bd9e42", "template-1f2e3d4c5b6a"],
    "roles": ["run", "manage"],
    "kinds": ["integer", "text"],
}

STRUCTS = {
    "template_options": {"department": "finance", "min_cost": 12.5, "formats": ["csv", "json"]},
    "parameters": {"department": "finance", "limit": 100, "since": None},
    "schedule": {"cron": "0 6 * * 1", "timezone": "Asia/Seoul"},
    "options": {"bucket": "reports", "prefix": "a/b", "versioned": True},
    "tags": {"team": "platform", "owner": {"name": "Ada", "since": 2019}},
}

NUMBERS = {
    "total_count": 128, "start": 21, "limit": 10, "rows": 336776, "bytes": 31053123,
    "attempt": 2, "attempts": 3, "texts_replaced": 4, "left_out": 5,
    "expected_rows": 340000, "poll_after_milliseconds": 500, "depth": 1,
}

# No U+0000: strings of protobuf-c end there. Random messages have it.
EXTREME_TEXT = "zwölf \"quoted\" \\ \t\n보고서 \U0001f4ca \u007f end"
EXTREME_STRUCT = {
    "zero": 0, "minus_zero": -0.0, "tiny": 5e-324, "huge": 1.7976931348623157e308,
    "exact": 9007199254740991, "tenth": 0.1, "null": None, "yes": True, "no": False,
    "empty": "", "nested": {"list": [[], {}, [1, [2, [3]]]], "object": {"a": {"b": {"c": None}}}},
    "보고서": "\U0001f4ca", "Zebra": 1, "aardvark": 2,
}
EXTREME_INT = {
    Field.TYPE_INT32: [-(2**31), 2**31 - 1], Field.TYPE_INT64: [-(2**63), 2**63 - 1],
    Field.TYPE_UINT32: [1, 2**32 - 1],
}


def is_message(field):
    return field.type == Field.TYPE_MESSAGE


def is_repeated(field):
    return field.label == Field.LABEL_REPEATED


def filled(cls, oneof_member=0):
    """A message with every field set to something believable; of a oneof, the member of that
    position (the last one if there are fewer)."""
    message = cls()
    for field in cls.DESCRIPTOR.fields:
        oneof = field.containing_oneof
        if oneof and field is not oneof.fields[min(oneof_member, len(oneof.fields) - 1)]:
            continue
        fill(message, field, oneof_member)
    return message


def fill(message, field, oneof_member):
    name = field.name
    if is_message(field):
        kind = field.message_type
        target = getattr(message, name).add() if is_repeated(field) else getattr(message, name)
        if kind.full_name == WELL_KNOWN + "Struct":
            json_format.ParseDict(STRUCTS[name], target)
        elif kind.full_name == WELL_KNOWN + "Value":
            json_format.ParseDict("finance" if name == "v" else ["finance", "sales"], target)
        elif kind.full_name == WELL_KNOWN + "Timestamp":
            target.FromJsonString("2026-03-31T23:59:58.125Z")
        else:
            target.CopyFrom(filled(type(target), oneof_member))
            target.SetInParent()
            if is_repeated(field):
                getattr(message, name).add().CopyFrom(filled(type(target), 1 - oneof_member))
    elif is_repeated(field):
        getattr(message, name).extend(LISTS[name])
    elif field.type == Field.TYPE_STRING:
        setattr(message, name, TEXT[name])
    elif field.type == Field.TYPE_BOOL:
        setattr(message, name, True)
    elif field.type == Field.TYPE_ENUM:
        setattr(message, name, field.enum_type.values[-1].number)
    else:
        setattr(message, name, NUMBERS[name])


def extreme(cls, depth=0):
    """A message at the edges: long numbers, odd text, unknown enum values, empty elements."""
    message = cls()
    for index, field in enumerate(cls.DESCRIPTOR.fields):
        name = field.name
        if is_message(field):
            kind = field.message_type
            target = getattr(message, name).add() if is_repeated(field) else getattr(message, name)
            target.SetInParent()
            if kind.full_name == WELL_KNOWN + "Struct":
                json_format.ParseDict(EXTREME_STRUCT, target)
            elif kind.full_name == WELL_KNOWN + "Value":
                json_format.ParseDict({"deep": [None, EXTREME_STRUCT]}, target)
            elif kind.full_name == WELL_KNOWN + "Timestamp":
                target.FromJsonString(
                    ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z"][index % 2])
            elif depth < 2 and is_repeated(field):
                getattr(message, name).add().CopyFrom(extreme(type(target), depth + 1))
        elif is_repeated(field):
            getattr(message, name).extend(["", EXTREME_TEXT, "x" * 200])
        elif field.type == Field.TYPE_STRING:
            oneof = field.containing_oneof
            setattr(message, name, "" if oneof else EXTREME_TEXT)
        elif field.type == Field.TYPE_BOOL:
            setattr(message, name, True)
        elif field.type == Field.TYPE_ENUM:
            setattr(message, name, 99)
        else:
            setattr(message, name, EXTREME_INT[field.type][index % 2])
    return message


def random_text(rng):
    alphabet = rng.choice(["abcxyz_ .-/", "äöü€ß", "보고서日本語", "\U0001f4ca\U0001f600a", "\t\"\\\x00\x01<"])
    length = rng.choice([0, 1, 3, 7, 15, 16, 17, 40, 127, 128, 300])
    return "".join(rng.choice(alphabet) for _ in range(length))


def random_number(rng):
    return rng.choice([
        0.0, -0.0, 1.0, -1.5, 0.1, 1e100, 5e-324, float(rng.getrandbits(53)), rng.uniform(-1e6, 1e6),
        math.ldexp(rng.random(), rng.randint(-1000, 1000))])


def random_json(rng, depth):
    kinds = ["null", "number", "string", "bool"] + (["list", "object"] * 2 if depth > 0 else [])
    kind = rng.choice(kinds)
    if kind == "null":
        return None
    if kind == "number":
        return random_number(rng)
    if kind == "string":
        return random_text(rng)
    if kind == "bool":
        return rng.random() < 0.5
    if kind == "list":
        return [random_json(rng, depth - 1) for _ in range(rng.randint(0, 4))]
    return random_object(rng, depth - 1)


def random_object(rng, depth):
    count = rng.choice([0, 1, 2, 5, 20])
    return {random_text(rng)[:30]: random_json(rng, depth) for _ in range(count)}


def random_integer(rng, field):
    bits = 64 if field.type in (Field.TYPE_INT64, Field.TYPE_UINT64) else 32
    value = rng.getrandbits(rng.randint(0, bits))
    if field.type in (Field.TYPE_UINT32, Field.TYPE_UINT64):
        return value
    return value - 2**bits if value >= 2 ** (bits - 1) else value


def random_message(cls, rng, depth=3):
    """Any message of the class; each field is set or not, whatever the others are."""
    message = cls()
    for field in cls.DESCRIPTOR.fields:
        if rng.random() < 0.3:
            continue
        name = field.name
        if is_message(field):
            if is_repeated(field):
                for _ in range(rng.choice([0, 1, 2, 5]) if depth > 0 else 0):
                    element = getattr(message, name).add()
                    element.CopyFrom(random_message(type(element), rng, depth - 1))
                continue
            target = getattr(message, name)
            target.SetInParent()
            kind = field.message_type.full_name
            if kind == WELL_KNOWN + "Struct":
                json_format.ParseDict(random_object(rng, depth), target)
            elif kind == WELL_KNOWN + "Value":
                json_format.ParseDict(random_json(rng, depth), target)
            elif kind == WELL_KNOWN + "Timestamp":
                target.seconds = rng.randint(-62135596800, 253402300799)
                target.nanos = rng.choice([0, 0, 1, 500000000, 120000, 999999999])
            elif depth > 0:
                target.CopyFrom(random_message(type(target), rng, depth - 1))
                target.SetInParent()
        elif is_repeated(field):
            getattr(message, name).extend(random_text(rng) for _ in range(rng.randint(0, 4)))
        elif field.type == Field.TYPE_STRING:
            setattr(message, name, random_text(rng))
        elif field.type == Field.TYPE_BOOL:
            setattr(message, name, rng.random() < 0.5)
        elif field.type == Field.TYPE_ENUM:
            known = [value.number for value in field.enum_type.values]
            setattr(message, name, rng.choice(known + [42, 2**31 - 1, -1]))
        else:
            setattr(message, name, random_integer(rng, field))
    return message

#!/usr/bin/env python3
"""Makes the golden files with an independent implementation: protoc and Python protobuf.

Usage: generate.py          checks that the files are what would be made
       generate.py --refresh  writes them

Needs protoc (Debian: protobuf-compiler) and, in a virtual environment, protobuf==3.20.3.
"""

import json
import os
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

os.environ["PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION"] = "python"

HERE = pathlib.Path(__file__).resolve().parent


def load():
    """The Python classes of all_types.proto."""
    folder = tempfile.mkdtemp()
    subprocess.run(
        ["protoc", f"-I{HERE}", "-I/usr/include", f"--python_out={folder}", "all_types.proto"],
        check=True,
    )
    sys.path.insert(0, folder)
    import all_types_pb2

    return all_types_pb2


pb = load()

from google.protobuf import json_format, struct_pb2, timestamp_pb2  # noqa: E402

INT32 = [0, 1, -1, 127, 128, 2**31 - 1, -(2**31)]
INT64 = [0, 1, -1, 2**53 + 1, 2**63 - 1, -(2**63)]
UINT32 = [0, 1, 127, 128, 16383, 16384, 2**32 - 1]
UINT64 = [0, 1, 2**35, 2**63, 2**64 - 1]
SCALARS = {
    "double_field": [0.0, -0.0, 1.0, -1.5, 0.1, 1e300, 5e-324, float("inf"), float("-inf")],
    "float_field": [0.0, -0.0, 1.0, 0.5, 3.4028234663852886e38, float("inf")],
    "int32_field": INT32,
    "int64_field": INT64,
    "uint32_field": UINT32,
    "uint64_field": UINT64,
    "sint32_field": INT32,
    "sint64_field": INT64,
    "fixed32_field": UINT32,
    "fixed64_field": UINT64,
    "sfixed32_field": INT32,
    "sfixed64_field": INT64,
    "bool_field": [False, True],
    "string_field": [
        "", "a", "fifteen letters", "sixteen letters!", "Grüße", "日本語", "😀", "\u0000\u001f\"\\/\u007f",
        "e\u0301", "x" * 127, "y" * 128, "z" * 20000,
    ],
    "bytes_field": [b"", b"\x00", b"\xff\xfe\xfd", bytes(range(256))],
    "mood": [0, 1, 2, -1, 77, -(2**31)],
    "far": ["two-byte tag"],
    "last_of_all": [5],
}


def scalars():
    for name, values in SCALARS.items():
        for index, value in enumerate(values):
            yield f"scalars/{name}-{index}", pb.AllTypes(**{name: value})


def repeated():
    message = pb.AllTypes
    yield "repeated/int32s", message(int32s=INT32)
    yield "repeated/sint64s", message(sint64s=INT64)
    yield "repeated/fixed32s", message(fixed32s=UINT32)
    yield "repeated/doubles", message(doubles=[0.0, 1.0, -2.5])
    yield "repeated/bools", message(bools=[True, False, True])
    yield "repeated/moods", message(moods=[0, 1, -1, 99])
    yield "repeated/strings", message(strings=["", "a", "", "long enough for the heap, surely"])
    yield "repeated/blobs", message(blobs=[b"", b"\x01\x02"])
    yield "repeated/nesteds", message(nesteds=[pb.Nested(), pb.Nested(id=1), pb.Nested(name="x")])
    yield "repeated/loose_int32s", message(loose_int32s=INT32)
    yield "repeated/long_packed", message(int32s=list(range(300)))


def maps():
    yield "maps/labels", pb.AllTypes(labels={"b": "2", "a": "1", "": "", "ä": "3", "Z": ""})
    yield "maps/counts", pb.AllTypes(counts={5: 1, -5: 2, 0: 0, 2**31 - 1: -(2**63)})
    message = pb.AllTypes(weights={7: 0.5, 1: 0.0})
    message.branches[True].id = 1
    message.branches[False].SetInParent()
    yield "maps/branches_weights", message
    yield "maps/moods_by_id", pb.AllTypes(moods_by_id={2**64 - 1: -1, 1: 1, 2: 55})
    yield "maps/blobs_by_offset", pb.AllTypes(blobs_by_offset={-1: b"x", 1: b"", 0: b"\xff"})


def oneofs():
    yield "oneofs/number_zero", pb.AllTypes(number=0)
    yield "oneofs/text_empty", pb.AllTypes(text="")
    yield "oneofs/message_empty", pb.AllTypes(message=pb.Nested())
    yield "oneofs/feeling", pb.AllTypes(feeling=2)
    yield "oneofs/anything", pb.AllTypes(anything=struct_pb2.Value(string_value="x"))
    yield "oneofs/maybe_zero", pb.AllTypes(maybe_number=0, maybe_text="", maybe_mood=0)
    yield "oneofs/maybe_set", pb.AllTypes(maybe_number=-3, maybe_text="t", maybe_mood=1)


def nested():
    yield "nested/empty", pb.AllTypes(nested=pb.Nested())
    message = pb.Nested(id=1)
    for depth in range(60):
        message = pb.Nested(id=depth, child=message)
    yield "nested/deep", pb.AllTypes(nested=message)
    wide = pb.Nested(name="x" * 200)
    for index in range(20):
        wide.children.add(id=index, name="child " * index)
    yield "nested/wide", pb.AllTypes(nested=wide)


def wellknown():
    message = pb.AllTypes()
    json_format.ParseDict(
        {"b": 1, "a": "text", "nested": {"list": [1, "x", None, True, [], {}]}, "": False},
        message.object,
    )
    yield "wellknown/struct", message
    yield "wellknown/struct_empty", pb.AllTypes(object=struct_pb2.Struct())
    yield "wellknown/value_null", pb.AllTypes(value=struct_pb2.Value(null_value=0))
    yield "wellknown/value_zero", pb.AllTypes(value=struct_pb2.Value(number_value=0))
    message = pb.AllTypes()
    message.list.extend([1.5, "x", True, None])
    yield "wellknown/list", message
    times = [(0, 0), (-1, 999999999), (1700000000, 1000), (253402300799, 999999999),
             (-62135596800, 0), (951782400, 120000000)]
    for index, (seconds, nanos) in enumerate(times):
        yield f"wellknown/time-{index}", pb.AllTypes(
            time=timestamp_pb2.Timestamp(seconds=seconds, nanos=nanos))
    for index, (seconds, nanos) in enumerate(
            [(0, 0), (1, 500000000), (-1, -500000000), (0, -1), (315576000000, 0), (3, 1000)]):
        message = pb.AllTypes()
        message.duration.seconds = seconds
        message.duration.nanos = nanos
        message.duration.SetInParent()
        yield f"wellknown/duration-{index}", message
    yield "wellknown/empty", pb.AllTypes(empty={})
    message = pb.AllTypes()
    message.any.Pack(timestamp_pb2.Timestamp(seconds=1))
    yield "wellknown/any_time", message
    message = pb.AllTypes()
    message.any.Pack(pb.Nested(id=4, name="packed"))
    yield "wellknown/any_nested", message
    message = pb.AllTypes()
    for value in [None, 1.0, "s", False]:
        json_format.ParseDict(value, message.values.add()) if value is not None else (
            setattr(message.values.add(), "null_value", 0))
    message.times.add(seconds=5)
    yield "wellknown/repeated", message


def text(rng):
    alphabet = "abcXYZ 0189_-äß€日😀\"\\\n"
    return "".join(rng.choice(alphabet) for _ in range(rng.choice([0, 1, 5, 15, 16, 40])))


def value(rng, depth=0):
    kind = rng.randrange(4 if depth > 2 else 6)
    if kind == 0:
        return None
    if kind == 1:
        return rng.choice([0.0, 1.0, -17.0, 0.5, 1e100, 123456.789, rng.random()])
    if kind == 2:
        return text(rng)
    if kind == 3:
        return rng.random() < 0.5
    if kind == 4:
        return {text(rng): value(rng, depth + 1) for _ in range(rng.randrange(5))}
    return [value(rng, depth + 1) for _ in range(rng.randrange(5))]


def chaos():
    """Messages with a random choice of fields and values, the same each time."""
    rng = random.Random(20261123)
    names = [name for name in SCALARS]
    for index in range(60):
        message = pb.AllTypes()
        for name in rng.sample(names, rng.randrange(len(names))):
            setattr(message, name, rng.choice(SCALARS[name][:7]))
        message.int32s.extend(rng.randrange(-(2**31), 2**31) for _ in range(rng.randrange(20)))
        message.strings.extend(text(rng) for _ in range(rng.randrange(6)))
        message.moods.extend(rng.choice([0, 1, 2, -1]) for _ in range(rng.randrange(4)))
        for _ in range(rng.randrange(5)):
            message.nesteds.add(id=rng.randrange(100), name=text(rng))
            message.labels[text(rng)] = text(rng)
            message.counts[rng.randrange(-9, 9)] = rng.randrange(-(2**63), 2**63)
        json_format.ParseDict({text(rng): value(rng) for _ in range(rng.randrange(6))},
                              message.object)
        if rng.random() < 0.5:
            message.text = text(rng)
        yield f"random/{index:02}", message


def number(value):
    """A number as protobuf's JSON has it: the shortest digits, whole ones without a point."""
    digits = repr(value)
    return digits[:-2] if digits.endswith(".0") else digits


def dump(value):
    """JSON without spaces, members in the order given."""
    if isinstance(value, dict):
        return "{" + ",".join(
            dump_string(key) + ":" + dump(item) for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(dump(item) for item in value) + "]"
    if isinstance(value, float):
        return number(value)
    if isinstance(value, str):
        return dump_string(value)
    return json.dumps(value)


def dump_string(value):
    return json.dumps(value, ensure_ascii=False).replace("\u007f", "\\u007f")


def varint(number):
    """The shortest varint."""
    result = bytearray()
    while number > 127:
        result.append(number & 127 | 128)
        number >>= 7
    return bytes(result) + bytes([number])


def tag(number, wire):
    return varint(number << 3 | wire)


def var(number, content):
    """A varint field."""
    return tag(number, 0) + varint(content)


def field(number, *content):
    """A length-delimited field."""
    data = b"".join(item.encode() if isinstance(item, str) else item for item in content)
    return tag(number, 2) + varint(len(data)) + data


def group(number, *content):
    return tag(number, 3) + b"".join(content) + tag(number, 4)


def accepted():
    """Bytes that no encoder writes but every decoder takes, with what they mean."""
    one = struct.pack("<d", 1)
    cases = {
        "last_scalar_wins": var(3, 1) + var(3, 2),
        "last_string_wins": field(14, "a") + field(14, "b"),
        "explicit_defaults": tag(1, 1) + bytes(8) + var(3, 0) + var(13, 0) + field(14) + field(15),
        "varint_ten_bytes_for_one": tag(3, 0) + bytes.fromhex("81808080808080808000"),
        "int32_from_64_bits": tag(3, 0) + bytes.fromhex("ffffffff8f01"),
        "uint32_from_64_bits": var(5, 2**40 + 7),
        "enum_from_64_bits": var(16, 2**32 + 1),
        "bool_any_number": var(13, 300),
        "packed_as_loose": var(21, 1) + var(21, 2),
        "loose_as_packed": field(30, b"\x01\x02"),
        "packed_and_loose_mixed": field(21, b"\x01\x02") + var(3, 1) + var(21, 3) + field(21, b"\x04"),
        "packed_fixed_in_pieces": field(23, bytes(4)) + field(23, bytes(8)),
        "packed_empty": field(21),
        "messages_merge": field(17, var(1, 1)) + field(17, field(2, "n")),
        "message_children_append": field(17, field(4, var(1, 1))) + field(17, field(4, var(1, 2))),
        "oneof_last_wins": var(41, 1) + field(42, "x"),
        "oneof_message_merges": field(43, var(1, 1)) + field(43, field(2, "n")),
        "oneof_message_replaced": field(43, var(1, 1)) + field(42) + field(43, field(2, "n")),
        "map_last_wins": field(31, field(1, "a"), field(2, "1")) + field(31, field(1, "a"), field(2, "2")),
        "map_value_before_key": field(31, field(2, "1"), field(1, "a")),
        "map_without_key": field(31, field(2, "1")),
        "map_without_value": field(31, field(1, "a")),
        "map_message_without_value": field(33, var(1, 1)),
        "map_entry_empty": field(31),
        "map_value_twice": field(31, field(2, "1"), field(1, "a"), field(2, "2")),
        "map_message_last_wins": field(33, var(1, 1), field(2, var(1, 7)))
        + field(33, var(1, 1), field(2, field(2, "n"))),
        "struct_last_wins": field(61, field(1, field(1, "a"), field(2, tag(2, 1), one)),
                                  field(1, field(1, "b"), field(2, var(4, 1))),
                                  field(1, field(1, "a"), field(2, field(3, "last")))),
        "struct_unsorted": field(61, *[field(1, field(1, key), field(2, field(3, key)))
                                       for key in ["b", "ab", "a", "", "abc", "B", "\u00e4", "aa"]]),
        "struct_in_pieces": field(61, field(1, field(1, "b"), field(2, var(1, 0))))
        + field(61, field(1, field(1, "a"), field(2, var(1, 0))), field(1, field(1, "b"), field(2, var(4, 1)))),
        "fields_out_of_order": var(13, 1) + var(3, 1),
        "unknown_varint": var(1001, 7) + var(3, 1),
        "unknown_all_types": tag(1001, 1) + bytes(range(8)) + field(1001, "abc") + tag(1001, 5) + bytes(4),
        "unknown_group": group(1001, var(1, 1)) + var(3, 1),
        "unknown_group_nested": group(1001, group(1001, var(1, 1)), field(1, "a"), group(5)),
        "unknown_inside_message": field(17, var(1001, 9), var(1, 1)),
        "wrong_wire_type_varint": field(3, "a") + var(3, 1),
        "wrong_wire_type_string": var(14, 7),
        "wrong_wire_type_message": var(17, 5),
        "wrong_wire_type_fixed": tag(1, 5) + bytes(4),
        "wrong_wire_type_oneof": field(41, "a"),
        "wrong_wire_type_map": var(31, 5),
        "wrong_wire_type_packed": tag(21, 5) + bytes(4),
        "value_last_kind_wins": field(62, tag(2, 1), one, var(4, 1)),
        "value_struct_merges": field(62, field(5, field(1, field(1, "a"), field(2, var(4, 1)))),
                                     field(5, field(1, field(1, "b"), field(2, var(4, 1))))),
        "value_with_unknown": field(62, var(4, 1), var(9, 9)),
    }
    for name, data in cases.items():
        message = pb.AllTypes.FromString(data)
        yield name, data, message.SerializeToString(deterministic=True)


def files():
    result = {}
    for group in [scalars, repeated, maps, oneofs, nested, wellknown, chaos]:
        for name, message in group():
            data = message.SerializeToString(deterministic=True)
            # Read back, so that maps are in the order in which they are written.
            message = pb.AllTypes.FromString(data)
            result[name + ".pb"] = data
            result[name + ".json"] = dump(json_format.MessageToDict(message)).encode()
    for name, data, again in accepted():
        result[f"accepted/{name}.pb"] = data
        result[f"accepted/{name}.again.pb"] = again
    return result


def main():
    wanted = files()
    if "--refresh" in sys.argv[1:]:
        for name, data in wanted.items():
            path = HERE / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        print(f"{len(wanted)} files written")
        return
    wrong = [n for n, data in wanted.items() if not (HERE / n).exists() or (HERE / n).read_bytes() != data]
    for name in wrong:
        print(f"differs: {name}")
    print(f"{len(wanted) - len(wrong)} of {len(wanted)} files are as made")
    sys.exit(1 if wrong else 0)


main()

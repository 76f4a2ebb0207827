"""Checks the golden files of the report API against three implementations that share no code with
this project: the official Python classes, protoc, and a C program made by protoc-c.

A case is three files: <Message>.<case>.txtpb (text), .bin (canonical bytes: fields by number, map
entries by key) and .json. A fourth, .wire, holds other bytes that say the same.

    check_golden.py --c-checker PROGRAM    check
    check_golden.py --update               write the files anew
"""

import argparse
import json
import math
import pathlib
import subprocess
import sys
import tempfile

from google.protobuf import json_format, text_format

import api
import samples


def cases(cls):
    """The cases of a message by name."""
    result = {"filled": samples.filled(cls), "extreme": samples.extreme(cls)}
    if cls.DESCRIPTOR.oneofs:
        result["aliases"] = samples.filled(cls, oneof_member=1)
    return result


def rearranged(message):
    """Other bytes of the same message: every field on its own, last number first; what can be said
    twice is said wrongly before."""
    parts = []
    for field, value in reversed(message.ListFields()):
        part = type(message)()
        if samples.is_repeated(field):
            getattr(part, field.name).MergeFrom(value)
        elif samples.is_message(field):
            getattr(part, field.name).CopyFrom(value)
        elif field.type == field.TYPE_STRING:
            setattr(part, field.name, "overwritten")
            parts.append(part.SerializeToString())
            setattr(part, field.name, value)
        else:
            setattr(part, field.name, value)
        parts.append(part.SerializeToString(deterministic=True))
    return b"".join(parts)


def canonical(message):
    return message.SerializeToString(deterministic=True)


def to_json(message):
    return json.dumps(
        json_format.MessageToDict(message), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def update(classes):
    for topic, messages in classes.items():
        folder = api.GOLDEN / topic
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        for name, cls in messages.items():
            for case, message in cases(cls).items():
                stem = f"{name}.{case}"
                (folder / f"{stem}.txtpb").write_text(
                    text_format.MessageToString(message))
                (folder / f"{stem}.bin").write_bytes(canonical(message))
                (folder / f"{stem}.json").write_text(to_json(message))
                (folder / f"{stem}.wire").write_bytes(rearranged(message))


def protoc(mode, full_name, path, data):
    flags = ["--deterministic_output"] if mode == "encode" else []
    return subprocess.run(
        ["protoc", f"-I{api.PROTO}", f"--{mode}={full_name}", *flags, path],
        input=data, capture_output=True, check=True).stdout


def loads(text):
    """Parses JSON with every number a float: json.loads alone makes 0 of -0."""
    return json.loads(text, parse_int=float)


def same(left, right):
    """Equality of JSON that tells -0.0 from 0 and has no tolerance."""
    if is_number(left) and is_number(right):
        return left == right and math.copysign(1, left) == math.copysign(1, right)
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and left == right


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def check_python(cls, stem):
    data = stem("bin").read_bytes()
    message = cls.FromString(data)
    assert canonical(message) == data, "Python writes other bytes"
    assert text_format.Parse(stem("txtpb").read_text(), cls()) == message, "the text differs"
    written = loads(stem("json").read_text())
    assert same(json_format.MessageToDict(message), written), "the JSON differs"
    assert canonical(json_format.Parse(stem("json").read_text(), cls())) == data, (
        "the JSON reads as something else")
    assert canonical(cls.FromString(stem("wire").read_bytes())) == data, "the .wire differs"


def check_protoc(cls, path, stem):
    name = cls.DESCRIPTOR.full_name
    data = stem("bin").read_bytes()
    assert protoc("encode", name, path, stem("txtpb").read_bytes()) == data, (
        "protoc writes other bytes")
    text = protoc("decode", name, path, stem("wire").read_bytes())
    assert protoc("encode", name, path, text) == data, "protoc reads .wire as something else"


def check_c(program, entries):
    """Runs the C program over all cases at once; it prints the names of those that fail."""
    with tempfile.NamedTemporaryFile("w", suffix=".list") as manifest:
        for cls, stem in entries:
            manifest.write(f"{cls.DESCRIPTOR.full_name} {stem('bin')}\n")
        manifest.flush()
        result = subprocess.run(
            [program, manifest.name], stdout=subprocess.PIPE, text=True, check=False)
    for line in result.stdout.splitlines():
        print(line, file=sys.stderr)
    assert result.returncode in (0, 1), f"{program} ended with {result.returncode}"
    return len(entries), len(result.stdout.splitlines())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--update", action="store_true", help="write the golden files anew")
    parser.add_argument("--c-checker", type=pathlib.Path, help="the program made from c/golden.c")
    options = parser.parse_args()
    classes = api.load()
    if options.update:
        update(classes)
    passed = failed = 0
    entries = []
    for topic, messages in classes.items():
        expected = set()
        for name, cls in messages.items():
            for case in cases(cls):
                def stem(kind, name=name, case=case, topic=topic):
                    return api.GOLDEN / topic / f"{name}.{case}.{kind}"
                entries.append((cls, stem))
                expected |= {stem(kind).name for kind in ("txtpb", "bin", "json", "wire")}
                for check in (
                        lambda: check_python(cls, stem),
                        lambda: check_protoc(cls, api.TOPICS[topic], stem)):
                    try:
                        check()
                        passed += 1
                    except (AssertionError, OSError, ValueError,
                            subprocess.CalledProcessError) as error:
                        failed += 1
                        print(f"{stem('bin')}: {error}", file=sys.stderr)
        for stray in {file.name for file in (api.GOLDEN / topic).iterdir()} - expected:
            failed += 1
            print(f"{topic}/{stray} belongs to no case", file=sys.stderr)
    if options.c_checker:
        checked, wrong = check_c(options.c_checker, entries)
        passed += checked - wrong
        failed += wrong
    print(f"golden: {passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())

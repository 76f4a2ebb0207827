"""Checks the codec's golden files (Tests/ProtobufWireTests/Golden) against protoc and a C program
made by protoc-c, beside Python, which generate.py there makes them with.

    check_codec.py --c-checker PROGRAM
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

import api

NAME = "reportwire.test.AllTypes"

# Where protobuf-c goes another way than C++, Python and this project, and why.
C_DIFFERS = {
    "accepted/messages_merge.pb": "of two messages in a field it keeps the last",
    "accepted/oneof_message_merges.pb": "of two messages in a field it keeps the last",
    "accepted/value_struct_merges.pb": "of two messages in a field it keeps the last",
    "accepted/unknown_group*.pb": "it refuses groups",
    "accepted/wrong_wire_type_*.pb": "it refuses a known field in another wire type",
    "scalars/string_field-7.pb": "its strings end at U+0000",
}


def protoc(mode, data):
    return subprocess.run(
        ["protoc", f"-I{api.CODEC_GOLDEN}", f"--{mode}={NAME}",
         *(["--deterministic_output"] if mode == "encode" else []), api.CODEC_PROTO],
        input=data, capture_output=True, check=True).stdout


def check_protoc(cls, data, written):
    """protoc reads the bytes as the message that the canonical ones hold. Unknown fields have
    numbers for names in its text, which it does not read back."""
    text = protoc("decode", data)
    if re.search(rb"^\s*\d+(:| \{)", text, re.MULTILINE):
        assert text == protoc("decode", written), "protoc reads both bytes differently"
    else:
        assert cls.FromString(protoc("encode", text)) == cls.FromString(written), (
            "protoc reads another message")
        assert protoc("encode", protoc("decode", written)) == written, "protoc writes other bytes"


def c_faults(program, paths):
    """What the C program says of each path it disagrees with."""
    with tempfile.NamedTemporaryFile("w", suffix=".list") as manifest:
        manifest.write("".join(f"{NAME} {path}\n" for path in paths))
        manifest.flush()
        result = subprocess.run(
            [program, manifest.name], stdout=subprocess.PIPE, text=True, check=False)
    assert result.returncode in (0, 1), f"{program} ended with {result.returncode}"
    return dict(line.split(": ", 1) for line in result.stdout.splitlines())


def c_means_the_same(cls, data, fault):
    """Whether C read the bytes as everybody does. It may write other bytes: it leaves out empty
    keys and values of map entries, and it does not sort."""
    if fault is None:
        return True
    prefix, _, text = fault.partition("protobuf-c writes ")
    return not prefix and cls.FromString(bytes.fromhex(text)) == cls.FromString(data)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--c-checker", required=True, type=pathlib.Path)
    options = parser.parse_args()
    cls = api.codec_class()
    python = subprocess.run(
        [sys.executable, api.CODEC_GOLDEN / "generate.py"], capture_output=True, text=True,
        check=False)
    passed, failed = (1, 0) if python.returncode == 0 else (0, 1)
    if failed:
        print(python.stdout + python.stderr, file=sys.stderr)
    paths = [path for path in sorted(api.CODEC_GOLDEN.glob("*/*.pb"))]
    faults = c_faults(options.c_checker, paths)
    for path in paths:
        again = path.with_suffix(".again.pb")
        data = path.read_bytes()
        written = again.read_bytes() if again.exists() else data
        try:
            check_protoc(cls, data, written)
            is_same = c_means_the_same(cls, data, faults.get(str(path)))
            is_expected = not any(
                path.relative_to(api.CODEC_GOLDEN).match(pattern) for pattern in C_DIFFERS)
            assert is_same == is_expected, f"C agrees: {is_same}, expected: {is_expected}"
            passed += 1
        except (AssertionError, ValueError, subprocess.CalledProcessError) as error:
            failed += 1
            print(f"{path}: {error} {getattr(error, 'stderr', '')}", file=sys.stderr)
    print(f"codec: {passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())

"""Makes the C sources of the messages with protoc-c, and the table that golden.c looks types up in.

Debian has no generated C for the well-known types, so they are made as well. Services are left out:
their methods would become C functions, one of them named `register`, which C does not allow.

    c_sources.py FOLDER
"""

import pathlib
import subprocess
import sys
import tempfile

from google.protobuf import descriptor_pb2

import api


def snake(name):
    """protoc-c's way from a message's name to a C identifier."""
    result = ""
    for index, character in enumerate(name):
        if character.isupper() and index > 0 and not name[index - 1].isupper():
            result += "_"
        result += character.lower()
    return result


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    files = api.project_files()
    kept = descriptor_pb2.FileDescriptorSet()
    for file in files.values():
        if file.package == "google.api" or file.name.endswith("descriptor.proto"):
            continue
        del file.service[:]
        dependencies = [name for name in file.dependency if not name.startswith("google/api/")]
        file.ClearField("dependency")
        file.dependency.extend(dependencies)
        kept.file.append(file)
    names = [file.name for file in kept.file]
    with tempfile.NamedTemporaryFile() as out:
        out.write(kept.SerializeToString())
        out.flush()
        subprocess.run(
            ["protoc", f"--descriptor_set_in={out.name}", f"--c_out={folder}", *names], check=True)
    table = []
    for file in kept.file:
        if file.package == "google.protobuf":
            continue
        prefix = "__".join(file.package.split("."))
        for message in file.message_type:
            table.append(
                f'ENTRY("{file.package}.{message.name}", {prefix}__{snake(message.name)})')
    (folder / "messages.inc").write_text("\n".join(table) + "\n")
    includes = [f'#include "{name.removesuffix(".proto")}.pb-c.h"' for name in names]
    (folder / "messages.h").write_text("\n".join(includes) + "\n")


if __name__ == "__main__":
    main()

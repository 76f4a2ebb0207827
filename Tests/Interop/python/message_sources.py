"""Makes the C and Go sources of the messages: FOLDER/c with protoc-c, and the table that golden.c
looks types up in; FOLDER/go, a GOPATH, with protoc-gen-gogo; FOLDER/go-grpc, another one, with
protoc-gen-go and the stubs of its gRPC.

Debian has no generated C for the well-known types, so they are made as well. There services are left
out: their methods would become C functions, one of them named `register`, which C does not allow, and
Go types that ttrpc does not need.

    message_sources.py FOLDER
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


def codec_files():
    """The codec's test message. protoc-c refuses `optional`; as the oneof of one member, which it
    is in the descriptor anyway, it has the same bytes."""
    files = api.compiled(api.CODEC_GOLDEN, [api.CODEC_PROTO])
    for message in files[api.CODEC_PROTO].message_type:
        for field in message.field:
            field.ClearField("proto3_optional")
    return files


def message_files(files, with_services=False):
    """The files with nothing but messages in them, or with their services and without what these have
    for HTTP."""
    kept = descriptor_pb2.FileDescriptorSet()
    for file in files.values():
        if file.package == "google.api" or file.name.endswith("descriptor.proto"):
            continue
        if with_services:
            for service in file.service:
                for method in service.method:
                    method.ClearField("options")
        else:
            del file.service[:]
        dependencies = [name for name in file.dependency if not name.startswith("google/api/")]
        file.ClearField("dependency")
        file.dependency.extend(dependencies)
        kept.file.append(file)
    return kept


def protoc(files, output, names):
    with tempfile.NamedTemporaryFile() as out:
        out.write(files.SerializeToString())
        out.flush()
        subprocess.run(
            ["protoc", f"--descriptor_set_in={out.name}", output, *names], check=True)


def make_c(files, folder):
    folder.mkdir(parents=True, exist_ok=True)
    names = [file.name for file in files.file]
    protoc(files, f"--c_out={folder}", names)
    table = []
    for file in files.file:
        if file.package == "google.protobuf":
            continue
        prefix = "__".join(file.package.split("."))
        for message in file.message_type:
            table.append(
                f'ENTRY("{file.package}.{message.name}", {prefix}__{snake(message.name)})')
    (folder / "messages.inc").write_text("\n".join(table) + "\n")
    includes = [f'#include "{name.removesuffix(".proto")}.pb-c.h"' for name in names]
    (folder / "messages.h").write_text("\n".join(includes) + "\n")


# Where Debian's packages have the Go types of the well-known messages.
GOGO = {"": "github.com/gogo/protobuf/types"}
GOLANG = {
    f"google/protobuf/{name}.proto": f"github.com/golang/protobuf/ptypes/{name}"
    for name in ["any", "duration", "empty", "struct", "timestamp"]}


def make_go(files, folder, plugin, known):
    """The files lie in a GOPATH by their proto path; the well-known types are the library's own. The
    plugin takes the files of one package at a time."""
    source = folder / "src"
    source.mkdir(parents=True, exist_ok=True)
    packages = {
        file.name: known.get(file.name) or known[""] if file.package == "google.protobuf"
        else str(pathlib.PurePosixPath(file.name).parent)
        for file in files.file}
    mapping = ",".join(f"M{name}={package}" for name, package in packages.items())
    for package in set(packages.values()) - set(known.values()):
        names = [name for name, other in packages.items() if other == package]
        protoc(files, f"--{plugin}{mapping}:{source}", names)


def main():
    folder = pathlib.Path(sys.argv[1])
    make_c(message_files(api.project_files() | codec_files()), folder / "c")
    make_go(message_files(api.project_files()), folder / "go", "gogo_out=", GOGO)
    make_go(
        message_files(api.project_files(), with_services=True), folder / "go-grpc",
        "go_out=plugins=grpc,", GOLANG)


if __name__ == "__main__":
    main()

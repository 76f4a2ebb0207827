"""The messages under test, as the official Python classes know them.

The published messages come from the PyPI package spaceone-api, which was made without this project.
Only reportwire.v1, which is this project's own, is loaded from proto/.
"""

import importlib
import pathlib
import subprocess
import tempfile

from google.api import annotations_pb2  # noqa: F401 (registers the extension)
from google.protobuf import (  # noqa: F401 (registers the well-known types)
    any_pb2, descriptor_pb2, descriptor_pool, duration_pb2, empty_pb2, message_factory, struct_pb2,
    timestamp_pb2)

ROOT = pathlib.Path(__file__).resolve().parents[3]
PROTO = ROOT / "proto"
GOLDEN = ROOT / "Tests" / "ReportAPITests" / "Golden"
# The codec's own golden files, with a message that has every kind of field.
CODEC_GOLDEN = ROOT / "Tests" / "ProtobufWireTests" / "Golden"
CODEC_PROTO = "all_types.proto"

# The topics are the folders of the golden files and of Sources/ReportAPI.
TOPICS = {
    "report": "spaceone/api/report/v1/report.proto",
    "storage": "spaceone/api/report/v1/storage.proto",
    "storage_type": "spaceone/api/report/v1/storage_type.proto",
    "template": "spaceone/api/report/v1/template.proto",
    "schedule": "spaceone/api/report/v1/schedule.proto",
    "domain": "spaceone/api/report/v1/domain.proto",
    "query": "spaceone/api/core/v1/query.proto",
    "server_info": "spaceone/api/core/v1/server_info.proto",
    "report_control": "reportwire/v1/report_control.proto",
    "audit": "reportwire/v1/audit.proto",
}


def compiled(folder, paths):
    """The FileDescriptorProtos that protoc makes of proto files and their imports, by name."""
    with tempfile.NamedTemporaryFile() as out:
        subprocess.run(
            ["protoc", f"-I{folder}", "--include_imports", f"--descriptor_set_out={out.name}",
             *paths],
            check=True)
        files = descriptor_pb2.FileDescriptorSet.FromString(out.read())
    return {file.name: file for file in files.file}


def project_files():
    """What protoc makes of the project's proto/."""
    return compiled(PROTO, TOPICS.values())


def codec_class():
    """The class of reportwire.test.AllTypes."""
    pool = descriptor_pool.Default()
    file = compiled(CODEC_GOLDEN, [CODEC_PROTO])[CODEC_PROTO]
    pool.AddSerializedFile(file.SerializeToString())
    message = pool.FindMessageTypeByName(f"{file.package}.AllTypes")
    return message_factory.MessageFactory(pool).GetPrototype(message)


def load():
    """The message classes by topic and simple name: {topic: {name: class}}."""
    pool = descriptor_pool.Default()
    factory = message_factory.MessageFactory(pool)
    ours = project_files()
    classes = {}
    for topic, path in TOPICS.items():
        if path.startswith("spaceone/"):
            module = path.removesuffix(".proto").replace("/", ".") + "_pb2"
            file = importlib.import_module(module).DESCRIPTOR
        else:
            pool.AddSerializedFile(ours[path].SerializeToString())
            file = pool.FindFileByName(path)
        classes[topic] = {
            name: factory.GetPrototype(message)
            for name, message in file.message_types_by_name.items()}
    return classes


def _proto_files():
    files = project_files()
    return {
        f"{files[path].package}.{message.name}": path
        for path in TOPICS.values() for message in files[path].message_type}


# The proto file of each message, by full name.
PROTO_FILES = _proto_files()

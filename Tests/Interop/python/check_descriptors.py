"""Compares proto/ with the descriptors inside the official package: same fields, same services.

The project's files may differ in what does not reach the wire: comments, imports, idempotency
levels, the request body of a REST binding, and the GET that StorageType.get and Template.get have
beside the published POST.
"""

import importlib
import sys

from google.api import annotations_pb2
from google.protobuf import descriptor_pb2

import api

ADDED_GET = {"Template.get", "StorageType.get"}


def normalized(file):
    for field in ("source_code_info", "dependency", "options", "public_dependency"):
        file.ClearField(field)
    file.message_type.sort(key=lambda message: message.name)
    file.service.sort(key=lambda service: service.name)
    for message in file.message_type:
        message.enum_type.sort(key=lambda enum: enum.name)
        for field in message.field:
            field.ClearField("json_name")
    for service in file.service:
        for method in service.method:
            method.options.ClearField("idempotency_level")
            rule = method.options.Extensions[annotations_pb2.http]
            rule.body = ""
            if f"{service.name}.{method.name}" in ADDED_GET:
                del rule.additional_bindings[:]
            for binding in rule.additional_bindings:
                binding.body = ""
    return file


def main():
    ours = api.project_files()
    passed = failed = 0
    for path in api.TOPICS.values():
        if not path.startswith("spaceone/"):
            continue
        module = importlib.import_module(path.removesuffix(".proto").replace("/", ".") + "_pb2")
        theirs = descriptor_pb2.FileDescriptorProto.FromString(module.DESCRIPTOR.serialized_pb)
        if normalized(theirs) == normalized(ours[path]):
            passed += 1
        else:
            failed += 1
            print(f"{path} is not what spaceone-api publishes", file=sys.stderr)
    print(f"descriptors: {passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())

"""Writes the messages of proto3 files in Swift, the way this project writes its own by hand (see
Tests/ProtobufWireTests/Messages): properties, a descriptor, `traverse` and `decodeField`.

    messages.py DESCRIPTOR_SET FOLDER FILE.proto...

DESCRIPTOR_SET is what `protoc --include_imports --descriptor_set_out` writes; FOLDER gets one Swift
file for each of the FILEs.
"""

import argparse
import pathlib

from google.protobuf import descriptor_pb2

Field = descriptor_pb2.FieldDescriptorProto

# The scalar types: the project's name of the kind, the Swift type, the default.
SCALARS = {
    Field.TYPE_DOUBLE: ("double", "Double", "0"),
    Field.TYPE_FLOAT: ("float", "Float", "0"),
    Field.TYPE_INT64: ("int64", "Int64", "0"),
    Field.TYPE_UINT64: ("uint64", "UInt64", "0"),
    Field.TYPE_INT32: ("int32", "Int32", "0"),
    Field.TYPE_FIXED64: ("fixed64", "UInt64", "0"),
    Field.TYPE_FIXED32: ("fixed32", "UInt32", "0"),
    Field.TYPE_BOOL: ("bool", "Bool", "false"),
    Field.TYPE_STRING: ("string", "String", '""'),
    Field.TYPE_BYTES: ("bytes", "[UInt8]", "[]"),
    Field.TYPE_UINT32: ("uint32", "UInt32", "0"),
    Field.TYPE_SFIXED32: ("sfixed32", "Int32", "0"),
    Field.TYPE_SFIXED64: ("sfixed64", "Int64", "0"),
    Field.TYPE_SINT32: ("sint32", "Int32", "0"),
    Field.TYPE_SINT64: ("sint64", "Int64", "0"),
}

# The well-known types that have another name in Swift.
RENAMED = {"Any": "AnyMessage", "Duration": "ProtoDuration"}

# A message of more fields keeps them behind a reference, as the project's do.
PLAIN_FIELDS_MAX = 8


def lower_camel(name):
    """`json_name` of protoc with a small letter in front, as properties have."""
    first, *rest = [part for part in name.split("_") if part]
    if name.isupper():
        first, rest = first.lower(), [part.lower() for part in rest]
    return first[:1].lower() + first[1:] + "".join(part[:1].upper() + part[1:] for part in rest)


def upper_camel(name):
    name = lower_camel(name)
    return name[:1].upper() + name[1:]


def swift_type(full_name, package):
    """The Swift name of a message or enum that a field refers to."""
    full_name = full_name.removeprefix(".")
    if full_name.startswith("google.protobuf."):
        name = full_name.removeprefix("google.protobuf.")
        return RENAMED.get(name, name)
    return full_name.removeprefix(package + ".")


class Kind:
    """The type of one value: of a field, or of a map's key or value."""

    def __init__(self, field, package):
        self.is_message = field.type == Field.TYPE_MESSAGE
        if self.is_message:
            self.type = swift_type(field.type_name, package)
            self.descriptor = f".message({self.type}.self)"
        elif field.type == Field.TYPE_ENUM:
            self.type = swift_type(field.type_name, package)
            self.default = f"{self.type}(rawValue: 0)"
            self.name = f".enumeration({self.type}.self)"
            self.descriptor = f".enum({self.type}.descriptor)"
        else:
            name, self.type, self.default = SCALARS[field.type]
            self.name = self.descriptor = "." + name


class Property:
    """One field: its line in each part of the message."""

    def __init__(self, field, message, package):
        self.field = field
        self.number = field.number
        self.name = lower_camel(field.name)
        self.kind = Kind(field, package)
        self.oneof = None
        if field.HasField("oneof_index") and not field.proto3_optional:
            self.oneof = message.oneof_decl[field.oneof_index]
        self.entry = next(
            (nested for nested in message.nested_type
             if nested.options.map_entry and field.type_name.endswith("." + nested.name)), None)
        if self.entry:
            self.key, self.value = (Kind(part, package) for part in self.entry.field)
        self.is_repeated = field.label == Field.LABEL_REPEATED
        self.is_unpacked = field.options.HasField("packed") and not field.options.packed

    def declaration(self):
        if self.entry:
            key = "UTF8Key" if self.key.type == "String" else self.key.type
            return f"var {self.name}: [{key}: {self.value.type}] = [:]"
        if self.is_repeated:
            return f"var {self.name}: [{self.kind.type}] = []"
        if self.kind.is_message or self.field.proto3_optional:
            return f"var {self.name}: {self.kind.type}?"
        return f"var {self.name}: {self.kind.type} = {self.kind.default}"

    def described(self, oneofs):
        kind, label = self.kind.descriptor, ""
        if self.entry:
            kind = f".map(key: {self.key.descriptor}, value: {self.value.descriptor})"
        elif self.is_repeated:
            label = ", .unpacked" if self.is_unpacked else ", .repeated"
        elif self.field.proto3_optional:
            label = ", .optional"
        elif self.oneof:
            label = f", oneof: {oneofs.index(self.oneof.name)}"
        return (f'FieldDescriptor({self.number}, "{self.field.name}", {kind}{label}, '
                f'jsonName: "{self.field.json_name}"),')

    def traversed(self):
        if self.oneof:
            call = (f"message({self.number}, value)" if self.kind.is_message
                    else f"present({self.number}, {self.kind.name}, value)")
            return (f"if case .{self.name}(let value) = {lower_camel(self.oneof.name)} "
                    f"{{ try sink.{call} }}")
        if self.entry:
            value = "" if self.value.is_message else f"{self.value.name}, "
            return f"try sink.map({self.number}, {self.key.name}, {value}{self.name})"
        if self.kind.is_message:
            call = "messages" if self.is_repeated else "message"
            return f"try sink.{call}({self.number}, {self.name})"
        call = ("present" if self.field.proto3_optional else "scalar" if not self.is_repeated
                else "unpacked" if self.is_unpacked else "repeated")
        return f"try sink.{call}({self.number}, {self.kind.name}, {self.name})"

    def decoded(self):
        case = f"case {self.number}:"
        if self.oneof:
            oneof = lower_camel(self.oneof.name)
            if self.kind.is_message:
                return [case,
                        f"  var new: {self.kind.type}? = "
                        f"if case .{self.name}(let old) = {oneof} {{ old }} else {{ nil }}",
                        "  try source.message(into: &new)",
                        f"  if let new {{ {oneof} = .{self.name}(new) }}"]
            return [case,
                    f"  if let new = try source.present({self.kind.name}) "
                    f"{{ {oneof} = .{self.name}(new) }}"]
        if self.entry:
            value = "" if self.value.is_message else f"{self.value.name}, "
            return [f"{case} try source.map({self.key.name}, {value}into: &{self.name})"]
        if self.kind.is_message:
            call = "messages" if self.is_repeated else "message"
            return [f"{case} try source.{call}(into: &{self.name})"]
        call = ("present" if self.field.proto3_optional else
                "repeated" if self.is_repeated else "scalar")
        return [f"{case} try source.{call}({self.kind.name}, into: &{self.name})"]


def indented(lines):
    return ["  " + line if line else line for line in lines]


def write_enum(enum, full_name):
    """An open enum; the first name of each number becomes a constant."""
    constants, seen = [], set()
    for value in enum.value:
        if value.number not in seen:
            seen.add(value.number)
            constants.append(f"static let {lower_camel(value.name)} = "
                             f"{enum.name}(rawValue: {value.number})")
    names = [f'"{value.name}": {value.number},' for value in enum.value]
    return [f"/// `{full_name}`", f"struct {enum.name}: ProtoEnum {{", "  let rawValue: Int32", "",
            *indented(constants), "",
            f'  static let descriptor = EnumDescriptor("{full_name}", [',
            *indented(indented(names)), "  ])", "}"]


def write_oneof(oneof, properties):
    members = [f"case {each.name}({each.kind.type})" for each in properties if each.oneof is oneof]
    return [f"enum {upper_camel(oneof.name)}: Hashable {{", *indented(members), "}", ""]


def traverse(body):
    return ["func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {",
            *indented(body), "}"]


def decode_field(body):
    return ["mutating func decodeField<Source: FieldSource & ~Copyable>(",
            "  _ number: Int, from source: inout Source", ") throws(WireError) {",
            *indented(body), "}"]


def storage(oneofs, properties):
    """The properties of the fields, with what hands them out and takes them in."""
    cases = [line for each in properties for line in each.decoded()]
    return [*[each.declaration() for each in properties if not each.oneof],
            *[f"var {lower_camel(oneof.name)}: {upper_camel(oneof.name)}?" for oneof in oneofs],
            "var unknownFields = UnknownFields()", "",
            *traverse([each.traversed() for each in properties]), "",
            *decode_field(["switch number {", *cases, "default: source.unknown()", "}"])]


def accessor(name, type_name):
    return [f"var {name}: {type_name} {{", f"  get {{ box.fields.{name} }}",
            f"  set {{ box.fields.{name} = newValue }}", "}", ""]


def boxed(oneofs, properties):
    """The fields behind a reference."""
    lines = ["struct Fields: MessageFields {", *indented(storage(oneofs, properties)), "}", "",
             "private var box = Boxed<Fields>()", ""]
    for each in properties:
        if not each.oneof:
            type_name = each.declaration().split(": ", 1)[1].split(" = ")[0]
            lines += accessor(each.name, type_name)
    for oneof in oneofs:
        lines += accessor(lower_camel(oneof.name), upper_camel(oneof.name) + "?")
    return [*lines, *accessor("unknownFields", "UnknownFields"),
            *traverse(["try box.traverse(&sink)"]), "",
            *decode_field(["try box.decodeField(number, from: &source)"])]


def write_message(message, full_name, package):
    properties = sorted((Property(field, message, package) for field in message.field),
                        key=lambda each: each.number)
    oneofs = [each for each in message.oneof_decl if any(p.oneof is each for p in properties)]
    names = [oneof.name for oneof in oneofs]
    lines = [f"/// `{full_name}`", f"struct {message.name}: Message {{"]
    for enum in message.enum_type:
        lines += [*indented(write_enum(enum, f"{full_name}.{enum.name}")), ""]
    for nested in message.nested_type:
        if not nested.options.map_entry:
            lines += [*indented(write_message(nested, f"{full_name}.{nested.name}", package)), ""]
    for oneof in oneofs:
        lines += indented(write_oneof(oneof, properties))
    body = boxed if len(properties) > PLAIN_FIELDS_MAX else storage
    lines += [*indented(body(oneofs, properties)), "",
              f'  static let descriptor = MessageDescriptor("{full_name}", [',
              *indented(indented([each.described(names) for each in properties])),
              f"  ], oneofs: {str(names).replace(chr(39), chr(34))})", "}"]
    return lines


def write_file(file):
    lines = ["import ProtobufWire", ""]
    for enum in file.enum_type:
        lines += [*write_enum(enum, f"{file.package}.{enum.name}"), ""]
    for message in file.message_type:
        lines += [*write_message(message, f"{file.package}.{message.name}", file.package), ""]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("descriptor_set", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("files", nargs="+", help="as the descriptor set names them")
    options = parser.parse_args()
    described = descriptor_pb2.FileDescriptorSet.FromString(options.descriptor_set.read_bytes())
    files = {file.name: file for file in described.file}
    for name in options.files:
        path = options.folder / (pathlib.PurePath(name).stem + ".swift")
        text = write_file(files[name])
        # What has not changed is not compiled again.
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

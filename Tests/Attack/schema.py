"""Every field of every message of every method, from what protoc makes of proto/."""

import pathlib
import subprocess
import tempfile

from wire import fields, text

STRING, BYTES, MESSAGE = 9, 12, 11
VARINTS = {3, 4, 5, 8, 13, 14, 17, 18}
FIXED32, FIXED64 = {2, 7, 15}, {1, 6, 16}


class Field:
    def __init__(self, found):
        self.name = text(found, 1)
        self.number = found[3][-1]
        self.is_repeated = found.get(4, [1])[-1] == 3
        self.kind = found[5][-1]
        self.type_name = text(found, 6).lstrip(".")


class Message:
    def __init__(self, name, found):
        self.name = name
        self.fields = [Field(fields(data)) for data in found.get(2, [])]

    def field(self, name):
        return next((each for each in self.fields if each.name == name), None)


class Method:
    def __init__(self, service, found):
        self.service = service
        self.name = text(found, 1)
        self.input = text(found, 2).lstrip(".")

    def __str__(self):
        return f"{self.service.rsplit('.', 1)[-1]}/{self.name}"


class Target:
    """One field of a request: the way to it from the outermost message, itself the last."""

    def __init__(self, method, path):
        self.method = method
        self.path = path

    @property
    def field(self):
        return self.path[-1]

    def __str__(self):
        return f"{self.method}:{'.'.join(each.name for each in self.path)}"


class Schema:
    def __init__(self, root):
        self.messages, self.methods = {}, []
        folder = pathlib.Path(root, "proto")
        files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.proto"))
        with tempfile.NamedTemporaryFile() as output:
            subprocess.run(
                ["protoc", f"-I{folder}", "--include_imports", f"--descriptor_set_out={output.name}",
                 *files], check=True)
            for data in fields(output.read())[1]:
                self._read(fields(data))

    def _read(self, found):
        package = text(found, 2)
        for data in found.get(4, []):
            self._add(package, fields(data))
        for data in found.get(6, []):
            service = fields(data)
            for method in service.get(2, []):
                self.methods.append(Method(f"{package}.{text(service, 1)}", fields(method)))

    def _add(self, prefix, found):
        name = f"{prefix}.{text(found, 1)}"
        self.messages[name] = Message(name, found)
        for data in found.get(3, []):
            self._add(name, fields(data))

    def targets(self):
        """Every field that a request can hold; a message within itself is entered once."""
        for method in self.methods:
            yield from self._targets(method, [], self.messages[method.input], ())

    def _targets(self, method, path, message, above):
        for each in message.fields:
            yield Target(method, path + [each])
            inner = self.messages.get(each.type_name) if each.kind == MESSAGE else None
            if inner is not None and inner.name not in above:
                yield from self._targets(method, path + [each], inner, above + (inner.name,))

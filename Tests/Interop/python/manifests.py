"""Checks manifests with Python's own JSON, hashes and signatures, from the bytes that the server hands out
and the keys that it shows; and that every byte that is another is found, by `reportwire verify` too.

    manifests.py --server PROGRAM
"""

import argparse
import base64
import hashlib
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import urllib.request

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from clients import DOMAIN, TEMPLATE, Checks, Server, make_world

SAMPLES = 40


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def public_key(keys, name):
    member = next(key for key in keys["keys"] if key["kid"] == name)
    thumbprint = json.dumps(
        {part: member[part] for part in ("crv", "kty", "x")}, separators=(",", ":"), sort_keys=True)
    digest = base64.urlsafe_b64encode(hashlib.sha256(thumbprint.encode()).digest())
    assert digest.rstrip(b"=").decode() == name, "the name is not the thumbprint of RFC 7638"
    return Ed25519PublicKey.from_public_bytes(decoded(member["x"]))


def read(manifest, keys):
    """What a manifest says, if its signature is good."""
    lines = manifest.split(b"\n")
    mark = json.loads(lines[3])
    public_key(keys, mark["kid"]).verify(decoded(mark["value"]), lines[1])
    return json.loads(lines[1])


class World:
    """A server with one finished report, its files and its manifest."""

    def __init__(self, program, folder, server):
        self.command, self.folder = [program], folder
        self.options = ["--address", server.address(), "--domain", DOMAIN]
        self.url = "http://" + server.address("http")
        self.report = self.run(
            "create", "--template", TEMPLATE, "--option", "carrier=KE", "--option", "min_delay=30",
            "--format", "csv", "--format", "json", "--wait").stdout.split()[0]
        for name in ("csv", "json", "manifest.json"):
            done = self.run(
                "download", self.report, "--format", name.split(".")[0], "--output", f"r.{name}")
            assert done.returncode == 0, done
        with urllib.request.urlopen(self.url + "/keys", timeout=30) as answer:
            self.keys = json.load(answer)
        (folder / "keys.json").write_text(json.dumps(self.keys))

    def run(self, *arguments, is_offline=False):
        return subprocess.run(
            [*self.command, *arguments, *([] if is_offline else self.options)], cwd=self.folder,
            capture_output=True, text=True, timeout=120, check=False)

    def verify(self, *arguments):
        return self.run("verify", *arguments, "--public-key", "keys.json", is_offline=True).returncode


def check_contents(checks, world):
    text = (world.folder / "r.manifest.json").read_bytes()
    manifest = read(text, world.keys)
    whole = json.loads(text)
    checks.expect(whole["manifest"] == manifest, "manifests: the file is not the same as JSON")
    canonical = json.dumps(
        manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    checks.expect(
        canonical == text.split(b"\n")[1].replace(b"\\u0022", b'\\"').replace(b"\\u005c", b"\\\\"),
        "manifests: Python writes the same object otherwise")
    checks.expect(
        manifest["report_id"] == world.report and manifest["domain_id"] == DOMAIN
        and manifest["attempt"] == 1 and manifest["warnings"] == [], f"manifests: {manifest}")
    template = (world.folder / "templates" / "delayed-flights.yaml").read_bytes()
    checks.expect(
        manifest["template"]["sha256"] == hashlib.sha256(template).hexdigest(),
        "manifests: the template's digest")
    files = {file["format"]: file for file in manifest["artifacts"]}
    checks.expect(set(files) == {"csv", "json"}, f"manifests: {files}")
    for name, file in files.items():
        content = (world.folder / f"r.{name}").read_bytes()
        checks.expect(
            file["bytes"] == len(content)
            and file["sha256"] == hashlib.sha256(content).hexdigest(), f"manifests: {name}")
    rows = json.loads((world.folder / "r.json").read_bytes())
    checks.expect(manifest["rows"] == len(rows) > 0, f"manifests: {manifest['rows']} rows")
    state = manifest["source"]["state"]
    status = (world.folder / "flights.db").stat()
    header = (world.folder / "flights.db").read_bytes()[:100]
    checks.expect(
        state["bytes"] == status.st_size and state["inode"] == str(status.st_ino)
        and state["change_counter"] == int.from_bytes(header[24:28], "big")
        and state["schema_version"] == int.from_bytes(header[40:44], "big"), f"manifests: {state}")


def check_flips(checks, world):
    """A byte that is another: in the manifest everywhere by Python's rules, sampled by ours."""
    path = world.folder / "r.manifest.json"
    text = path.read_bytes()
    start = text.index(b"\n") + 1
    end = text.index(b"\n", start)
    for index in range(start, end):
        changed = bytearray(text)
        changed[index] ^= 1
        try:
            read(bytes(changed), world.keys)
            found = False
        except (InvalidSignature, ValueError, IndexError, KeyError, StopIteration):
            found = True
        checks.expect(found, f"manifests: byte {index} of the manifest can be another")
    chance = random.Random(7)
    for name, arguments in [("r.manifest.json", ["r.csv"]), ("r.csv", ["r.csv"]),
                            ("r.json", ["r.json"])]:
        path = world.folder / name
        content = path.read_bytes()
        places = chance.sample(range(len(content)), SAMPLES) + [0, len(content) - 1]
        for index in places:
            changed = bytearray(content)
            changed[index] ^= 1 << chance.randrange(8)
            path.write_bytes(changed)
            code = world.verify(*arguments)
            checks.expect(
                code == 4, f"manifests: verify ends with {code} for byte {index} of {name}")
        path.write_bytes(content)
        checks.expect(world.verify(*arguments) == 0, f"manifests: {name} is right again")


def check_keys(checks, world):
    """As PEM, as openssl and cryptography write it; and after a change."""
    pem = public_key(world.keys, world.keys["keys"][0]["kid"]).public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (world.folder / "key.pem").write_bytes(pem)
    done = world.run("verify", "r.csv", "--public-key", "key.pem", is_offline=True)
    checks.expect(done.returncode == 0, f"manifests: by PEM: {done}")
    done = world.run("keys", "rotate", "--manifests", is_offline=True)
    checks.expect(done.returncode == 0, f"manifests: rotate: {done}")
    with urllib.request.urlopen(world.url + "/keys", timeout=30) as answer:
        checks.expect(
            answer.headers["Content-Type"] == "application/jwk-set+json", "manifests: media type")
        after = json.load(answer)
    checks.expect(after["keys"][1:] == world.keys["keys"], "manifests: an earlier key is gone")
    read((world.folder / "r.manifest.json").read_bytes(), after)
    done = world.run("verify", "r.csv", "r.json")
    checks.expect(done.returncode == 0, f"manifests: by the server: {done}")
    done = world.run("create", "--again", world.report)
    checks.expect(
        done.returncode == 0 and len(re.findall("the same", done.stdout)) == 2,
        f"manifests: again: {done}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", required=True, help="the built reportwire")
    program = str(pathlib.Path(parser.parse_args().server).resolve())
    checks = Checks()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_world(folder)
        server = Server(program, folder)
        try:
            world = World(program, folder, server)
            check_contents(checks, world)
            check_flips(checks, world)
            check_keys(checks, world)
        finally:
            code = server.stop()
        checks.expect(code == 0, f"manifests: the server ended with {code}")
    print(f"manifests: {checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())

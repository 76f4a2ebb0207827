"""Who may what: every kind of token and every method, over ttrpc, gRPC and REST. The answer must be the one
that the documented permissions give, and the same over all three.

    token_table.py --server PROGRAM
"""

import argparse
import base64
import collections
import hashlib
import hmac
import http.client
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.parse

import grpc
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from google.api import annotations_pb2
from google.protobuf import descriptor_pb2, descriptor_pool

import api
from clients import CONFIG_YAML, DOMAIN, Checks, Server, make_world

sys.path.append(str(api.ROOT / "Tests" / "Attack"))
import wire  # noqa: E402 (the ttrpc caller of the attack)

# What the README says under "Who is calling", for each method. A method that is not here fails the run.
ROLES = ["read", "run", "manage", "admin"]
PERMISSIONS = {
    "spaceone.api.report.v1.Report": {
        "get": "read", "get_download_url": "read", "list": "read", "create": "run"},
    "spaceone.api.report.v1.Storage": {
        "get": "read", "list": "read", "register": "manage", "deregister": "manage", "update": "manage"},
    "spaceone.api.report.v1.StorageType": {"get": "read", "list": "read"},
    "spaceone.api.report.v1.Template": {"get": "read", "list": "read"},
    "spaceone.api.report.v1.Schedule": {
        "get": "read", "list": "read", "stat": "read", "add": "manage", "delete": "manage",
        "enable": "manage", "disable": "manage"},
    "spaceone.api.report.v1.Domain": {
        "get": "read", "list": "read", "enable": "admin", "disable": "admin"},
    "spaceone.api.core.v1.ServerInfo": {"get_version": None},
    "reportwire.v1.Audit": {"list": "admin"},
    "reportwire.v1.ReportControl": {
        "cancel": "run", "watch": "read", "inspect": "read", "delete": "run", "pin": "run", "unpin": "run",
        "preview": "run", "find": "read"},
}

OTHER_DOMAIN = "domain-ffffffffffff"
ISSUER, AUDIENCE = "https://issuer.example", "reportwire"
SECRET = "a secret of more than thirty-two bytes, for tests"
AUTH_YAML = f"""\
auth: {{keys: KEYS, secret: "{SECRET}", issuer: "{ISSUER}", audience: {AUDIENCE}, subject_claim: sub}}
"""

UNAUTHENTICATED, PERMISSION_DENIED, UNIMPLEMENTED = 16, 7, 12
REFUSED = "ERROR_AUTHENTICATE_FAILURE: Authenticate failure. (message = the token is not valid)"
UNKNOWN = "ERROR_AUTHENTICATE_FAILURE: Authenticate failure. (message = a token is needed)"
DENIED = "ERROR_PERMISSION_DENIED: Permission denied."
HTTP_STATUS = {
    0: 200, 1: 499, 2: 500, 3: 400, 4: 504, 5: 404, 6: 409, 7: 403, 8: 429, 9: 400, 10: 409, 11: 400,
    12: 501, 13: 500, 14: 503, 15: 500, 16: 401}

# One row of the table. A token that is refused says why in the log; others have a role and a domain, or
# reach them all (None).
Row = collections.namedtuple("Row", "name token role domain reason", defaults=(None, None, None))
# One call of the table: of a method, with the ids of its request by name, their bytes, and its bindings for
# HTTP.
Call = collections.namedtuple("Call", "service method permission ids message is_stream bindings")


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Keys:
    """A key of each algorithm, and how each signs."""

    def __init__(self):
        self.private = {
            "RS256": rsa.generate_private_key(65537, 2048),
            "ES256": ec.generate_private_key(ec.SECP256R1()),
            "EdDSA": ed25519.Ed25519PrivateKey.generate()}
        self.algorithms = ["HS256", *self.private]

    def jwks(self):
        keys = []
        for algorithm, key in self.private.items():
            kind = jwt.get_algorithm_by_name(algorithm)
            keys.append(json.loads(kind.to_jwk(key.public_key())) | {
                "kid": algorithm, "alg": algorithm, "use": "sig"})
            keys[-1].pop("key_ops", None)
        return json.dumps({"keys": keys})

    def sign(self, algorithm, claims, key=None, kid=None):
        key = key or self.private.get(algorithm, SECRET)
        headers = {"kid": kid or algorithm} if algorithm != "HS256" or kid else {}
        return jwt.encode(claims, key, algorithm, headers=headers)

    def public_pem(self, algorithm):
        return self.private[algorithm].public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def hand_made(header, claims, secret):
    """What no library signs."""
    signed = ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))
    signature = hmac.new(secret, signed.encode(), hashlib.sha256).digest() if secret else b""
    return f"{signed}.{base64url(signature)}"


def rows(keys):
    """All kinds of tokens."""
    now = int(time.time())

    def claims(role="run", domain=DOMAIN, **more):
        made = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ada", "did": domain, "roles": [role], "iat": now,
                "exp": now + 3600} | more
        return {name: value for name, value in made.items() if value is not None}

    admin = claims("admin")
    good = keys.sign("EdDSA", admin)
    header, payload, signature = good.split(".")
    forged = base64url(json.dumps(admin | {"did": OTHER_DOMAIN}).encode())
    stranger = ed25519.Ed25519PrivateKey.generate()
    table = [
        Row("no token", None),
        Row("no JWT", "nonsense", reason="it has not three parts"),
        Row("a token of 9000 bytes", "x" * 9000, reason="at most 8192 are looked at"),
        Row("another payload", f"{header}.{forged}.{signature}", reason="signature is wrong"),
        Row("no signature", f"{header}.{payload}.", reason="signature is wrong"),
        Row("alg none", hand_made({"alg": "none", "typ": "JWT"}, admin, None),
            reason="algorithm is none that is taken"),
        Row("alg None with the kid of a key", hand_made({"alg": "None", "kid": "RS256"}, admin, None),
            reason="algorithm is none that is taken"),
        Row("a public key as secret", hand_made(
            {"alg": "HS256", "kid": "RS256"}, admin, keys.public_pem("RS256")), reason="signature is wrong"),
        Row("a key that nobody knows", keys.sign("EdDSA", admin, key=stranger), reason="signature is wrong"),
        Row("a secret that nobody knows", keys.sign("HS256", admin, key="y" * 40),
            reason="signature is wrong"),
        Row("a kid that nobody knows", keys.sign("EdDSA", admin, key=stranger, kid="none"),
            reason="algorithm is not that of its key"),
        Row("the kid of a key with another algorithm", keys.sign("EdDSA", admin, kid="ES256"),
            reason="algorithm is not that of its key"),
        Row("an algorithm that is not taken", keys.sign("HS512", admin, key="z" * 64, kid="HS256"),
            reason="algorithm is none that is taken"),
        Row("no expiry", keys.sign("ES256", claims("admin", exp=None)), reason="has no exp"),
        Row("another issuer", keys.sign("ES256", claims("admin", iss="https://other.example")),
            reason="of another issuer"),
        Row("no issuer", keys.sign("ES256", claims("admin", iss=None)), reason="of another issuer"),
        Row("another audience", keys.sign("ES256", claims("admin", aud="other")),
            reason="for another audience"),
        Row("no audience", keys.sign("ES256", claims("admin", aud=None)), reason="for another audience"),
        Row("a refresh token", keys.sign("ES256", claims("admin", typ="REFRESH_TOKEN")),
            reason="it is a refresh token"),
        Row("no domain", keys.sign("ES256", claims("manage", None)), reason="names no domain"),
        Row("two audiences", keys.sign("HS256", claims("run", aud=["other", AUDIENCE])), "run", DOMAIN),
        Row("within the leeway", keys.sign("HS256", claims("run", exp=now - 1, nbf=now + 20)), "run", DOMAIN),
        Row("no role said", keys.sign("HS256", claims("run", roles=None)), "run", DOMAIN),
        Row("a role of other services", keys.sign("HS256", claims("owner")), "none", DOMAIN),
        Row("no role", keys.sign("HS256", claims("run", roles=[])), "none", DOMAIN),
        Row("roles as text", keys.sign("HS256", claims(roles="read manage")), "manage", DOMAIN),
        Row("admin of all", keys.sign("EdDSA", claims("admin", None)), "admin", None),
    ]
    for algorithm in keys.algorithms:
        table += [
            Row(f"expired, {algorithm}", keys.sign(algorithm, claims("admin", exp=now - 300)),
                reason="the token is expired"),
            Row(f"not yet valid, {algorithm}", keys.sign(algorithm, claims("admin", nbf=now + 600)),
                reason="not valid yet"),
        ]
        for role in ROLES:
            table += [
                Row(f"{role}, {algorithm}", keys.sign(algorithm, claims(role)), role, DOMAIN),
                Row(f"{role} of another domain, {algorithm}",
                    keys.sign(algorithm, claims(role, OTHER_DOMAIN)), role, OTHER_DOMAIN)]
    return table


def bindings_of(method):
    """[(verb, path, whether there is a body)]"""
    rule = method.options.Extensions[annotations_pb2.http]
    found = []
    for each in [rule, *rule.additional_bindings]:
        verb = each.WhichOneof("pattern")
        if verb:
            found.append((verb.upper(), getattr(each, verb), bool(each.body)))
    return found


IDS = {"domain_id": DOMAIN, "sha256": "0" * 64}


def table_of_methods():
    """The methods of proto/, each with a request that names the domain and finds nothing in it; what it
    changes of the domain itself makes no difference to the others."""
    pool = descriptor_pool.DescriptorPool()
    files = api.project_files()
    for file in files.values():
        pool.AddSerializedFile(file.SerializeToString())
    calls = []
    for file in (files[path] for path in api.TOPICS.values()):
        for service in file.service:
            for method in service.method:
                name = f"{file.package}.{service.name}"
                permissions = PERMISSIONS.get(name, {})
                if method.name not in permissions:
                    continue
                ids = {
                    field.name: (field.number, IDS.get(field.name, "none"))
                    for field in pool.FindMessageTypeByName(method.input_type.lstrip(".")).fields
                    if field.type == field.TYPE_STRING and (field.name.endswith("_id") or field.name in IDS)
                    and field.label != field.LABEL_REPEATED}
                calls.append(Call(
                    name, method.name, permissions[method.name], ids,
                    b"".join(wire.field(number, value.encode()) for number, value in ids.values()),
                    method.server_streaming, bindings_of(method)))
    return calls


class Doors:
    """The same call over each door: (code, text) of the answer."""

    def __init__(self, server):
        self.ttrpc = wire.Caller(server.address("ttrpc"))
        self.channel = grpc.insecure_channel(server.address("grpc"))
        self.http = http.client.HTTPConnection(server.address("http"), timeout=30)

    def over_ttrpc(self, call, token):
        metadata = [("token", token)] if token else []
        caller = self.ttrpc
        caller.stream += 2
        # Flag 1: the request is all that the caller sends of a stream.
        caller.socket.sendall(wire.frame(
            caller.stream, wire.request(call.service, call.method, call.message, metadata=metadata),
            flags=int(call.is_stream)))
        while True:
            _, kind, data = caller.receive()
            if kind == 2:
                status = wire.fields(wire.fields(data).get(1, [b""])[-1])
                return status.get(1, [0])[-1], wire.text(status, 2)

    def over_grpc(self, call, token):
        metadata = [("authorization", f"Bearer {token}")] if token else []
        path = f"/{call.service}/{call.method}"
        try:
            if call.is_stream:
                list(self.channel.unary_stream(path)(call.message, metadata=metadata, timeout=30))
            else:
                self.channel.unary_unary(path)(call.message, metadata=metadata, timeout=30)
            return 0, ""
        except grpc.RpcError as error:
            return error.code().value[0], error.details()

    def over_rest(self, call, token, binding):
        """(status, text)"""
        verb, path, has_body = binding
        rest = {name: value for name, (_, value) in call.ids.items()}
        for name in call.ids:
            if f"{{{name}}}" in path:
                path = path.replace(f"{{{name}}}", urllib.parse.quote(rest.pop(name), safe=""))
        headers = {"Authorization": f"bearer {token}"} if token else {}
        if has_body:
            headers["Content-Type"] = "application/json"
        elif rest:
            path += "?" + urllib.parse.urlencode(rest)
        self.http.request(verb, path, json.dumps(rest) if has_body else None, headers)
        answer = self.http.getresponse()
        body = answer.read()
        if answer.status == 200:
            return 200, ""
        detail = json.loads(body)["detail"]
        return answer.status, f"{detail['code']}: {detail['message']}"


def expected(row, call):
    """(code, text) of what is refused; None of what is let in."""
    if row.reason:
        return UNAUTHENTICATED, REFUSED
    if call.permission is None:
        return None
    if row.token is None:
        return UNAUTHENTICATED, UNKNOWN
    if row.role == "none" or ROLES.index(row.role) < ROLES.index(call.permission):
        return PERMISSION_DENIED, DENIED
    if "domain_id" in call.ids and row.domain not in (None, DOMAIN):
        return PERMISSION_DENIED, DENIED
    return None


def check_call(checks, doors, row, call):
    """One cell of the table, over all doors."""
    what = f"{row.name}: {call.service}/{call.method}"
    over_ttrpc = doors.over_ttrpc(call, row.token)
    over_grpc = doors.over_grpc(call, row.token)
    checks.expect(over_ttrpc == over_grpc, f"{what}: ttrpc says {over_ttrpc}, gRPC {over_grpc}")
    wanted = expected(row, call)
    if wanted is None:
        checks.expect(
            over_grpc[0] not in (UNAUTHENTICATED, PERMISSION_DENIED, UNIMPLEMENTED), f"{what}: {over_grpc}")
    else:
        checks.expect(over_grpc == wanted, f"{what}: {over_grpc} instead of {wanted}")
    for binding in call.bindings:
        over_rest = doors.over_rest(call, row.token, binding)
        checks.expect(
            over_rest == (HTTP_STATUS[over_grpc[0]], over_grpc[1]),
            f"{what}: {binding[0]} {binding[1]} says {over_rest}, gRPC {over_grpc}")


def with_handlers(checks, doors, table, calls):
    """Those that this server answers; of the others nobody learns more than that they are not there."""
    known = next(row for row in table if row.role == "admin" and row.domain == DOMAIN)
    answered = []
    for call in calls:
        if doors.over_grpc(call, known.token)[0] == UNIMPLEMENTED:
            got = {doors.over_grpc(call, row.token)[0] for row in table}
            got |= {doors.over_ttrpc(call, row.token)[0] for row in table}
            checks.expect(got == {UNIMPLEMENTED}, f"{call.service}/{call.method} has no handler: {got}")
        else:
            answered.append(call)
    return answered


def check_log(checks, server, table):
    """Why a token was refused stands in the log, and no token does."""
    log = pathlib.Path(server.log.name).read_text(errors="replace")
    for row in table:
        checks.expect(
            row.reason is None or row.reason in log, f"{row.name}: no '{row.reason}' in the log")
        parts = (row.token or "").split(".")
        checks.expect(
            len(parts) < 3 or not parts[2] or parts[2] not in log, f"{row.name}: the token is in the log")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--server", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    checks = Checks()
    begin = time.monotonic()
    calls = table_of_methods()
    named = {f"{service}/{method}" for service, methods in PERMISSIONS.items() for method in methods}
    listed = subprocess.run(
        [arguments.server, "call", "--list"], capture_output=True, text=True, check=True).stdout.split()
    checks.expect(
        set(listed) == named, f"methods without a permission here, or the other way: {set(listed) ^ named}")
    keys = Keys()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_world(folder)
        (folder / "keys.json").write_text(keys.jwks())
        (folder / "reportwire.yaml").write_text(
            CONFIG_YAML.format(folder=folder) + AUTH_YAML.replace("KEYS", str(folder / "keys.json")))
        (folder / "reportwire.yaml").chmod(0o600)
        server = Server(arguments.server.resolve(), folder)
        try:
            doors = Doors(server)
            table = rows(keys)
            calls = with_handlers(checks, doors, table, calls)
            for row in table:
                for call in calls:
                    check_call(checks, doors, row, call)
            check_log(checks, server, table)
        finally:
            status = server.stop()
        checks.expect(status == 0, f"the server ended with {status} on SIGTERM")
    print(f"tokens: {len(table)} tokens, {len(calls)} methods, {time.monotonic() - begin:.0f} s")
    print(f"tokens: {checks.passed} passed, {checks.failed} failed")
    return checks.failed != 0


if __name__ == "__main__":
    sys.exit(main())

"""Certificates on all doors: the right client comes in, a wrong one and none stay out, and certificates change
under load without one call that fails.

    certificates.py --server PROGRAM
"""

import argparse
import collections
import datetime
import os
import pathlib
import socket
import ssl
import sys
import tempfile
import threading
import time
import urllib.request

# Connections are refused on purpose, and the library writes about each.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")
import grpc  # noqa: E402
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from google.protobuf import empty_pb2
from spaceone.api.core.v1 import server_info_pb2_grpc
from spaceone.api.report.v1 import report_pb2, report_pb2_grpc

import api
from clients import CONFIG_YAML, DOMAIN, Checks, Server, make_world
from grpc_clients import failure

sys.path.append(str(api.ROOT / "Tests" / "Attack"))
import wire  # noqa: E402 (the ttrpc frames of the attack)

TLS_YAML = """\
tls: {{certificate: {folder}/server.pem, key: {folder}/server.key, client_ca: {folder}/ca.pem}}
clients:
  reader: {{domain: {domain}, role: read}}
"""
SECONDS = 60
ROTATIONS = 2
OK, UNAVAILABLE = grpc.StatusCode.OK, grpc.StatusCode.UNAVAILABLE


class Authority:
    """Signs certificates."""

    def __init__(self, name):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        self.certificate = self.sign(self.name, self.key, True)

    def sign(self, name, key, is_authority=False, days=(-1, 30)):
        now = datetime.datetime.now(datetime.timezone.utc)
        made = (
            x509.CertificateBuilder().subject_name(name).issuer_name(self.name).public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + datetime.timedelta(days[0])).not_valid_after(now + datetime.timedelta(days[1]))
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True))
        if not is_authority:
            made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        return made.sign(self.key, hashes.SHA256())

    def issue(self, name, **named):
        """(certificate, key) in PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self.sign(
            x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]), key, **named)
        return pem(certificate), private(key)

    def own(self):
        """The same of itself."""
        return pem(self.certificate), private(self.key)


def private(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


class Secured:
    """A server whose protobuf clients need certificates."""

    def __init__(self, program, folder):
        self.folder = folder
        self.authority, self.next_authority = Authority("first"), Authority("second")
        self.roots = pem(self.authority.certificate) + pem(self.next_authority.certificate)
        self.install(self.authority.issue("server"))
        self.trust(self.authority)
        make_world(folder)
        (folder / "reportwire.yaml").write_text(
            CONFIG_YAML.format(folder=folder) + TLS_YAML.format(folder=folder, domain=DOMAIN))
        self.server = Server(program, folder)
        self.ports = {
            door: int(self.server.address(door).rpartition(":")[2]) for door in ["grpc", "ttrpc", "http"]}

    def put(self, name, content):
        """In one step, as those do who renew certificates."""
        path = self.folder / f"{name}.new"
        path.write_bytes(content)
        path.chmod(0o600)
        path.rename(self.folder / name)

    def install(self, issued):
        certificate, key = issued
        self.put("server.key", key)
        self.put("server.pem", certificate)
        self.certificate = x509.load_pem_x509_certificate(certificate)

    def trust(self, *authorities):
        self.put("ca.pem", b"".join(pem(authority.certificate) for authority in authorities))

    def channel(self, issued):
        certificate, key = issued or (None, None)
        return grpc.secure_channel(
            f"localhost:{self.ports['grpc']}", grpc.ssl_channel_credentials(self.roots, key, certificate),
            options=[("grpc.use_local_subchannel_pool", 1)])

    def call(self, issued):
        """How a gRPC call over a connection of its own ends."""
        with self.channel(issued) as channel:
            return called(server_info_pb2_grpc.ServerInfoStub(channel))

    def context(self, issued):
        context = ssl.create_default_context(cadata=self.roots.decode())
        if issued:
            for name, content in zip(["client.pem", "client.key"], issued):
                self.put(name, content)
            context.load_cert_chain(self.folder / "client.pem", self.folder / "client.key")
        return context

    def ttrpc(self, issued):
        """Whether a ttrpc call over a connection of its own is answered well."""
        plain = socket.create_connection(("127.0.0.1", self.ports["ttrpc"]), SECONDS)
        try:
            with self.context(issued).wrap_socket(plain, server_hostname="localhost") as secured:
                secured.sendall(wire.frame(1, wire.request("spaceone.api.core.v1.ServerInfo", "get_version", b"")))
                header = secured.recv(10)
                return len(header) == 10 and header[8] == 2
        except OSError:
            return False
        finally:
            plain.close()

    def shown(self):
        """The number of the certificate that a new connection sees."""
        plain = socket.create_connection(("127.0.0.1", self.ports["http"]), SECONDS)
        with self.context(None).wrap_socket(plain, server_hostname="localhost") as secured:
            return x509.load_der_x509_certificate(secured.getpeercert(True)).serial_number


def called(stub):
    return failure(lambda: stub.get_version(empty_pb2.Empty(), timeout=SECONDS) and None)[0]


def until(condition):
    """Whether the condition comes true."""
    end = time.monotonic() + SECONDS
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def check_who_comes_in(checks, secured, good):
    strangers = {
        "no certificate": None,
        "a certificate of another authority": Authority("first").issue("reader"),
        "a certificate that is expired": secured.authority.issue("reader", days=(-30, -1)),
        "a certificate that is not valid yet": secured.authority.issue("reader", days=(1, 30)),
        "a certificate that its owner signed": Authority("reader").own(),
    }
    checks.expect(secured.call(good) == OK, "certificates: the right client does not come in by gRPC")
    checks.expect(secured.ttrpc(good), "certificates: the right client does not come in by ttrpc")
    for what, issued in strangers.items():
        code = secured.call(issued)
        checks.expect(code == UNAVAILABLE, f"certificates: {what} comes in by gRPC: {code}")
        checks.expect(not secured.ttrpc(issued), f"certificates: {what} comes in by ttrpc")
    with secured.channel(good) as channel:
        stub = report_pb2_grpc.ReportStub(channel)
        listed = failure(lambda: stub.list(report_pb2.ReportQuery(domain_id=DOMAIN)) and None)
        checks.expect(listed[0] == OK, f"certificates: what the client may: {listed}")
        for request, method in [
                (report_pb2.ReportQuery(domain_id="domain-ffffffffffff"), stub.list),
                (report_pb2.CreateReportRequest(domain_id=DOMAIN, template_id="t", name="n"), stub.create)]:
            got = failure(method, request)
            checks.expect(
                got == (grpc.StatusCode.PERMISSION_DENIED, "ERROR_PERMISSION_DENIED: Permission denied."),
                f"certificates: what the client may not: {got}")
    nobody = secured.authority.issue("somebody else")
    with secured.channel(nobody) as channel:
        got = failure(report_pb2_grpc.ReportStub(channel).list, report_pb2.ReportQuery(domain_id=DOMAIN))
        checks.expect(
            got[0] == grpc.StatusCode.UNAUTHENTICATED, f"certificates: a client that is not in the list: {got}")
    with urllib.request.urlopen(
            f"https://localhost:{secured.ports['http']}/check", context=secured.context(None)) as answer:
        checks.expect(b"SERVING" in answer.read(), "certificates: HTTP wants none")


class Callers:
    """Threads that call all the time, over connections that stay and over new ones, and count how calls end."""

    def __init__(self, secured, issued):
        self.secured, self.issued = secured, issued
        self.counts = collections.Counter()
        self.is_over = threading.Event()
        self.threads = [threading.Thread(target=each) for each in [self.stay, self.stay, self.come]]
        for thread in self.threads:
            thread.start()

    def stay(self):
        with self.secured.channel(self.issued) as channel:
            stub = server_info_pb2_grpc.ServerInfoStub(channel)
            while not self.is_over.is_set():
                self.counts["stay", called(stub)] += 1

    def come(self):
        while not self.is_over.is_set():
            self.counts["come", self.secured.call(self.issued)] += 1

    def end(self):
        self.is_over.set()
        for thread in self.threads:
            thread.join()
        return self.counts


def check_rotation(checks, secured, good):
    with secured.channel(good) as channel:
        staying = server_info_pb2_grpc.ServerInfoStub(channel)
        checks.expect(called(staying) == OK, "certificates: a client that stays")
        callers = Callers(secured, good)
        for number in range(ROTATIONS):
            secured.install(secured.authority.issue("server"))
            checks.expect(
                until(lambda: secured.shown() == secured.certificate.serial_number),
                f"certificates: the new certificate is not shown, number {number}")
        # The next authority is trusted beside the first one; then it signs for all.
        renewed = secured.next_authority.issue("reader")
        secured.trust(secured.authority, secured.next_authority)
        checks.expect(
            until(lambda: secured.call(renewed) == OK), "certificates: the second authority is not trusted")
        counts = callers.end()
        checks.expect(
            set(counts) == {("stay", OK), ("come", OK)} and min(counts.values()) > 20,
            f"certificates: while they changed: {counts}")
        secured.trust(secured.next_authority)
        secured.install(secured.next_authority.issue("server"))
        checks.expect(
            until(lambda: secured.call(good) == UNAVAILABLE and not secured.ttrpc(good)),
            "certificates: the first authority is trusted still")
        checks.expect(
            secured.call(renewed) == OK and secured.ttrpc(renewed), "certificates: the renewed client is out")
        checks.expect(called(staying) == OK, "certificates: a connection that was there has ended")
        # Files that do not fit change nothing.
        secured.put("server.pem", b"nonsense")
        checks.expect(
            until(lambda: "certificate not changed" in secured.server.output()),
            "certificates: a file that is none is not in the log")
        checks.expect(secured.call(renewed) == OK, "certificates: a file that is none ended the others")
        print(f"certificates: calls while they changed: {dict(counts)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--server", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    checks = Checks()
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        secured = Secured(arguments.server.resolve(), pathlib.Path(name))
        try:
            good = secured.authority.issue("reader")
            check_who_comes_in(checks, secured, good)
            check_rotation(checks, secured, good)
        finally:
            status = secured.server.stop()
            if checks.failed:
                print(secured.server.output(), file=sys.stderr)
        checks.expect(status == 0, f"certificates: the server ended with {status} on SIGTERM")
    print(f"certificates: {time.monotonic() - begin:.0f} s")
    print(f"certificates: {checks.passed} passed, {checks.failed} failed")
    return checks.failed != 0


if __name__ == "__main__":
    sys.exit(main())

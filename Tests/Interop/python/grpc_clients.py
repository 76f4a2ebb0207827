"""Calls the server over gRPC with SpaceONE's official stubs and Google's library, and with SpaceONE's own
client, as they come from PyPI.

    grpc_clients.py --server PROGRAM [--core-python PYTHON] [--go PROGRAM]

PYTHON has the package spaceone-core, which wants an environment of its own. The program of --go is made
of go/grpc_client.go.
"""

import argparse
import collections
import concurrent.futures
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time

import grpc
from google.protobuf import struct_pb2
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from spaceone.api.report.v1 import (
    domain_pb2, domain_pb2_grpc, report_pb2, report_pb2_grpc, template_pb2, template_pb2_grpc)

from clients import DOMAIN, TEMPLATE, Checks, Server, make_world

OPTIONS = [("grpc.max_receive_message_length", 256 << 20), ("grpc.max_send_message_length", 256 << 20)]
HEALTH = "/grpc.health.v1.Health/"

CORE = """
import sys, time
from spaceone.core import pygrpc
from spaceone.core.error import ERROR_BASE

address, domain, template = sys.argv[1:]
client = pygrpc.client(endpoint=address)
made = client.Report.create({
    "domain_id": domain, "template_id": template, "name": "core",
    "template_options": {"carrier": "KE"}}, metadata=[("transaction_id", "t-1")])
for _ in range(200):
    report = client.Report.get({"domain_id": domain, "report_id": made.report_id})
    if report.state >= 2:
        break
    time.sleep(0.05)
assert report.state == 5, report
assert client.Report.list({"domain_id": domain, "query": {"page": {"limit": 1}}}).total_count >= 1
link = client.Report.get_download_url({"domain_id": domain, "report_id": made.report_id})
assert link.download_url.startswith("http://"), link
try:
    client.Report.get({"domain_id": domain, "report_id": "none"})
    raise SystemExit("a report that does not exist was found")
except ERROR_BASE as error:
    assert "ERROR_NOT_FOUND" in str(error), error
assert client.ServerInfo.get_version({}).version
print("core: passed")
"""

CORE_LIST = """
import sys
from spaceone.core import pygrpc

address, domain = sys.argv[1:]
client = pygrpc.client(endpoint=address, max_message_length=64 << 20)
answer = client.Report.list({"domain_id": domain})
assert len(answer.results) == answer.total_count, answer.total_count
print(answer.ByteSize())
"""


def options(**fields):
    message = struct_pb2.Struct()
    message.update(fields)
    return message


def create(stub, name="n", **fields):
    return stub.create(report_pb2.CreateReportRequest(
        domain_id=DOMAIN, template_id=TEMPLATE, name=name,
        template_options=options(**({"carrier": "KE"} | fields))))


def get(report_id):
    return report_pb2.GetReportRequest(domain_id=DOMAIN, report_id=report_id)


def wait(stub, report_id):
    for _ in range(400):
        report = stub.get(get(report_id))
        if report.state >= 2:
            return report
        time.sleep(0.05)
    raise RuntimeError(f"{report_id} does not end")


def failure(call, *arguments, **named):
    """(code, details) of a call that must fail."""
    try:
        return grpc.StatusCode.OK, str(call(*arguments, **named))
    except grpc.RpcError as error:
        return error.code(), error.details()


def check_calls(checks, stub):
    made = create(stub)
    report = wait(stub, made.report_id)
    checks.expect(report.state == report_pb2.ReportInfo.FINISHED, f"gRPC: {report}")
    link = stub.get_download_url(
        report_pb2.GetDownloadURLRequest(domain_id=DOMAIN, report_id=made.report_id))
    checks.expect(link.download_url.startswith("http://127.0.0.1:"), f"gRPC: {link}")
    listed = stub.list(report_pb2.ReportQuery(domain_id=DOMAIN))
    checks.expect(listed.total_count == 1, f"gRPC: {listed}")
    key = [("idempotency-key", "k-1")]
    request = report_pb2.CreateReportRequest(
        domain_id=DOMAIN, template_id=TEMPLATE, name="n", template_options=options(carrier="UA"))
    checks.expect(
        stub.create(request, metadata=key).report_id == stub.create(request, metadata=key).report_id,
        "gRPC: a create with a key was made twice")
    return made.report_id


def check_failures(checks, channel, stub):
    for call, request, code, text in [
            (stub.get, get("nö-such"), grpc.StatusCode.NOT_FOUND, "(report_id = nö-such)"),
            (stub.get, get("x" * 300), grpc.StatusCode.INVALID_ARGUMENT, "300 bytes"),
            (stub.get, report_pb2.GetReportRequest(report_id="r"),
             grpc.StatusCode.INVALID_ARGUMENT, "ERROR_REQUIRED_PARAMETER"),
            (channel.unary_unary("/no.Such/method"), b"", grpc.StatusCode.UNIMPLEMENTED, "no.Such"),
            (channel.unary_unary("/spaceone.api.report.v1.Report/get"), b"\xff",
             grpc.StatusCode.INVALID_ARGUMENT, "request"),
            (stub.create, report_pb2.CreateReportRequest(
                domain_id=DOMAIN, template_id=TEMPLATE, name="x" * 5_000_000),
             grpc.StatusCode.RESOURCE_EXHAUSTED, "4194304")]:
        got = failure(call, request)
        checks.expect(got[0] == code and text in got[1], f"gRPC: {got} instead of {code}, {text}")
    got = failure(lambda: list(channel.unary_stream(HEALTH + "Watch")(b"", timeout=0.3)))
    checks.expect(got[0] == grpc.StatusCode.DEADLINE_EXCEEDED, f"gRPC: {got}")


def check_domains(checks, channel, stub):
    """A domain that is disabled has no templates, and no create finds one."""
    domains = domain_pb2_grpc.DomainStub(channel)
    templates = template_pb2_grpc.TemplateStub(channel)
    domain = "domain-000000000001"

    def refusal(template):
        return failure(stub.create, report_pb2.CreateReportRequest(
            domain_id=domain, template_id=template, name="n", template_options=options(carrier="KE")))

    def offered():
        got = domains.get(domain_pb2.GetDomainRequest(domain_id=domain)).register_templates
        listed = templates.list(template_pb2.TemplateQuery(domain_id=domain)).results
        return sorted(got), sorted(template.template_id for template in listed)

    def listed(**query):
        found = domains.list(domain_pb2.DomainQuery(query=query))
        return found.total_count, [domain.domain_id for domain in found.results]

    before = offered()
    checks.expect(TEMPLATE in before[0] and before[0] == before[1], f"gRPC: templates: {before}")
    unknown = refusal("none")
    checks.expect(unknown[0] == grpc.StatusCode.NOT_FOUND, f"gRPC: {unknown}")
    domains.disable(domain_pb2.DisableDomainRequest(domain_id=domain))
    checks.expect(offered() == ([], []), f"gRPC: templates of a disabled domain: {offered()}")
    got = refusal(TEMPLATE)
    checks.expect(
        got == (unknown[0], unknown[1].replace("= none)", f"= {TEMPLATE})")), f"gRPC: {got}, {unknown}")
    by_state = {"filter": [{"k": "state", "v": {"string_value": "DISABLE"}, "o": "eq"}]}
    checks.expect(listed(**by_state) == (1, [domain]), f"gRPC: disabled: {listed(**by_state)}")
    checks.expect(
        set(listed()[1]) == {DOMAIN, domain} and listed(count_only=True) == (2, []),
        f"gRPC: domains: {listed()}")
    enabled = domains.enable(domain_pb2.EnableDomainRequest(domain_id=domain))
    checks.expect(sorted(enabled.register_templates) == before[0], f"gRPC: enabled: {enabled}")
    checks.expect(refusal(TEMPLATE)[0] == grpc.StatusCode.OK, "gRPC: no create in an enabled domain")


def check_streams(checks, channel, stub):
    watch = channel.unary_stream("/reportwire.v1.ReportControl/watch")
    made = create(stub, name="watched")
    answers = list(watch(get(made.report_id).SerializeToString(), timeout=60))
    checks.expect(answers, "gRPC: watch says nothing")
    stream = channel.unary_stream(HEALTH + "Watch")(b"")
    checks.expect(next(stream) == b"\x08\x01", "gRPC: the server is not healthy")
    stream.cancel()
    checks.expect(channel.unary_unary(HEALTH + "Check")(b"") == b"\x08\x01", "gRPC: Check")
    got = failure(channel.unary_unary(HEALTH + "Check"), b"\x0a\x04none")
    checks.expect(got[0] == grpc.StatusCode.NOT_FOUND, f"gRPC: health of an unknown service: {got}")


def check_load(checks, stub, report_id):
    made = stub.create(
        report_pb2.CreateReportRequest(
            domain_id=DOMAIN, template_id=TEMPLATE, name="compressed" * 20,
            template_options=options(carrier="z" * 100_000)), compression=grpc.Compression.Gzip)
    answer = stub.get(get(made.report_id), compression=grpc.Compression.Gzip)
    checks.expect(
        answer.template_options["carrier"] == "z" * 100_000, "gRPC: a compressed call has another answer")
    calls = [stub.get.future(get(report_id)) for _ in range(1000)]
    checks.expect(
        all(call.result().report_id == report_id for call in calls), "gRPC: 1000 calls at once")
    checks.expect(
        all(stub.get(get(report_id)).report_id == report_id for _ in range(2000)),
        "gRPC: 2000 calls one after the other")
    # Requests of 3 MB, twenty at once: they are decoded, and refused because no such text is taken.
    large = report_pb2.CreateReportRequest(
        domain_id=DOMAIN, template_id=TEMPLATE, name="n",
        template_options=options(carrier="x" * 3_000_000))
    codes = collections.Counter()
    for call in [stub.create.future(large) for _ in range(20)]:
        codes[failure(call.result, timeout=120)[0]] += 1
    checks.expect(
        codes == {grpc.StatusCode.INVALID_ARGUMENT: 20}, f"gRPC: 20 requests of 3 MB: {codes}")


def check_large_answer(checks, stub, address, core):
    """A list of more than 60 MB: official clients ask for all there is, without pages. What is longer than
    64 MiB is refused, and they ask in pages."""
    def fill(count):
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: create(stub, name="n" * 250, formats=["csv"],
                                                carrier="y" * 200_000), range(count)))

    everything = report_pb2.ReportQuery(domain_id=DOMAIN)
    fill(312)
    answer = stub.list(everything, timeout=120)
    checks.expect(
        60_000_000 < answer.ByteSize() <= 64 << 20 and len(answer.results) == answer.total_count,
        f"gRPC: a list of {answer.ByteSize()} bytes, {len(answer.results)} of {answer.total_count}")
    if core:
        listed = subprocess.run(
            [core, "-c", CORE_LIST, address, DOMAIN], capture_output=True, text=True, timeout=120,
            check=False)
        checks.expect(
            int(listed.stdout or 0) > 60_000_000, f"core: {listed.stdout} {listed.stderr[-2000:]}")
    fill(40)
    code, details = failure(stub.list, everything, timeout=120)
    checks.expect(
        code == grpc.StatusCode.RESOURCE_EXHAUSTED and "page" in details,
        f"gRPC: a list of more than 64 MiB: {code} {details[:200]}")
    everything.query.page.limit = 300
    answer = stub.list(everything, timeout=120)
    checks.expect(len(answer.results) == 300, f"gRPC: a page of {len(answer.results)}")


def check_reflection(checks, channel):
    def question(**fields):
        return reflection_pb2.ServerReflectionRequest(**fields)

    stub = reflection_pb2_grpc.ServerReflectionStub(channel)
    names = next(stub.ServerReflectionInfo(iter([question(list_services="")])))
    services = [service.name for service in names.list_services_response.service]
    for service in ["spaceone.api.report.v1.Report", "reportwire.v1.ReportControl",
                    "grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection"]:
        checks.expect(service in services, f"reflection: {service} is not among {services}")
    questions = [question(file_containing_symbol=name) for name in services]
    questions += [question(file_by_filename=f"google/{name}.proto") for name in [
        "api/annotations", "api/http", "protobuf/descriptor", "protobuf/empty", "protobuf/struct",
        "protobuf/timestamp"]]
    for asked, answer in zip(questions, stub.ServerReflectionInfo(iter(questions))):
        checks.expect(
            len(answer.file_descriptor_response.file_descriptor_proto) == 1
            and answer.original_request == asked, f"reflection: {asked}: {answer}")
    answer = next(stub.ServerReflectionInfo(iter([question(file_containing_symbol="no.such")])))
    checks.expect(answer.error_response.error_code == 5, f"reflection: {answer}")


def check_leaving(checks, address, stub, report_id):
    """Peers that go away in the middle leave the server as it was."""
    for _ in range(20):
        with grpc.insecure_channel(address, options=[("grpc.use_local_subchannel_pool", 1)]) as other:
            for _ in range(50):
                report_pb2_grpc.ReportStub(other).get.future(get(report_id))
    checks.expect(stub.get(get(report_id)).report_id == report_id, "gRPC: after peers have left")


def check_go(checks, program, address):
    """Go's own library, on the same server."""
    done = subprocess.run(
        [program, "--address", address, "--domain", DOMAIN, "--template", TEMPLATE],
        capture_output=True, text=True, timeout=120, check=False)
    counts = re.fullmatch(r"go: (\d+) passed, (\d+) failed\n", done.stdout)
    checks.expect(counts and done.returncode == 0, f"go: {done.stdout}{done.stderr[-4000:]}")
    if counts:
        checks.passed += int(counts[1])
        checks.failed += int(counts[2])


def check_stop(checks, server, stub, report_id):
    """Calls that come until the end are answered, or fail in a way that may be tried again."""
    codes = collections.Counter()
    stopped = threading.Event()

    def call():
        while not stopped.is_set():
            codes[failure(stub.get, get(report_id), timeout=30)[0]] += 1

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    code = server.stop()
    stopped.set()
    for thread in threads:
        thread.join()
    checks.expect(code == 0, f"gRPC: the server ended with {code}: {server.output()}")
    checks.expect(
        set(codes) <= {grpc.StatusCode.OK, grpc.StatusCode.UNAVAILABLE}
        and codes[grpc.StatusCode.OK] > 100, f"gRPC: while it stopped: {codes}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", required=True)
    parser.add_argument("--core-python")
    parser.add_argument("--go")
    arguments = parser.parse_args()
    checks = Checks()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_world(folder)
        server = Server(arguments.server, folder)
        try:
            address = server.address("grpc")
            with grpc.insecure_channel(address, options=OPTIONS) as channel:
                stub = report_pb2_grpc.ReportStub(channel)
                report_id = check_calls(checks, stub)
                check_failures(checks, channel, stub)
                check_domains(checks, channel, stub)
                check_streams(checks, channel, stub)
                check_load(checks, stub, report_id)
                check_reflection(checks, channel)
                check_leaving(checks, address, stub, report_id)
                if arguments.go:
                    check_go(checks, arguments.go, address)
                if arguments.core_python:
                    core = subprocess.run(
                        [arguments.core_python, "-c", CORE, address, DOMAIN, TEMPLATE],
                        capture_output=True, text=True, timeout=120, check=False)
                    checks.expect(core.stdout == "core: passed\n", f"core: {core.stderr[-2000:]}")
                check_large_answer(checks, stub, address, arguments.core_python)
                check_stop(checks, server, stub, report_id)
        finally:
            server.stop()
    print(f"gRPC: {checks.passed} passed, {checks.failed} failed")
    return checks.failed != 0


if __name__ == "__main__":
    sys.exit(main())

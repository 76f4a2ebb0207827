"""Calls the server by ttrpc, gRPC and REST, and reads what it says of that with Prometheus' own parsers.

    metrics.py --server PROGRAM
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request

import grpc
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text
from spaceone.api.report.v1 import report_pb2, report_pb2_grpc

from clients import DOMAIN, Checks, Server, make_world

OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
TEXT = "text/plain; version=0.0.4; charset=utf-8"
# As Prometheus sends it.
ACCEPT = (
    "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1")
GET, LIST = ("spaceone.api.report.v1.Report/get", "spaceone.api.report.v1.Report/list")
CALLS = 7


def scrape(url, accept=None):
    """(content type, text) of the metrics."""
    request = urllib.request.Request(url + "/metrics", headers={"Accept": accept} if accept else {})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.headers["Content-Type"], answer.read().decode()


def samples(families):
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families for sample in family.samples}


def check_forms(checks, url):
    kind, text = scrape(url)
    checks.expect(kind == TEXT, f"metrics: {kind}")
    plain = list(parse_text(text))
    kind, text = scrape(url, ACCEPT)
    checks.expect(kind == OPENMETRICS, f"metrics: {kind}")
    # This parser is strict: it refuses what the specification does.
    strict = list(parse_openmetrics(text))
    for families in (plain, strict):
        kinds = {family.name: family.type for family in families}
        for name, expected in [
                ("reportwire_calls", "counter"), ("reportwire_call_duration_seconds", "histogram"),
                ("reportwire_connections", "gauge"), ("process_cpu_seconds", "counter"),
                ("reportwire_queue_reports", "gauge")]:
            checks.expect(kinds.get(name) == expected, f"metrics: {name} is {kinds.get(name)}")
        checks.expect(all(family.documentation for family in families), "metrics: one has no help")
    units = {family.name: family.unit for family in strict}
    checks.expect(
        units["reportwire_call_duration_seconds"] == "seconds"
        and units["reportwire_kept_bytes"] == "bytes", f"metrics: {units}")
    checks.expect(
        {name for name, _ in samples(plain)} == {name for name, _ in samples(strict)},
        "metrics: the two forms tell of others")


def rest(url, path):
    try:
        with urllib.request.urlopen(url + path, timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def check_calls(checks, program, server):
    """As many calls are counted as were made, by method, door and code."""
    url = "http://" + server.address("http")
    command = [program, "call", "--address", server.address("ttrpc"), "--json"]
    request = json.dumps({"domain_id": DOMAIN, "report_id": "none"})
    stop = threading.Event()
    broken = []

    def keep_scraping():
        while not stop.is_set():
            try:
                list(parse_openmetrics(scrape(url, ACCEPT)[1]))
            except Exception as error:  # pylint: disable=broad-except
                broken.append(error)

    scraper = threading.Thread(target=keep_scraping)
    scraper.start()
    with grpc.insecure_channel(server.address("grpc")) as channel:
        stub = report_pb2_grpc.ReportStub(channel)
        for number in range(CALLS):
            stub.list(report_pb2.ReportQuery(domain_id=DOMAIN))
            if number < 3:
                subprocess.run(
                    [*command[:2], GET, *command[2:], request], capture_output=True, timeout=60,
                    check=False)
            try:
                stub.get(report_pb2.GetReportRequest(domain_id=DOMAIN, report_id="none"))
            except grpc.RpcError as error:
                checks.expect(error.code() == grpc.StatusCode.NOT_FOUND, f"metrics: {error}")
            rest(url, f"/report/v1/reports?domain_id={DOMAIN}")
            rest(url, f"/report/v1/report/none?domain_id={DOMAIN}")
            try:
                channel.unary_unary(f"/made.Up/m{number}")(b"")
            except grpc.RpcError as error:
                checks.expect(error.code() == grpc.StatusCode.UNIMPLEMENTED, f"metrics: {error}")
        stop.set()
        scraper.join()
        checks.expect(not broken, f"metrics: under load: {broken[:1]}")
        found = samples(parse_openmetrics(scrape(url, ACCEPT)[1]))
    expected = {
        (LIST, "grpc", "OK"): CALLS, (GET, "grpc", "NOT_FOUND"): CALLS,
        (LIST, "http", "OK"): CALLS, (GET, "http", "NOT_FOUND"): CALLS,
        (GET, "ttrpc", "NOT_FOUND"): 3, ("(unknown)", "grpc", "UNIMPLEMENTED"): CALLS,
    }
    counted = {
        (labels["method"], labels["door"], labels["code"]): value
        for (name, pairs), value in found.items() if name == "reportwire_calls_total"
        for labels in [dict(pairs)]}
    checks.expect(counted == expected, f"metrics: {counted}")
    name = "reportwire_call_duration_seconds_count"
    labels = (("door", "grpc"), ("method", LIST))
    checks.expect(found.get((name, labels)) == CALLS, "metrics: the durations are not as many")
    running = {value for (name, _), value in found.items() if name == "reportwire_calls_running"}
    checks.expect(running == {0}, f"metrics: {running} calls run")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", required=True)
    arguments = parser.parse_args()
    checks = Checks()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_world(folder)
        server = Server(arguments.server, folder)
        try:
            check_calls(checks, arguments.server, server)
            check_forms(checks, "http://" + server.address("http"))
        finally:
            checks.expect(server.stop() == 0, "metrics: the server did not end well")
    print(f"metrics: {checks.passed} passed, {checks.failed} failed")
    return checks.failed != 0


if __name__ == "__main__":
    sys.exit(main())

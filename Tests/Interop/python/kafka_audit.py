"""Has the server send its audit to a Kafka cluster that goes down, comes up, refuses and denies, kills the server
with a backlog, and reads what arrived by a real consumer: nothing is lost, the events of each report are in
order, and what comes twice has the same event id.

    kafka_audit.py --server PROGRAM --cluster PROGRAM [--calls NUMBER]
"""

import argparse
import collections
import concurrent.futures
import http.client
import json
import pathlib
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import grpc
import jsonschema
from confluent_kafka import Consumer, TopicPartition
from google.protobuf import struct_pb2
from prometheus_client.parser import text_string_to_metric_families
from spaceone.api.report.v1 import report_pb2, report_pb2_grpc

from clients import DOMAIN, TEMPLATE, Checks, Server, make_world

TOPIC = "audit-of-reports"
PARTITIONS = 5
REPORTS = 60
# Of one server that runs reports on a busy machine, and of a broker that is waited for.
SECONDS = 120
SCHEMA = pathlib.Path(__file__).resolve().parents[3] / "Examples/kafka/audit-event.schema.json"

# The type of SailPoint's that takes no arguments.
SAILPOINT = """\
template_id: sailpoint-identities
name: sailpoint-identities
source: flights
tenant: shared
sql: SELECT flight, origin FROM flights WHERE :correlatedOnly IN (0, 1) ORDER BY flight
parameters: {correlatedOnly: {type: boolean, default: false}}
formats: [csv]
"""


class Cluster:
    """The mock cluster, a process of its own."""

    def __init__(self, program):
        self.process = subprocess.Popen(
            [program, TOPIC, str(PARTITIONS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        self.brokers = self.process.stdout.readline().strip()

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        if self.process.stdout.readline() != "ok\n":
            raise RuntimeError(f"the cluster does not obey: {line}")

    def end(self):
        self.process.stdin.close()
        self.process.wait(30)

    def messages(self):
        """All messages of each partition, from the beginning to the end that they have now."""
        consumer = Consumer(
            {"bootstrap.servers": self.brokers, "group.id": "test", "enable.auto.commit": False})
        found = []
        try:
            for partition in range(PARTITIONS):
                first, end = consumer.get_watermark_offsets(
                    TopicPartition(TOPIC, partition), timeout=30)
                if first:
                    raise RuntimeError("the mock cluster has thrown messages away")
                consumer.assign([TopicPartition(TOPIC, partition, 0)])
                count = 0
                while count < end:
                    message = consumer.poll(30)
                    if message is None or message.error():
                        raise RuntimeError(f"after {count} of {end}: {message and message.error()}")
                    found.append(message)
                    count += 1
        finally:
            consumer.close()
        return found


class World:
    """A folder with a configuration, and the server that runs in it."""

    def __init__(self, program, folder, cluster, events):
        self.program, self.folder = program, folder
        make_world(folder)
        (folder / "templates" / "sailpoint.yaml").write_text(SAILPOINT)
        with open(folder / "reportwire.yaml", "a", encoding="utf-8") as file:
            file.write(
                f"audit:\n  kafka: {{brokers: '{cluster.brokers}', topic: {TOPIC}, events: {events},"
                " delivery_seconds: 5}\n"
                "rate: {sailpoint: off}\n")
        self.server = None
        self.start()

    def start(self):
        (self.folder / "ready.json").unlink(missing_ok=True)
        self.server = Server(self.program, self.folder)
        self.url = "http://" + self.server.address("http")
        self.channel = grpc.insecure_channel(self.server.address("grpc"))
        self.stub = report_pb2_grpc.ReportStub(self.channel)

    def kill(self):
        self.channel.close()
        self.server.process.send_signal(signal.SIGKILL)
        self.server.process.wait(30)

    def stop(self):
        self.channel.close()
        return self.server.stop()

    def metrics(self):
        with urllib.request.urlopen(self.url + "/metrics", timeout=30) as answer:
            families = text_string_to_metric_families(answer.read().decode())
        return {
            sample.name: sample.value for family in families for sample in family.samples
            if family.name.startswith("reportwire_audit_")}

    def wait_until(self, condition, what):
        """Waits until the metrics are so."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            metrics = self.metrics()
            if condition(metrics):
                return metrics
            time.sleep(0.2)
        raise RuntimeError(f"{what}: {self.metrics()} {self.server.output()}")

    def lines(self, condition="1"):
        """(event id, resource) of the audit's lines, in the order that they were written in."""
        database = sqlite3.connect(f"file:{self.folder}/data/reportwire.db?mode=ro", uri=True)
        try:
            return database.execute(
                f"SELECT event_id, resource_id FROM audit WHERE {condition} ORDER BY number"
            ).fetchall()
        finally:
            database.close()


def make_reports(world):
    reports = []
    options = struct_pb2.Struct()
    options.update({"carrier": "KE", "min_delay": 90})
    for number in range(REPORTS):
        report = world.stub.create(report_pb2.CreateReportRequest(
            domain_id=DOMAIN, template_id=TEMPLATE, name=f"report {number}",
            template_options=options))
        reports.append(report.report_id)
    for report in reports:
        world.stub.get_download_url(
            report_pb2.GetDownloadURLRequest(domain_id=DOMAIN, report_id=report))
    return reports


def call(world, reports, count):
    """Asks for download URLs, by eight callers at a time; how many got one, and the longest call."""
    def one(number):
        start = time.monotonic()
        world.stub.get_download_url(report_pb2.GetDownloadURLRequest(
            domain_id=DOMAIN, report_id=reports[number % len(reports)]))
        return time.monotonic() - start

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        times = list(pool.map(one, range(count)))
    return len(times), max(times)


def check_outages(checks, world, cluster, calls):
    """Calls while the broker is there, goes, is away, comes back, refuses and denies."""
    reports = make_reports(world)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        running = pool.submit(call, world, reports, calls // 4)
        world.wait_until(lambda m: m["reportwire_audit_delivered_total"] > 50, "nothing arrives")
        cluster.tell("down")
        done, longest = running.result()
    checks.expect(done == calls // 4, f"kafka: {done} calls")
    done, away = call(world, reports, calls // 4)
    checks.expect(done == calls // 4, f"kafka: {done} calls while the broker is away")
    checks.expect(away < longest + 10, f"kafka: a call took {away} s while the broker was away")
    metrics = world.wait_until(
        lambda m: m["reportwire_audit_failures_total"] > 0, "a failure is not counted")
    checks.expect(metrics["reportwire_audit_backlog"] >= calls // 4, f"kafka: {metrics}")
    checks.expect(metrics["reportwire_audit_backlog_age_seconds"] > 0, f"kafka: {metrics}")
    world.kill()
    cluster.tell("up")
    cluster.tell("refuse 5")
    world.start()
    world.wait_until(lambda m: m["reportwire_audit_backlog"] == 0, "the backlog stays")
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        running = pool.submit(call, world, reports, calls // 4)
        for _ in range(4):
            time.sleep(0.3)
            cluster.tell("deny 1")
        done, _ = running.result()
    checks.expect(done == calls // 4, f"kafka: {done} calls while the broker denies")
    # Killed in the middle of sending, and once more.
    cluster.tell("rtt 400")
    for _ in range(2):
        done, _ = call(world, reports, calls // 8)
        checks.expect(done == calls // 8, f"kafka: {done} calls before a kill")
        world.wait_until(
            lambda m: m["reportwire_audit_delivered_total"] > 0, "nothing arrives before a kill")
        checks.expect(world.metrics()["reportwire_audit_backlog"] > 0, "kafka: killed too late")
        world.kill()
        world.start()
    cluster.tell("rtt 0")
    metrics = world.wait_until(lambda m: m["reportwire_audit_backlog"] == 0, "the backlog stays")
    checks.expect(metrics["reportwire_audit_dropped_total"] == 0, f"kafka: {metrics}")
    checks.expect(world.stop() == 0, "kafka: the server did not end well")


def check_messages(checks, world, messages):
    """Every line of the audit has arrived, those of each report in their order."""
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    first, bodies, again = {}, {}, 0
    partitions = collections.defaultdict(set)
    for message in messages:
        event = json.loads(message.value())
        identity = event["event_id"]
        key = (message.key() or b"").decode()
        checks.expect(
            key == event["resource_id"] and message.headers() == [("event_id", identity.encode())],
            f"kafka: {key} {message.headers()} {event}")
        if key:
            partitions[key].add(message.partition())
        if identity in bodies:
            again += 1
            checks.expect(bodies[identity] == message.value(), f"kafka: {identity} has two contents")
            continue
        bodies[identity] = message.value()
        first[identity] = (message.partition(), message.offset(), event)
        problems = [problem.message for problem in validator.iter_errors(event)]
        checks.expect(not problems, f"kafka: {problems} in {event}")
    checks.expect(all(len(found) == 1 for found in partitions.values()), "kafka: split reports")
    lines = world.lines()
    lost = [identity for identity, _ in lines if identity not in first]
    checks.expect(not lost, f"kafka: {len(lost)} of {len(lines)} lost: {lost[:5]}")
    made_up = set(first) - {identity for identity, _ in lines}
    checks.expect(not made_up, f"kafka: not in the audit: {sorted(made_up)[:5]}")
    wanted = collections.defaultdict(list)
    for identity, resource in lines:
        if resource and identity in first:
            wanted[resource].append(identity)
    for resource, identities in wanted.items():
        arrived = sorted(identities, key=lambda identity: first[identity][:2])
        checks.expect(arrived == identities, f"kafka: {resource} is out of order")
    with_template = [
        event for _, _, event in first.values() if event["resource_id"] and event["code"] == "OK"]
    checks.expect(
        {event["template_id"] for event in with_template} == {TEMPLATE},
        "kafka: templates are not told")
    return len(lines), again


def get(world, path, method="GET", **headers):
    """(status, body) by a connection of its own."""
    connection = http.client.HTTPConnection(world.url.removeprefix("http://"), timeout=60)
    try:
        connection.request(method, path, headers={
            name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers
    finally:
        connection.close()


def start_run(world):
    request = urllib.request.Request(
        world.url + "/v3/reports/run",
        json.dumps({"reportType": "IDENTITIES", "arguments": {}}).encode(),
        {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        task = json.load(answer)["id"]
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        _, body, _ = get(world, f"/v3/reports/{task}/result")
        if json.loads(body).get("status") == "SUCCESS":
            return task
        time.sleep(0.1)
    raise RuntimeError("the run does not end")


def check_downloads(checks, world, cluster):
    """auditable=true makes one event for each download that had a result, and only that does."""
    task = start_run(world)
    plain = f"/v3/reports/{task}?fileFormat=csv"
    path = plain + "&auditable=true"
    # Each of these is one download: a whole file, one in three parts, one that begins in the middle.
    status, whole, headers = get(world, path)
    checks.expect(status == 200, f"kafka: {status}")
    third = len(whole) // 3
    for first, last in [(0, third), (third + 1, 2 * third), (2 * third + 1, len(whole) - 1)]:
        status, _, _ = get(world, path, Range=f"bytes={first}-{last}")
        checks.expect(status == 206, f"kafka: {status}")
    get(world, path, Range="bytes=10-")
    # None of these is one.
    tag = headers["ETag"]
    checks.expect(get(world, path, "HEAD")[0] == 200, "kafka: HEAD")
    checks.expect(get(world, path, If_None_Match=tag)[0] == 304, "kafka: If-None-Match")
    checks.expect(get(world, path, If_Match='"x"')[0] == 412, "kafka: If-Match")
    checks.expect(get(world, path, Range=f"bytes={len(whole)}-")[0] == 416, "kafka: Range")
    for wrong in (path.replace("csv", "pdf"), path.replace(task, "0" * 32)):
        checks.expect(get(world, wrong)[0] == 404, f"kafka: {wrong}")
    checks.expect(get(world, plain)[0] == 200, "kafka: without an event")
    checks.expect(get(world, plain + "&auditable=false")[0] == 200, "kafka: without an event")
    world.wait_until(
        lambda m: m["reportwire_audit_delivered_total"] >= 3 and not m["reportwire_audit_backlog"],
        "the events of downloads do not arrive")
    checks.expect(world.stop() == 0, "kafka: the server did not end well")
    events = [json.loads(message.value()) for message in cluster.messages()]
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text()))
    for event in events:
        problems = [problem.message for problem in validator.iter_errors(event)]
        checks.expect(not problems, f"kafka: {problems} in {event}")
    said = [(event["kind"], event["auditable"], event["code"], event["resource_id"],
             event["template_id"], event["door"]) for event in events]
    checks.expect(
        said == 3 * [("download", True, "OK", "report-" + task[-12:], "sailpoint-identities",
                      "http")], f"kafka: {said}")
    checks.expect(len({event["event_id"] for event in events}) == 3, "kafka: ids are not unique")
    lines = world.lines("is_auditable AND is_complete")
    checks.expect(len(lines) == 2, f"kafka: {len(lines)} complete downloads")


def check(checks, arguments, events, body):
    cluster = Cluster(arguments.cluster)
    with tempfile.TemporaryDirectory() as name:
        world = World(arguments.server, pathlib.Path(name), cluster, events)
        try:
            body(world, cluster)
        except Exception as error:  # pylint: disable=broad-except
            checks.expect(False, f"kafka: {error!r} {world.server.output()}")
        finally:
            world.server.stop()
            cluster.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", required=True)
    parser.add_argument("--cluster", required=True, help="Tests/Interop/c/kafka_cluster.c, built")
    parser.add_argument("--calls", type=int, default=10_000)
    arguments = parser.parse_args()
    checks = Checks()

    def outages(world, cluster):
        check_outages(checks, world, cluster, arguments.calls)
        lines, again = check_messages(checks, world, cluster.messages())
        checks.expect(lines > arguments.calls, f"kafka: {lines} lines")
        print(f"kafka: {lines} events arrived, {again} of them more than once")

    check(checks, arguments, "all", outages)
    check(checks, arguments, "auditable",
          lambda world, cluster: check_downloads(checks, world, cluster))
    print(f"kafka: {checks.passed} passed, {checks.failed} failed")
    return checks.failed != 0


if __name__ == "__main__":
    sys.exit(main())

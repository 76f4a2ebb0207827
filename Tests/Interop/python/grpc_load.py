"""Load on the gRPC door by grpcio: readers that stop reading, streams by the thousand, and a stop while calls run.

    grpc_load.py --server PROGRAM
"""

import argparse
import collections
import concurrent.futures
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

import grpc
from spaceone.api.report.v1 import report_pb2, report_pb2_grpc

import http2_table as http2
from clients import CONFIG_YAML, DOMAIN, TEMPLATE, Checks, Server, make_world
from grpc_clients import OPTIONS, create, failure, get, options, wait

SLOW_TEMPLATE = "template-00000000510e"
SLOW_YAML = f"""\
template_id: {SLOW_TEMPLATE}
name: slow
source: flights
tenant: shared
sql: |
  WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 100000000000)
  SELECT count(*) AS n FROM c
formats: [csv]
"""
LIMITS_YAML = "limits: {drain_seconds: 3, server_bytes: 201326592}\n"

LISTED, OPTION_BYTES = 100, 200_000
# Of answers with that option: more than a socket takes, and half of what a connection may keep.
UNREAD = 40
READERS, LISTS_PER_READER = 3, 3
STREAMS, AT_ONCE, CONNECTIONS = 10_000, 2000, 8
RUNNING = 200
SECONDS = 60
MEMORY_MIB = 512

# Asks for long lists and stops before their answers are there: a short call goes the same way behind them.
READER = """
import os, signal, sys
import grpc
from spaceone.api.report.v1 import report_pb2, report_pb2_grpc
address, domain, count = sys.argv[1:]
with grpc.insecure_channel(address, options=[("grpc.max_receive_message_length", 256 << 20)]) as channel:
    stub = report_pb2_grpc.ReportStub(channel)
    calls = [stub.list.future(report_pb2.ReportQuery(domain_id=domain)) for _ in range(int(count))]
    try:
        stub.get(report_pb2.GetReportRequest(domain_id=domain, report_id="none"))
    except grpc.RpcError:
        pass
    os.kill(os.getpid(), signal.SIGSTOP)
    print(sum(call.done() for call in calls))
    for call in calls:
        code = call.code()
        print(code.name, len(call.result().results) if code.value[0] == 0 else call.details())
"""


def cpu_seconds(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mib(process, key="VmRSS"):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(rf"{key}:\s+(\d+)", status)[1]) / 1024


class Load:
    """A server with a few reports."""

    def __init__(self, program, folder):
        make_world(folder)
        (folder / "templates" / "slow.yaml").write_text(SLOW_YAML)
        (folder / "reportwire.yaml").write_text(CONFIG_YAML.format(folder=folder) + LIMITS_YAML)
        self.server = Server(program, folder)
        self.address = self.server.address("grpc")

    def channel(self):
        return grpc.insecure_channel(
            self.address, options=[*OPTIONS, ("grpc.use_local_subchannel_pool", 1)])


def good_calls(stub, report_id, count):
    """How many of so many calls, one after the other, are answered well."""
    return sum(stub.get(get(report_id), timeout=SECONDS).report_id == report_id for _ in range(count))


def check_slow_readers(checks, load, stub, report_id):
    """Who asks for long lists and does not read them takes bounded memory and no time of others."""
    process = load.server.process
    begin = cpu_seconds(process)
    good = good_calls(stub, report_id, 1000)
    alone = cpu_seconds(process) - begin
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, load.address, DOMAIN, str(LISTS_PER_READER)],
            stdout=subprocess.PIPE, text=True) for _ in range(READERS)]
    try:
        for reader in readers:
            os.waitid(os.P_PID, reader.pid, os.WSTOPPED | os.WNOWAIT)
        until_idle(process)
        begin = cpu_seconds(process)
        good += good_calls(stub, report_id, 1000)
        beside = cpu_seconds(process) - begin
        checks.expect(good == 2000, f"load: {good} of 2000 calls beside slow readers")
        checks.expect(
            beside < 3 * alone + 0.5,
            f"load: 1000 calls take {beside} s of processor beside slow readers, {alone} s alone")
        memory = memory_mib(process)
        checks.expect(memory < MEMORY_MIB, f"load: {memory:.0f} MiB beside slow readers")
        print(f"load: 1000 calls took {alone:.2f} s of processor, beside slow readers {beside:.2f} s; "
              f"{memory:.0f} MiB")
    finally:
        for reader in readers:
            reader.send_signal(signal.SIGCONT)
    for reader in readers:
        done, *ends = reader.communicate(timeout=SECONDS)[0].splitlines()
        checks.expect(
            int(done) < LISTS_PER_READER and len(ends) == LISTS_PER_READER
            and all(end == f"OK {LISTED + 1}" for end in ends),
            f"load: a slow reader had {done} answers when it stopped, and got {ends}")


def check_unread(checks, load, large_id):
    """Answers that are ready while the socket takes nothing come once it does, however long they are."""
    port = int(load.address.rpartition(":")[2])
    wide = (1 << 31) - 1
    connection = http2.Connection(
        port, receive_buffer=65_536, hello=http2.PREFACE + http2.settings((4, wide), (5, 1 << 20))
        + http2.frame(http2.WINDOW, 0, 0, http2.u32(wide - 65_535))).handshake()
    # The list takes longest.
    calls = {1: ("list", report_pb2.ReportQuery(domain_id=DOMAIN))}
    calls |= {2 * number + 3: ("get", get(large_id)) for number in range(UNREAD)}
    for stream, (method, message) in calls.items():
        body = message.SerializeToString()
        connection.send(http2.request(
            stream, http2.changed(":path", f"/spaceone.api.report.v1.Report/{method}"),
            b"\0" + http2.u32(len(body)) + body))
    until_idle(load.server.process)
    connection.wait(lambda: all(connection.is_answered(stream) for stream in calls), SECONDS)
    ends = {stream: (connection.fields(stream).get("grpc-status"), len(connection.data(stream)))
            for stream in calls}
    connection.socket.close()
    checks.expect(
        all(end == "0" for end, _ in ends.values()) and ends[1][1] > LISTED * OPTION_BYTES,
        f"load: answers that were not read at first: {ends}")


def until_idle(process):
    """What was begun is done when the server takes no more time."""
    spent = -1.0
    while cpu_seconds(process) != spent:
        spent = cpu_seconds(process)
        time.sleep(0.3)


def check_many(checks, load, stub, report_id):
    good = good_calls(stub, report_id, STREAMS)
    checks.expect(good == STREAMS, f"load: {good} of {STREAMS} calls one after the other")
    channels = [load.channel() for _ in range(CONNECTIONS)]
    stubs = [report_pb2_grpc.ReportStub(channel) for channel in channels]
    calls = [stubs[number % CONNECTIONS].get.future(get(report_id)) for number in range(AT_ONCE)]
    good = sum(call.result(timeout=SECONDS).report_id == report_id for call in calls)
    checks.expect(good == AT_ONCE, f"load: {good} of {AT_ONCE} calls at once")
    for channel in channels:
        channel.close()


def check_stop(checks, load, stub):
    """SIGTERM while calls wait, stream and come: each is answered, or fails in a way that clients try again."""
    made = stub.create(report_pb2.CreateReportRequest(
        domain_id=DOMAIN, template_id=SLOW_TEMPLATE, name="slow", template_options=options()))
    slow = report_pb2.GetDownloadURLRequest(domain_id=DOMAIN, report_id=made.report_id)
    outcomes = collections.Counter()
    stopped = threading.Event()
    channels = [load.channel() for _ in range(4)]
    stubs = [report_pb2_grpc.ReportStub(channel) for channel in channels]
    waiting = [stubs[number % 4].get_download_url.future(slow, timeout=SECONDS) for number in range(RUNNING // 2)]
    watching = [
        channels[number % 4].unary_stream("/reportwire.v1.ReportControl/watch")(
            get(made.report_id).SerializeToString(), timeout=SECONDS) for number in range(RUNNING // 2)]
    for stream in watching:
        next(stream)

    def told(code, text):
        outcomes[code, text.partition(":")[0] if text.startswith("ERROR_") else ""] += 1

    def come(stub):
        code = grpc.StatusCode.OK
        while code == grpc.StatusCode.OK and not stopped.is_set():
            code, text = failure(lambda: stub.get(get(made.report_id), timeout=SECONDS) and None)
            told(code, text)

    threads = [threading.Thread(target=come, args=[each]) for each in stubs]
    for thread in threads:
        thread.start()
    time.sleep(0.2)
    status = load.server.stop()
    stopped.set()
    for thread in threads:
        thread.join()
    for call in waiting:
        told(*failure(call.result))
    for stream in watching:
        # A stream ends well behind the last state of its report only; this one has none.
        code, text = failure(lambda: collections.deque(stream, 1) and None)
        told(code, text if code != grpc.StatusCode.OK else "ERROR_ENDED: before its report")
    checks.expect(status == 0, f"load: the server ended with {status}: {load.server.output()}")
    # Those that come once it is gone are refused by the system.
    wrong = {
        outcome: count for outcome, count in outcomes.items()
        if outcome not in [(grpc.StatusCode.OK, ""), (grpc.StatusCode.UNAVAILABLE, "")]}
    checks.expect(not wrong, f"load: while the server stopped, calls ended with {wrong}")
    checks.expect(
        sum(outcomes.values()) >= RUNNING and outcomes[grpc.StatusCode.OK, ""] > 0,
        f"load: while the server stopped: {outcomes}")
    print(f"load: while the server stopped: {dict(outcomes)}")
    for channel in channels:
        channel.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--server", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    checks = Checks()
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        load = Load(arguments.server.resolve(), pathlib.Path(name))
        try:
            with load.channel() as channel:
                stub = report_pb2_grpc.ReportStub(channel)
                report_id = wait(stub, create(stub).report_id).report_id
                with concurrent.futures.ThreadPoolExecutor(8) as pool:
                    large = list(pool.map(lambda _: create(stub, carrier="y" * OPTION_BYTES), range(LISTED)))
                check_unread(checks, load, large[0].report_id)
                check_slow_readers(checks, load, stub, report_id)
                check_many(checks, load, stub, report_id)
                check_stop(checks, load, stub)
        finally:
            load.server.stop()
    print(f"load: {time.monotonic() - begin:.0f} s")
    print(f"load: {checks.passed} passed, {checks.failed} failed")
    return checks.failed != 0


if __name__ == "__main__":
    sys.exit(main())

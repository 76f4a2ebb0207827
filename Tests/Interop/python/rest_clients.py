"""Calls the server by REST with curl, checks its OpenAPI document with a validator and fuzzes what that says.

    rest_clients.py --server PROGRAM --tools FOLDER

FOLDER is the bin folder of an environment with requirements-rest.txt.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse

from clients import DOMAIN, TEMPLATE, Checks, Server, make_world

VALIDATE = """
import json, sys
from openapi_spec_validator import OpenAPIV31SpecValidator
errors = list(OpenAPIV31SpecValidator(json.load(open(sys.argv[1]))).iter_errors())
print(*errors, sep="\\n")
sys.exit(len(errors))
"""


class REST:
    def __init__(self, url):
        self.url = url

    def curl(self, *arguments):
        """(status, text) of an answer."""
        done = subprocess.run(
            ["curl", "--silent", "--max-time", "30", "--write-out", "\n%{http_code}", *arguments],
            capture_output=True, text=True, check=True)
        text, _, status = done.stdout.rpartition("\n")
        return int(status), text

    def call(self, verb, path, body=None, *more):
        """(status, object) of an answer in JSON."""
        arguments = ["-X", verb, self.url + path, *more]
        if body is not None:
            arguments += ["-H", "Content-Type: application/json", "-d", json.dumps(body)]
        status, text = self.curl(*arguments)
        return status, json.loads(text) if text else None


def run_a_report(checks, rest):
    status, made = rest.call("POST", "/report/v1/reports", {
        "domain_id": DOMAIN, "template_id": TEMPLATE, "name": "rest", "templateOptions": {"carrier": "KE"}})
    checks.expect(status == 200 and made.get("report_id"), f"create: {made}")
    report = made["report_id"]
    status, text = rest.curl(f"{rest.url}/reportwire/v1/report/{report}/watch?domain_id={DOMAIN}")
    states = [json.loads(line).get("state", "CREATED") for line in text.splitlines() if line]
    checks.expect(status == 200 and states[-1] == "FINISHED", f"watch in lines: {text}")
    status, text = rest.curl(
        "-H", "Accept: text/event-stream",
        f"{rest.url}/reportwire/v1/report/{report}/watch?domain_id={DOMAIN}")
    checks.expect(
        text.startswith("data: {") and text.rstrip().endswith("event: end\ndata: {}"),
        f"watch in events: {text}")
    status, link = rest.call("GET", f"/report/v1/report/{report}/download_url?domain_id={DOMAIN}")
    checks.expect(status == 200, f"download_url: {link}")
    status, text = rest.curl(link["download_url"])
    checks.expect(status == 200 and text, "the file itself")
    status, text = rest.curl(
        "--compressed", "--get", f"{rest.url}/report/v1/reports", "--data-urlencode", f"domain_id={DOMAIN}",
        "--data-urlencode", 'query.filter={"k":"name","v":"rest","o":"eq"}', "-d", "query.page.limit=10")
    checks.expect(json.loads(text)["results"][0]["report_id"] == report, f"list: {text}")
    return report


# A call of each binding by curl: what goes into the query of a GET or DELETE or the body of the others, and what
# the answer has. A binding of the document that is not here fails the run. Names that begin with a $ are known
# once the report is there.
STORAGE, STORAGE_TYPE = "storage-000000000001", "storage-type-000000000001"
OF_DOMAIN = {"domain_id": DOMAIN}
BINDINGS = {
    "POST /report/v1/reports": (
        OF_DOMAIN | {"template_id": TEMPLATE, "name": "by curl", "template_options": {"carrier": "AA"}},
        {"domain_id": DOMAIN, "template_id": TEMPLATE, "template_options": {"carrier": "AA"}}),
    "GET /report/v1/reports": (
        OF_DOMAIN | {"report_id": "$report", "state": "FINISHED", "query.only": "report_id"},
        {"total_count": 1, "results": [{"report_id": "$report"}]}),
    "POST /report/v1/reports/search": (
        OF_DOMAIN | {"query": {"filter": [{"k": "report_id", "v": "$report", "o": "eq"}], "only": ["report_id"]}},
        {"total_count": 1, "results": [{"report_id": "$report"}]}),
    "GET /report/v1/report/{report_id}": (
        OF_DOMAIN | {"only": ["state", "report_id"]}, {"report_id": "$report", "state": "FINISHED"}),
    "GET /report/v1/report/{report_id}/download_url": (OF_DOMAIN, ["download_url"]),
    "GET /reportwire/v1/report/{report_id}": (
        OF_DOMAIN, {"name": "rest", "attempts": 1, "parameters": {"carrier": "KE", "min_delay": 0}}),
    "GET /reportwire/v1/report/{report_id}/watch": (OF_DOMAIN, {"report_id": "$report", "state": "FINISHED"}),
    "GET /reportwire/v1/file/{sha256}": (OF_DOMAIN, {}),
    "POST /reportwire/v1/report/{report_id}/cancel": (OF_DOMAIN, {"report_id": "$report", "state": "FINISHED"}),
    "POST /reportwire/v1/report/{report_id}/pin": (OF_DOMAIN, {"report_id": "$report"}),
    "POST /reportwire/v1/report/{report_id}/unpin": (OF_DOMAIN, {"report_id": "$report"}),
    "POST /reportwire/v1/template/{template_id}/preview": (
        OF_DOMAIN | {"template_options": {"carrier": "KE"}}, {"template_id": TEMPLATE}),
    "GET /report/v1/storage/{storage_id}": (OF_DOMAIN, {"storage_id": STORAGE, "name": "local"}),
    "GET /report/v1/storages": (OF_DOMAIN | {"storage_id": STORAGE}, {"total_count": 1}),
    "POST /report/v1/storages/search": (OF_DOMAIN | {"query": {"count_only": True}}, {"total_count": 1}),
    "GET /report/v1/storage_type/{storage_type_id}": ({}, {"storage_type_id": STORAGE_TYPE}),
    "POST /report/v1/storage_type/{storage_type_id}": ({}, {"storage_type_id": STORAGE_TYPE}),
    "GET /report/v1/storage_types": ({}, {"total_count": 1}),
    "POST /report/v1/storage_types/search": ({}, {"total_count": 1}),
    "GET /report/v1/template/{template_id}": ({}, {"template_id": TEMPLATE, "name": "delayed-flights"}),
    "POST /report/v1/template/{template_id}": ({}, {"template_id": TEMPLATE, "name": "delayed-flights"}),
    "GET /report/v1/templates": ({}, {"total_count": 1}),
    "POST /report/v1/templates/search": ({}, {"total_count": 1}),
    "GET /report/v1/domain/{domain_id}": ({}, {"domain_id": DOMAIN, "register_templates": [TEMPLATE]}),
    "GET /report/v1/domains": (OF_DOMAIN, {"total_count": 1}),
    "POST /report/v1/domains/search": (
        {"query": {"filter": [{"k": "domain_id", "v": DOMAIN, "o": "eq"}]}}, {"total_count": 1}),
    "PUT /report/v1/domain/{domain_id}/disable": ({}, {}),
    "PUT /report/v1/domain/{domain_id}/enable": ({}, {"domain_id": DOMAIN, "register_templates": [TEMPLATE]}),
    "GET /reportwire/v1/audit": (OF_DOMAIN | {"resource_id": "$report", "limit": 2}, ["results"]),
    # Last, because nothing is left of the report then.
    "DELETE /reportwire/v1/report/{report_id}": (OF_DOMAIN, {}),
}


def filled(value, report):
    return json.loads(json.dumps(value).replace("$report", report))


def check_bindings(checks, rest, document, report):
    """curl for each binding, with what it answers."""
    documented = {
        f"{verb.upper()} {path}" for path, item in document["paths"].items() for verb in item}
    checks.expect(
        documented == set(BINDINGS),
        f"bindings without a call here, or the other way: {documented ^ set(BINDINGS)}")
    ids = OF_DOMAIN | {
        "sha256": "0" * 64, "report_id": report, "storage_id": STORAGE, "storage_type_id": STORAGE_TYPE, "template_id": TEMPLATE}
    for binding, (given, wanted) in BINDINGS.items():
        verb, _, path = binding.partition(" ")
        given, wanted = filled(given, report), filled(wanted, report)
        path = re.sub(r"\{(\w+)\}", lambda match: ids[match[1]], path)
        if verb in ("GET", "DELETE"):
            arguments = ["-X", verb, f"{rest.url}{path}?{urllib.parse.urlencode(given, doseq=True)}"]
        else:
            arguments = [
                "-X", verb, "-H", "Content-Type: application/json", "-d", json.dumps(given), rest.url + path]
        status, text = rest.curl(*arguments)
        # A stream is a line for each message.
        answer = json.loads(text.splitlines()[-1]) if status == 200 else {}
        checks.expect(
            status == 200 and all(name in answer for name in wanted)
            and (isinstance(wanted, list) or {name: answer[name] for name in wanted} == wanted),
            f"{binding}: {status} {text}")
        # What is no field of the request is refused by name.
        status, text = rest.curl(*arguments[:-1], arguments[-1] + ("&" if "?" in arguments[-1] else "?") + "no_such=1")
        checks.expect(status == 400 and "no_such" in text, f"{binding} with a field that is none: {status} {text}")


def fuzz(checks, tools, rest, folder, seconds):
    """What schemathesis makes of the document: no 5xx, and no answer that does not stand in it."""
    command = [
        os.path.join(tools, "schemathesis"), "run", f"{rest.url}/openapi.json", "--no-color",
        "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,"
        "response_schema_conformance", "--max-examples", "12", "--seed", "1", "--phases",
        "examples,coverage,fuzzing", "--exclude-path-regex", "watch$"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, cwd=folder)
        checks.expect(done.returncode == 0, f"schemathesis:\n{done.stdout[-6000:]}{done.stderr[-2000:]}")
    except subprocess.TimeoutExpired as expired:
        checks.expect(False, f"schemathesis took longer than {seconds} s: {(expired.stdout or b'')[-3000:]}")


def main():
    parser = argparse.ArgumentParser(
        prog="rest_clients.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", required=True)
    parser.add_argument("--tools", required=True)
    arguments = parser.parse_args()
    checks = Checks()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_world(folder)
        server = Server(arguments.server, folder)
        try:
            rest = REST("http://" + server.address("http"))
            begin = time.monotonic()
            status, text = rest.curl(rest.url + "/openapi.json")
            (folder / "openapi.json").write_text(text, encoding="utf-8")
            done = subprocess.run(
                [os.path.join(arguments.tools, "python"), "-c", VALIDATE, str(folder / "openapi.json")],
                capture_output=True, text=True)
            checks.expect(status == 200 and done.returncode == 0, f"openapi.json: {done.stdout}{done.stderr}")
            report = run_a_report(checks, rest)
            check_bindings(checks, rest, json.loads(text), report)
            fuzz(checks, arguments.tools, rest, folder, 60)
            print(f"rest: {time.monotonic() - begin:.0f} s")
        finally:
            server.stop()
    print(f"rest: {checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())

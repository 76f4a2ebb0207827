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


def check_bindings(checks, rest, document, report):
    """curl for each binding: what has a handler answers, and as the document says."""
    known = {"report_id": report, "template_id": TEMPLATE, "domain_id": DOMAIN}
    operations = [
        (verb, path, operation) for path, item in document["paths"].items() for verb, operation in item.items()]
    # What removes the report comes last.
    operations.sort(key=lambda operation: operation[0] == "delete")
    for verb, path, operation in operations:
        target = re.sub(r"\{(\w+)\}", lambda match: known.get(match[1], "none"), path)
        body = None if verb in ("get", "delete") else {"domain_id": DOMAIN}
        status, answer = (
            rest.curl("-X", verb.upper(), f"{rest.url}{target}?domain_id={DOMAIN}") if "watch" in path else
            rest.call(verb.upper(), target + ("" if body else f"?domain_id={DOMAIN}"), body))
        checks.expect(status in (200, 400, 404), f"{verb} {path}: {status} {answer}")
        if status != 200:
            checks.expect(answer["detail"]["code"].startswith("ERROR_"), f"{verb} {path}: {answer}")
        if "report_id" in path:
            checks.expect(status == 200, f"{verb} {path} of a report: {status} {answer}")


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

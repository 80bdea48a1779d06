"""healthlake-export as its user sees it: commands, environment, proxies, certificates, signals, and every way in which a
run can end before its job does. Each of those must say how to go on, by a command that a shell can run as it is.

Every check prints one line; the last line is `N passed, N failed`.
"""
import argparse
import base64
import json
import os
import pathlib
import pty
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import interop
from interop import KMS, ROLE, STORE, check
from scripted import Scripted, response

JOB = "0123456789abcdef0123456789abcdef"
SECRET, TOKEN = "export/program+secret", "export-program-session-token"
START = ["--s3-uri", "s3://results/export", "--kms-key-id", KMS, "--role-arn", ROLE, "--poll", "0.02"]
program = None  # the path of healthlake-export


def environment(**more):
    """What the program is run with; a variable that is None is not set."""
    clean = {name: value for name, value in os.environ.items()
             if not name.startswith("AWS_") and not name.lower().endswith("_proxy")}
    given = {**clean, "AWS_ACCESS_KEY_ID": "AKIDEXPORT", "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": TOKEN,
             "AWS_REGION": "us-east-1", "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
             "AWS_EC2_METADATA_DISABLED": "true", **more}
    return {name: value for name, value in given.items() if value is not None}


def run(*arguments, **variables):
    return subprocess.run([program, *map(str, arguments)], env=environment(**variables), capture_output=True,
                          text=True, timeout=60)


def on(server, *command):
    """The arguments of a command against a server."""
    name = list(command[:1]) if command and not command[0].startswith("-") else []
    return [*name, "--endpoint", server.url, "--datastore-id", STORE, *command[len(name):]]


def commands_in(text):
    """The commands that a message offers, each on an indented line of its own."""
    return [line.strip() for line in text.splitlines() if line.startswith("  ") and "healthlake-export" in line]


def by_shell(command, **variables):
    return subprocess.run(["sh", "-c", command], env=environment(**variables), capture_output=True, text=True,
                          timeout=60)


def properties(status="COMPLETED", job=JOB, **more):
    return {"JobId": job, "JobStatus": status, "SubmitTime": 1767225600.5, "DatastoreId": STORE,
            "OutputDataConfig": {"S3Configuration": {"S3Uri": "s3://results/export", "KmsKeyId": KMS}}, **more}


def described(status="COMPLETED", **more):
    return response(200, {"ExportJobProperties": properties(status, **more)})


def refused(status, code, message="why"):
    return response(status, {"__type": code, "Message": message})


STARTED = response(200, {"JobId": JOB, "JobStatus": "SUBMITTED", "DatastoreId": STORE})


class Service(Scripted):
    """Starts jobs and describes them by a script, whose last entry is repeated."""

    def __init__(self, *describes, start=STARTED, **more):
        self.describes, self.start = list(describes) or [described()], start
        super().__init__(self.by_script, **more)

    def by_script(self, request):
        if request.operation == "StartFHIRExportJob":
            return self.start
        if request.operation == "DescribeFHIRExportJob":
            return self.describes.pop(0) if len(self.describes) > 1 else self.describes[0]
        return response(200, {"ExportJobPropertiesList": []})

    def tokens(self):
        return [r.input["ClientToken"] for r in self.requests if r.operation == "StartFHIRExportJob"]


def ends(name, ran, status, *told):
    return check(f"{name}: {status}", ran.returncode == status and all(text in ran.stdout + ran.stderr for text in told),
                 (ran.returncode, ran.stdout, ran.stderr))


def token_first():
    """The token is on stdout before the service has answered anything."""
    may_answer = threading.Event()
    server = Service()
    server.answer = lambda request: may_answer.wait(20) and server.by_script(request)
    with subprocess.Popen([program, *on(server, *START)], env=environment(), stdout=subprocess.PIPE, text=True) as job:
        line = job.stdout.readline()
        may_answer.set()
        job.stdout.read()
    sent = server.tokens()
    check("the client token is printed before the first request is answered", job.returncode == 0 and
          sent and line == f"client token {sent[0]}\n", (line, sent))
    ran = run(*on(server, "start", *START, "--client-token", "mine"))
    check("--client-token is sent and printed", ran.stdout.startswith("client token mine\n") and
          server.tokens()[-1] == "mine", ran.stdout)


def lost_start():
    """Whatever hides the answer of the start, the job may be running."""
    for name, answer in (("a connection that is lost", None), ("HTTP 500", refused(500, "InternalServerException")),
                         ("a body that is cut off", response(200, b'{"JobId": "01')),
                         ("no JobId", response(200, {"JobStatus": "SUBMITTED"})),
                         ("a JobId that is not valid", response(200, {"JobId": "x'; $(reboot)\n#", "JobStatus": "S"}))):
        server = Service(start=answer)
        server.answer = lambda request: server.start if request.operation.startswith("Start") else None
        arguments = [*START, "--job-name", "night", "--timeout", "30"]
        ran = run(*on(server, *arguments))
        token = ran.stdout.splitlines()[0].removeprefix("client token ")
        offered = commands_in(ran.stderr)
        if not (ends(f"start, {name}", ran, 3, "may be running", token) and
                check(f"start, {name}: two commands", len(offered) == 2, ran.stderr)):
            continue
        server.start, server.answer = STARTED, server.by_script
        looked = by_shell(offered[0])
        check(f"start, {name}: the first one looks", looked.returncode == 0 and
              server.requests[-1].operation == "ListFHIRExportJobs" and
              server.requests[-1].input == {"DatastoreId": STORE, "JobName": "night"}, (looked, offered))
        first = next(r for r in server.requests if r.operation == "StartFHIRExportJob").input
        again = by_shell(offered[1])
        last = [r for r in server.requests if r.operation == "StartFHIRExportJob"][-1].input
        check(f"start, {name}: the second one makes the same call", again.returncode == 0 and first == last and
              last["ClientToken"] == token, (again, first, last))
        server.close()

    for name, answer in (("a refusal", refused(400, "ValidationException")), ("no access", refused(403, "AccessDenied")),
                         ("throttling", refused(429, "ThrottlingException"))):
        server = Service(start=answer)
        ran = run(*on(server, *START))
        ends(f"start, {name}", ran, 3, "started no job", f"client token {server.tokens()[0]}")
        check(f"start, {name}: it is not said to run", "may be running" not in ran.stderr, ran.stderr)
        server.close()
    server = Service()
    server.close()
    ran = run(*on(server, *START))
    ends("start, nothing listens", ran, 3, "connect failed", "started no job", "client token ")


def goes_on(name, ran, server, status, *told):
    """The run ended with this status before the job did, and what it says goes on with the job."""
    offered = commands_in(ran.stderr)
    if not (ends(name, ran, status, *told) and check(f"{name}: a command to go on", len(offered) == 1, ran.stderr)):
        return
    server.describes, starts = [described("IN_PROGRESS"), described()], len(server.tokens())
    again = by_shell(offered[0])
    check(f"{name}: the command goes on with the job", again.returncode == 0 and "COMPLETED" in again.stdout and
          len(server.tokens()) == starts and server.requests[-1].input == {"DatastoreId": STORE, "JobId": JOB},
          (offered, again))


def unfinished():
    server = Service(described("IN_PROGRESS"))
    goes_on("a timeout", run(*on(server, *START, "--timeout", "0.4")), server, 3, "within the timeout")
    server.describes = [described("IN_PROGRESS")]
    goes_on("a timeout of --job-id", run(*on(server, "--job-id", JOB, "--poll", "0.02", "--timeout", "0.4")), server, 3)
    for code in ("ExpiredTokenException", "ExpiredToken"):
        server.describes = [described("IN_PROGRESS"), refused(400, code)]
        goes_on(f"{code} while waiting", run(*on(server, *START)), server, 3, "Set new credentials")
    server.describes = [described("IN_PROGRESS"), refused(403, "AccessDeniedException")]
    goes_on("no access while waiting", run(*on(server, *START)), server, 3, "AccessDenied")
    server.describes = [described(job="f" * 32)]
    goes_on("another job is described", run(*on(server, *START)), server, 3, "another job")
    for name, status in (("null", None), ("empty", ""), ("a number", 7), ("an object", {})):
        server.describes = [described(status)]
        goes_on(f"a status that is {name}", run(*on(server, *START)), server, 3, "without its status")
    without = properties()
    del without["JobStatus"]
    for name, answer in (("no status", {"ExportJobProperties": without}), ("an empty response", {})):
        server.describes = [response(200, answer)]
        goes_on(name, run(*on(server, *START)), server, 3, "5 times without its status")
    server.describes = [refused(400, "ResourceNotFoundException")]
    ran = run(*on(server, "--job-id", JOB))
    ends("--job-id of no job", ran, 3, "ResourceNotFound")
    check("--job-id of no job: a command to look", " list " in commands_in(ran.stderr)[0], ran.stderr)
    server.close()

    odd = "-a b%@=:+/ é"
    server = Service(described("IN_PROGRESS", job=odd), start=response(200, {"JobId": odd, "JobStatus": "SUBMITTED"}))
    ran = run(*on(server, *START, "--timeout", "0.3"))
    server.describes = [described(job=odd)]
    again = by_shell(commands_in(ran.stderr)[0])
    check("a JobId of blanks, signs and letters is quoted for the shell", again.returncode == 0 and
          server.requests[-1].input["JobId"] == odd, (ran.stderr, again))
    server.close()


def trouble():
    """Trouble that passes is told and borne."""
    page = response(502, b"<html>Bad Gateway</html>")
    for name, bad in (("a lost connection", None), ("a proxy's page", page), ("throttling", refused(
            429, "ThrottlingException")), ("not found, just after the start", refused(400, "ResourceNotFoundException"))):
        server = Service(bad, bad, bad, bad, described("IN_PROGRESS"), described())
        ran = run(*on(server, *START))
        ends(f"{name} while waiting is borne", ran, 0, "still waiting", "the service answers again", "COMPLETED")
        server.close()
    late = {"Date": time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 3600))}
    server = Service()
    answers = iter([response(403, {"__type": "InvalidSignatureException", "Message": "x"}, list(late.items()))])
    server.answer = lambda request: next(answers, None) or server.by_script(request)
    ran = run(*on(server, *START))
    ends("a clock that is wrong is corrected, and told", ran, 0, "warning: this machine's clock")
    check("a clock that is wrong is told once", ran.stderr.count("this machine's clock") == 1, ran.stderr)
    server.close()


def signals():
    # The program leaves a signal ignored that it inherits as such, as a background job of a script does.
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        server = Service(described("IN_PROGRESS"))
        with subprocess.Popen([program, *on(server, *START)], env=environment(), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as job:
            while "IN_PROGRESS" not in job.stdout.readline():
                pass
            job.send_signal(number)
            out, error = job.communicate(timeout=20)
        ran = subprocess.CompletedProcess([], job.returncode, out, error)
        goes_on(f"{number.name} while waiting", ran, server, 128 + number, "interrupted")
        server.close()

    may_end, asked = threading.Event(), threading.Event()
    server = Service()
    server.answer = lambda request: asked.set() or may_end.wait(30) and None
    with subprocess.Popen([program, *on(server, *START)], env=environment(), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True) as job:
        asked.wait(20)
        job.send_signal(signal.SIGINT)
        out, error = job.communicate(timeout=20)
    may_end.set()
    check("SIGINT during the start: 130, the token, and how to look", job.returncode == 130 and
          server.tokens()[0] in error and len(commands_in(error)) == 2, (job.returncode, out, error))
    server.close()


def output():
    server = Service()
    with open("/dev/full", "w") as full:
        ran = subprocess.run([program, *on(server, *START)], env=environment(), stdout=full, stderr=subprocess.PIPE,
                             text=True, timeout=20)
        check("a full disk under stdout: 4, and nothing is started", ran.returncode == 4 and not server.requests and
              "nothing was sent" in ran.stderr, (ran.returncode, ran.stderr))
        ran = subprocess.run([program, *on(server, *START, "--json")], env=environment(), stdout=full,
                             stderr=subprocess.PIPE, text=True, timeout=20)
        check("a full disk under --json: 4", ran.returncode == 4 and "cannot be written" in ran.stderr,
              (ran.returncode, ran.stderr))
    reader, writer = os.pipe()
    os.close(reader)
    ran = subprocess.run([program, *on(server, "describe", "--job-id", JOB)], env=environment(), stdout=writer,
                         stderr=subprocess.PIPE, text=True, timeout=20)
    os.close(writer)
    check("a reader that has gone: 4", ran.returncode == 4 and "Broken pipe" in ran.stderr, (ran.returncode, ran.stderr))

    terminal, inside = pty.openpty()
    server.describes = [described("IN_PROGRESS"), *[described("IN_PROGRESS")] * 3, described()]
    job = subprocess.Popen([program, *on(server, *START[:-1], "0.15")], env=environment(), stdout=inside,
                           stderr=subprocess.PIPE)
    os.close(inside)
    shown = b""
    try:
        while chunk := os.read(terminal, 65536):
            shown += chunk
    except OSError:
        pass  # how Linux says that the other side has closed
    job.communicate(timeout=20)
    check("on a terminal the status ticks in its line", job.returncode == 0 and shown.count(b"IN_PROGRESS") > 2 and
          shown.count(b"IN_PROGRESS\r\n") == 1 and b"COMPLETED\r\n" in shown, shown)
    server.close()

    server = Service(described("COMPLETED_WITH_ERRORS", Message="2 of 9"))
    ends("COMPLETED_WITH_ERRORS", run(*on(server, *START)), 0, "warning: the job completed with errors: 2 of 9")
    for status in ("FAILED", "CANCEL_COMPLETED", "CANCEL_FAILED"):
        server.describes = [described(status, Message="because")]
        ends(f"a job that ends as {status}", run(*on(server, *START)), 1, status, "because")
    server.close()


def describe_and_list():
    server = Service(described("IN_PROGRESS", JobName="night"))
    for name in ("describe", "describe-fhir-export-job"):
        ran = run(*on(server, name, "--job-id", JOB))
        ends(name, ran, 0, JOB, "IN_PROGRESS", "night", "2026-01-01T00:00:00Z", "s3://results/export")
    ran = run(*on(server, "describe", "--job-id", JOB, "--json"))
    check("describe --json", ran.returncode == 0 and json.loads(ran.stdout) == properties(
        "IN_PROGRESS", JobName="night"), ran)
    server.describes = [described(job="f" * 32)]
    ends("describe, another job comes back", run(*on(server, "describe", "--job-id", JOB)), 3, "another job")
    server.describes = [refused(400, "ResourceNotFoundException")]
    ends("describe, no such job", run(*on(server, "describe", "--job-id", JOB)), 3, "ResourceNotFoundException")
    server.close()

    pages = {None: ([properties(job="a" * 32), properties("FAILED", job="b" * 32, JobName="x\ny\x1b[31m\u0085")], "-p'2"),
             "-p'2": ([properties(job="c" * 32)], None)}

    def page(request):
        jobs, following = pages[request.input.get("NextToken")]
        return response(200, {"ExportJobPropertiesList": jobs, **({"NextToken": following} if following else {})})

    server = Scripted(page)
    for name in ("list", "list-fhir-export-jobs"):
        ran = run(*on(server, name))
        lines = ran.stdout.splitlines()
        check(f"{name}: a line for each job of all pages", ran.returncode == 0 and len(lines) == 4 and
              [line.split()[:2] for line in lines[1:]] == [["a" * 32, "COMPLETED"], ["b" * 32, "FAILED"],
                                                           ["c" * 32, "COMPLETED"]], ran)
    ran = run(*on(server, "list", "--json"))
    check("list --json: a line of JSON for each job, without control characters", ran.returncode == 0 and
          [json.loads(line)["JobId"][0] for line in ran.stdout.splitlines()] == ["a", "b", "c"] and
          json.loads(ran.stdout.splitlines()[1])["JobName"] == "x\ny\x1b[31m\u0085" and
          not re.search(r"[^\n -~]", ran.stdout), ran)
    server.requests.clear()
    ran = run(*on(server, "list", "--max-results", "2", "--job-status", "FAILED", "--job-name", "x y",
                  "--submitted-after", "2026-01-01", "--submitted-before", "2026-01-02T03:04:05.25Z"))
    filters = {"DatastoreId": STORE, "MaxResults": 2, "JobStatus": "FAILED", "JobName": "x y",
               "SubmittedAfter": 1767225600, "SubmittedBefore": 1767323045.25}
    check("list: filters and one page", ran.returncode == 0 and [r.input for r in server.requests] == [filters], ran)
    by_shell(commands_in(ran.stderr)[0])
    check("list: the command for the next page", server.requests[-1].input == {**filters, "NextToken": "-p'2"},
          (ran.stderr, server.requests[-1].input))
    server.answer = lambda request: response(200, {"ExportJobPropertiesList": [], "NextToken": "same"})
    ends("list, a service that repeats its page token", run(*on(server, "list")), 3, "NextToken")
    server.answer = lambda request: response(200, {"ExportJobPropertiesList": []})
    ends("list, nothing to list", run(*on(server, "list")), 0, "no export jobs")
    server.close()


def invalid():
    """Nothing is sent, the status is 2, and no value of an argument is repeated that may be a secret."""
    server = Service()
    for name, arguments, told in (
            ("a status that is none", ["list", "--job-status", "DONE"], "--job-status"),
            ("a time that is none", ["list", "--submitted-after", "2026-02-30"], "--submitted-after"),
            ("a time without a zone", ["list", "--submitted-after", "2026-02-03T10:00:00"], "--submitted-after"),
            ("a number that is none", ["list", "--max-results", "ten"], "--max-results"),
            ("a number out of range", ["list", "--max-results", "501"], "--max-results"),
            ("describe without a job", ["describe"], "--job-id is missing"),
            ("a job and what it was started with", ["--job-id", JOB, *START], "--s3-uri"),
            ("a job and a token", ["--job-id", JOB, "--client-token", "x"], "--client-token"),
            ("a job id that is none", ["--job-id", "x" * 33], "--job-id"),
            ("a bad proxy", ["list", "--proxy", "http://user:p/ss-word@proxy:3128"], "--proxy: expected"),
            ("two proxies", ["list", "--proxy", "http://proxy:1", "--proxy-from-environment"], "exclude"),
            ("no such CA file", ["list", "--ca-file", "/no/such/file"], "/no/such/file"),
            ("an empty CA file", ["list", "--ca-file", os.devnull], "it is empty"),
            ("an option that is none", ["list", "--prxy=http://user:p/ss-word@proxy"], "unknown option: --prxy"),
            ("an argument that is none", ["list", "http://user:p/ss-word@proxy"], "neither a command"),
            ("an option of another command", ["list", "--s3-uri", "s3://results/x"], "unknown option: --s3-uri"),
            ("an option twice", ["list", "--region", "us-east-1", "--region", "us-east-2"], "--region")):
        ran = run(*on(server, *arguments))
        ends(name, ran, 2, told)
        check(f"{name}: no password is repeated", "ss-word" not in ran.stdout + ran.stderr, ran.stderr)
    ran = run("--s3-uri", "s3://results/x", *on(server, "list"))
    ends("an option of start before another command", ran, 2)
    check("of invalid input nothing was sent", not server.requests, server.requests)
    for name in ([], ["start"], ["describe"], ["list"]):
        ran = run(*name, "--help")
        check(f"help of {name or 'the program'}: 0, with the exit statuses", ran.returncode == 0 and
              "Exit status: 0" in ran.stdout, ran)
    ends("options before the command", run("--region", "us-east-1", *on(server, "list")), 0)
    server.close()


def variables():
    """Where the endpoint and the region come from, in the SDKs' order."""
    names = {"option": Service(), "service": Service(), "general": Service()}
    url = {name: server.url for name, server in names.items()}
    default = "the region's"
    for option, service, general, ignore, expected in (
            (url["option"], url["service"], url["general"], None, "option"),
            (url["option"], url["service"], url["general"], "true", "option"),
            (None, url["service"], url["general"], None, "service"),
            (None, url["service"], url["general"], "false", "service"),
            (None, url["service"], url["general"], "", "service"),
            (None, None, url["general"], None, "general"),
            (None, "", url["general"], None, "general"),
            ("", "", url["general"], "FALSE", "general"),
            (None, url["service"], url["general"], "true", default),
            (None, url["service"], url["general"], "True", default),
            (None, "", "", None, default)):
        for server in names.values():
            server.requests.clear()
        # The region's own endpoint is out of reach: through a proxy that refuses, its name is seen.
        proxy = Scripted(None, tunnel=lambda request: response(403))
        ran = run("list", *(["--endpoint", option] if option is not None else []), "--datastore-id", STORE,
                  "--proxy-from-environment", AWS_ENDPOINT_URL_HEALTHLAKE=service, AWS_ENDPOINT_URL=general,
                  AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=ignore, https_proxy=f"http://127.0.0.1:{proxy.port}")
        got = [name for name, server in names.items() if server.requests]
        got += [default] if [c.line for c in proxy.connects] == [
            "CONNECT healthlake.us-east-1.amazonaws.com:443 HTTP/1.1"] else []
        given = ", ".join(f"{name} {'unset' if value is None else 'empty' if value == '' else 'set'}" for name, value in
                          (("option", option), ("service", service), ("general", general)))
        check(f"endpoint: {given}, ignore {ignore!r}: {expected}", got == [expected], (got, ran))
        proxy.close()
    server = names["option"]
    ran = run(*on(server, "list"), AWS_IGNORE_CONFIGURED_ENDPOINT_URLS="1")
    ends("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS that is neither true nor false", ran, 2, "expected true or false")
    ran = run("list", "--datastore-id", STORE, AWS_ENDPOINT_URL="http://user:pass-word@host")
    ends("an endpoint of a variable is checked under its name", ran, 2, "AWS_ENDPOINT_URL: ")
    check("an endpoint of a variable is not repeated", "pass-word" not in ran.stderr, ran.stderr)

    for option, first, second, expected in (
            ("us-east-2", "us-west-2", "eu-west-2", "us-east-2"), (None, "us-west-2", "eu-west-2", "us-west-2"),
            (None, None, "eu-west-2", "eu-west-2"), (None, "", "eu-west-2", "eu-west-2"),
            ("", "us-west-2", None, "us-west-2")):
        server.requests.clear()
        ran = run(*on(server, "list", *(["--region", option] if option is not None else [])), AWS_REGION=first,
                  AWS_DEFAULT_REGION=second)
        check(f"region: option {option!r}, AWS_REGION {first!r}, AWS_DEFAULT_REGION {second!r}: {expected}",
              server.requests and f"/{expected}/healthlake/" in server.requests[0].headers["authorization"], ran)
    ran = run(*on(server, "list"), AWS_REGION="", AWS_DEFAULT_REGION=None)
    ends("no region anywhere", ran, 2, "--region is missing", "AWS_REGION")
    ends("a region that is none", run(*on(server, "list"), AWS_REGION="us east"), 2, "AWS_REGION: ")
    for server in names.values():
        server.close()


def proxies(identity):
    """--proxy tunnels, with its user; a refusal is final; nothing of the user's part is printed."""
    certificate, key = identity
    established = b"HTTP/1.1 200 Connection established\r\n\r\n"
    basic = "Basic " + base64.b64encode(b"night:pass/word#1").decode()
    proxied = Service(tunnel=lambda request: established, tls=identity)
    for name, arguments, more in (
            ("--proxy", ["--proxy", f"http://night:pass%2Fword%231@127.0.0.1:{proxied.port}"], {}),
            ("https_proxy", ["--proxy-from-environment"],
             {"https_proxy": f"http://night:pass%2Fword%231@127.0.0.1:{proxied.port}"})):
        proxied.connects.clear()
        ran = run("describe", "--endpoint", "https://localhost:7", "--datastore-id", STORE, "--job-id", JOB, "--ca-file",
                  certificate, *arguments, **more)
        ends(f"{name}: https through a proxy", ran, 0, "COMPLETED")
        check(f"{name}: the tunnel is asked for with the user and password", len(proxied.connects) == 1 and
              proxied.connects[0].line == "CONNECT localhost:7 HTTP/1.1" and
              proxied.connects[0].headers["proxy-authorization"] == basic, proxied.connects)
    ran = run("list", "--endpoint", "https://localhost:7", "--datastore-id", STORE, "--ca-file", certificate,
              https_proxy=f"http://127.0.0.1:{proxied.port}", all_proxy=f"http://127.0.0.1:{proxied.port}")
    ends("a proxy of the environment that was not asked for", ran, 3)
    for status in (403, 407):
        proxied.tunnel = lambda request: response(status)
        proxied.connects.clear()
        ran = run("start", "--endpoint", "https://localhost:7", "--datastore-id", STORE, *START, "--proxy",
                  f"http://night:pass%2Fword%231@127.0.0.1:{proxied.port}")
        ends(f"a proxy that answers {status}", ran, 3, str(status), "started no job")
        check(f"a proxy that answers {status} is asked once", len(proxied.connects) == 1, proxied.connects)
        check(f"a proxy that answers {status}: no password", "word" not in ran.stdout + ran.stderr, ran)
    proxied.tunnel = lambda request: established
    proxied.describes = [described("IN_PROGRESS")]
    ran = run("start", "--endpoint", "https://localhost:7", "--datastore-id", STORE, *START, "--ca-file", certificate,
              "--proxy", f"http://night:pass%2Fword%231@127.0.0.1:{proxied.port}", "--timeout", "0.5")
    offered = commands_in(ran.stderr)
    check("a command to go on through a proxy names everything but the user and password", offered and
          f"--proxy http://USER:PASSWORD@127.0.0.1:{proxied.port} " in offered[0] and f"--ca-file {certificate} " in
          offered[0] and "word%" not in ran.stderr, ran)
    proxied.close()


def certificates(identity, folder):
    certificate, key = identity
    server = Service(tls=identity)
    there = ["describe", "--endpoint", f"https://localhost:{server.port}", "--datastore-id", STORE, "--job-id", JOB]
    ends("https without --ca-file: an unknown authority", run(*there), 3, "TLS verification")
    keys = folder / "keys"
    for name, arguments, more in (("--ca-file", ["--ca-file", certificate], {}), ("--ca-bundle", [
            "--ca-bundle", certificate], {}), ("AWS_CA_BUNDLE", [], {"AWS_CA_BUNDLE": str(certificate)}),
            ("--ca-file before AWS_CA_BUNDLE", ["--ca-file", certificate], {"AWS_CA_BUNDLE": "/no/such"})):
        ends(f"https with {name}", run(*there, *arguments, SSLKEYLOGFILE=str(keys), **more), 0, "COMPLETED")
    check("the keys of a connection are not written to SSLKEYLOGFILE", not keys.exists())
    ends("AWS_CA_BUNDLE that is not there", run(*there, AWS_CA_BUNDLE="/no/such"), 2, "AWS_CA_BUNDLE: cannot read")
    server.close()


def with_healthlake_local(binaries, data):
    server = interop.Server(binaries, data, "--no-auth", "--time-scale", "100")
    ran = run(*on(server, *START, "--job-name", "real", "--json"))
    job = json.loads(ran.stdout)["JobId"]
    ends("healthlake-local: start", ran, 0, "COMPLETED")
    token = re.search(r"^client token (\S+)$", ran.stderr, re.M)[1]
    again = run(*on(server, *START, "--job-name", "real", "--json", "--client-token", token))
    check("healthlake-local: the same token is the same job", json.loads(again.stdout)["JobId"] == job, again)
    ends("healthlake-local: --job-id", run(*on(server, "--job-id", job, "--poll", "0.02")), 0, "COMPLETED")
    ends("healthlake-local: describe", run(*on(server, "describe", "--job-id", job)), 0, job, "real")
    listed = run(*on(server, "list", "--json"))
    check("healthlake-local: list", [json.loads(line)["JobId"] for line in listed.stdout.splitlines()] == [job], listed)
    listed = run(*on(server, "list", "--submitted-before", "2020-01-01"))
    ends("healthlake-local: list by time", listed, 0, "no export jobs")
    server.stop()
    shutil.rmtree(server.jail, ignore_errors=True)


def make_identity(folder):
    """A certificate of localhost that is its own authority."""
    files = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                    "2", "-subj", "/CN=test", "-addext", "subjectAltName=DNS:localhost", "-keyout", files[1], "-out",
                    files[0]], check=True, capture_output=True)
    return files


def main():
    global program
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of healthlake-local, healthlake-export")
    parser.add_argument("--data", type=pathlib.Path, required=True, help="folder of the data stores")
    options = parser.parse_args()
    program = str((options.bin / "healthlake-export").resolve())
    folder = pathlib.Path(tempfile.mkdtemp(prefix="healthlake-export-"))
    identity = make_identity(folder)
    token_first()
    lost_start()
    unfinished()
    trouble()
    signals()
    output()
    describe_and_list()
    invalid()
    variables()
    proxies(identity)
    certificates(identity, folder)
    with_healthlake_local(options.bin, options.data)
    shutil.rmtree(folder, ignore_errors=True)
    print(f"{interop.passed} passed, {interop.failed} failed")
    return 0 if interop.failed == 0 and interop.passed >= 150 else 1


if __name__ == "__main__":
    sys.exit(main())

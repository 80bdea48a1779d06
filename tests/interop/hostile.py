"""Everything that healthlake-export prints in hostile runs is searched for every secret of the run, in every encoding.

A server (and a proxy) knows all the secrets of a run: the secret access key, the session token, the proxy's user and
password, the Authorization of the proxy, and every signature. It repeats them wherever a peer can put text - error
messages, codes, request ids, reasons, every member of a job, page tokens, redirects, pages that are not JSON, bytes that
are not HTTP - in each of the encodings below. So do those who are asked for credentials: a container, STS, an instance's
metadata and a program, with the tokens that they were sent. Not one of them may be on stdout or stderr: neither whole,
nor 16 characters of one in a row, whatever escapes and encodings are undone first.

The search is written independently of the library's. That it finds what it is meant to is checked first, on text that
has the secrets in it.
"""
import argparse
import base64
import concurrent.futures
import html
import itertools
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

import interop
from interop import KMS, ROLE, STORE, check
from scripted import Scripted, response

JOB = "0123456789abcdef0123456789abcdef"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TOKEN = ("IQoJb3JpZ2luX2VjEHoaCXVzLWVhc3QtMSJHMEUCIQDbX/4Yw8aK2m+Vt0Zr5uQe9LkPn3sWxHc7GdTfB1JyMwIgVq6oNiE"
         "0aRlKzCpXs8hUjD2yFbTmG5vQeW1xL7Z+n/4qtgUIehABGgwxMjM0NTY3ODkwMTIiDPq2kLw8Xc+9Yv3HuSqTBQ==")
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDHOSTILE", "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": TOKEN}
USER, PASSWORD = "nightoperator", "c0rrect/horse+battery staple"
ENCODINGS = {
    "as it is": lambda s: s,
    "upper case": str.upper,
    "lower case": str.lower,
    "percent": lambda s: urllib.parse.quote(s, safe=""),
    "percent, lower case": lambda s: re.sub("%..", lambda m: m[0].lower(), urllib.parse.quote(s, safe="")),
    "percent, all of it": lambda s: "".join(f"%{b:02X}" for b in s.encode()),
    "percent, twice": lambda s: urllib.parse.quote(urllib.parse.quote(s, safe=""), safe=""),
    "base64": lambda s: base64.b64encode(s.encode()).decode(),
    "base64, in something longer": lambda s: base64.b64encode(b"x" + s.encode() + b"yz").decode(),
    "base64url": lambda s: base64.urlsafe_b64encode(b"ab" + s.encode()).decode().rstrip("="),
    "base64, wrapped": lambda s: "\n".join(re.findall(".{1,24}", base64.b64encode(s.encode()).decode())),
    "hex": lambda s: s.encode().hex(),
    "hex, upper case": lambda s: s.encode().hex().upper(),
    "hex, in pairs": lambda s: s.encode().hex(" "),
    "JSON escapes": lambda s: "".join(f"\\u{ord(c):04x}" for c in s),
    "JSON escapes, upper case": lambda s: "".join(f"\\u{ord(c):04X}" for c in s),
    "JSON, slashes": lambda s: s.replace("/", "\\/"),
    "HTML, decimal": lambda s: "".join(f"&#{ord(c)};" for c in s),
    "HTML, hex": lambda s: "".join(f"&#x{ord(c):x};" for c in s),
    "HTML, names": lambda s: html.escape(s).replace("/", "&sol;").replace("+", "&plus;").replace("=", "&equals;"),
    "HTML of percent": lambda s: html.escape("".join(f"%{b:02x}" for b in s.encode()).replace("%", "&#37;")),
    "wrapped": lambda s: "\n".join(re.findall(".{1,20}", s)),
    "the first half": lambda s: s[:len(s) // 2 + 8],
    "the second half": lambda s: s[len(s) // 2 - 8:],
}

# The proxy's password is hidden by the program, not by the library; these go through a proxy as well.
THROUGH_PROXY = ("as it is", "percent, twice", "base64, in something longer", "hex, in pairs", "JSON escapes",
                 "HTML, hex")


class Hunt:
    """Finds secrets in text."""

    def __init__(self, secrets):
        self.pieces, self.short = set(), []
        for secret in secrets:
            forms = [secret, secret.encode().hex()]
            for before in range(3):  # without the characters that depend on the neighbours
                dump = base64.b64encode(b"\0" * before + secret.encode()).decode().rstrip("=")
                forms.append(dump[(before * 8 + 5) // 6:(before + len(secret.encode())) * 8 // 6])
            for form in map(self.even, forms):
                self.pieces.update(form[i:i + 16] for i in range(len(form) - 15))
                self.short += [form] if len(form) < 16 else []

    @staticmethod
    def even(text):
        """For comparison: one case, one base64, no white space."""
        return re.sub(r"\s", "", text).lower().replace("-", "+").replace("_", "/")

    @staticmethod
    def plainer(text):
        """Undoes one layer of every escape that there is."""
        text = re.sub(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})", lambda m: chr(int(m[1] or m[2], 16)), text)
        text = re.sub(r"\\(.)", r"\1", text)
        return html.unescape(urllib.parse.unquote(text, errors="replace"))

    def found(self, text):
        for _ in range(6):
            flat = self.even(text)
            hits = [flat[i:i + 16] for i in range(len(flat) - 15) if flat[i:i + 16] in self.pieces]
            hits += [piece for piece in self.short if piece in flat]
            if hits:
                return hits[0]
            text, before = self.plainer(text), text
            if text == before:
                return None
        return None


def body_of(value):
    """JSON whose strings hold what is given verbatim: an escape that an encoding made stays one of JSON."""
    return json.dumps(value).replace("\\\\", "\\").encode()


def in_header(text):
    return text.replace("\n", " ")


def properties(text="", **more):
    return {"JobId": JOB, "JobStatus": "COMPLETED", "SubmitTime": 1.0, "DatastoreId": STORE, "JobName": text,
            "OutputDataConfig": {"S3Configuration": {"S3Uri": "s3://results/" + text, "KmsKeyId": text}},
            "DataAccessRoleArn": text, "Message": text, **more}


def one_job(text, **more):
    return response(200, body_of({"ExportJobProperties": properties(text, **more)}))


def error(text, status=403, **more):
    return response(status, body_of({"__type": "InvalidSignatureException", "Message": text, **more}))


# How a peer can say something: name -> (what the program is called with, what is answered to which operation).
def places(text, halves):
    head, tail = halves
    line = in_header(text)
    started = response(200, {"JobId": JOB, "JobStatus": "SUBMITTED"})
    start, describe, lists = "StartFHIRExportJob", "DescribeFHIRExportJob", "ListFHIRExportJobs"
    redirect = [("Location", f"http://127.0.0.1:1/{line}")]
    yield "an error message", "start", {start: error(text)}
    yield "an error code", "start", {start: response(400, body_of({"__type": "x#" + text, "message": "m"}))}
    yield "headers of an error", "start", {start: response(403, b"{}", [
        ("x-amzn-ErrorType", line), ("x-amzn-RequestId", line)], in_header(line))}
    yield "a request id and a message", "start", {start: response(403, body_of(
        {"__type": "AccessDeniedException", "message": tail}), [("x-amzn-RequestId", in_header(head))])}
    yield "a page that is not JSON", "start", {start: response(502, f"<pre>{text}</pre>".encode())}
    yield "a success that is not JSON", "start", {start: response(200, text.encode())}
    yield "JSON that ends early", "start", {start: response(200, body_of({"JobId": text})[:-2])}
    yield "a member of another type", "start", {start: response(200, body_of({"JobId": [text], text: {text: text}}))}
    for status in (301, 302, 307, 308):
        yield f"a redirect, {status}", "start", {start: response(status, text.encode(), redirect)}
    yield "a status line", "start", {start: b"HTTP/1.1 " + line.encode() + b"\r\n\r\n"}
    yield "bytes that are not HTTP", "start", {start: line.encode() + b"\r\n\r\n"}
    yield "a header line that is none", "start", {start: b"HTTP/1.1 200 OK\r\n" + line.encode() + b"\r\n\r\n"}
    yield "a chunk extension", "start", {start: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz;" +
                                         line.encode() + b"\r\n"}
    yield "a content coding", "start", {start: response(200, b"x", [("Content-Encoding", line)])}
    yield "the JobId of a start", "start", {start: response(200, body_of({"JobId": text, "JobStatus": "SUBMITTED"}))}
    yield "the JobStatus of a start", "start", {start: response(200, body_of({"JobId": JOB, "JobStatus": text}))}
    yield "the properties of a job", "start", {start: started, describe: one_job(text)}
    yield "a job that failed", "start", {start: started, describe: one_job(text, JobStatus="FAILED")}
    yield "a status that nobody knows", "wait", {describe: one_job(text, JobStatus=text)}
    yield "another job", "wait", {describe: one_job(text, JobId=text)}
    yield "trouble while waiting", "wait", {describe: error(text, 503)}
    yield "properties, as JSON", "wait --json", {describe: one_job(text)}
    yield "describe", "describe", {describe: one_job(text)}
    yield "describe, as JSON", "describe --json", {describe: one_job(text)}
    yield "describe, a member missing", "describe", {describe: response(200, body_of(
        {"ExportJobProperties": {"JobId": JOB, text: text}}))}
    page = response(200, body_of({"ExportJobPropertiesList": [properties(text, JobId=text, JobStatus=text)],
                                  "NextToken": text}))
    yield "list, and its page token", "list --max-results 1", {lists: page}
    yield "list, as JSON", "list --max-results 1 --json", {lists: page}
    yield "a page token that repeats itself", "list", {lists: page}


class Runner:
    def __init__(self, program):
        self.program, self.runs, self.hidden, self.leaks = program, 0, 0, []

    def run(self, command, port, proxy_port):
        words = command.split()
        arguments = {"start": ["start", "--s3-uri", "s3://results/x", "--kms-key-id", KMS, "--role-arn", ROLE],
                     "wait": ["start", "--job-id", JOB], "describe": ["describe", "--job-id", JOB],
                     "list": ["list"]}[words[0]]
        if arguments[0] == "start":
            arguments += ["--poll", "0.01"]
        user = f"{USER}:{urllib.parse.quote(PASSWORD, safe='')}"
        proxy = ["--proxy", f"http://{user}@127.0.0.1:{proxy_port}"] if proxy_port else []
        return self.run_with([*arguments, *words[1:], "--endpoint", f"http://127.0.0.1:{port}", "--region", "us-east-1",
                              "--datastore-id", STORE, "--timeout", "0.6", *proxy], KEYS)

    def run_with(self, arguments, variables):
        clean = {k: v for k, v in os.environ.items() if not k.startswith("AWS_") and not k.lower().endswith("_proxy")}
        self.runs += 1
        return subprocess.run(
            [self.program, *arguments], capture_output=True, timeout=60,
            env={**clean, "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
                 "AWS_EC2_METADATA_DISABLED": "true", **variables})

    def search(self, name, ran, signatures, proxied=True):
        secrets = [SECRET, TOKEN, *signatures, *([f"{USER}:{PASSWORD}", PASSWORD] if proxied else [])]
        text = (ran.stdout + b"\n" + ran.stderr).decode("utf-8", "replace")
        hit = Hunt(secrets).found(text)
        if hit or ran.returncode not in (0, 1, 2, 3) or re.search(r"[^\n -~\u00a0-\uffff]", text):
            self.leaks.append((name, ran.returncode, hit, text[:1500]))
        self.hidden += "***" in text


def canonical(request):
    """What AWS repeats of a request whose signature it refuses: all of it that is signed."""
    names = request.headers["authorization"].partition("SignedHeaders=")[2].partition(",")[0]
    lines = [f"{name}:{request.headers.get(name, '')}" for name in names.split(";")]
    return "\n".join(["POST", "/", "", *lines, "", names])


def signature_of(request):
    return request.headers["authorization"].rpartition("Signature=")[2]


def hostile_service(runner, number, encoding, through_proxy):
    """One place with one encoding; the answer is made of the request, which has the token and the signature."""
    encode, signatures = ENCODINGS[encoding], []
    name, command, _ = list(places("", ("", "")))[number]

    def answer(request):
        signatures.append(signature_of(request))
        text = " | ".join(map(encode, [SECRET, TOKEN, PASSWORD, f"{USER}:{PASSWORD}", *signatures[-3:],
                                       canonical(request)]))
        halves = encode(TOKEN[:len(TOKEN) // 2]), encode(TOKEN[len(TOKEN) // 2:])
        _, _, answers = next(itertools.islice(places(text, halves), number, None))
        return answers.get(request.operation)

    server = Scripted(answer, tunnel=lambda request: b"HTTP/1.1 200 OK\r\n\r\n")
    ran = runner.run(command, server.port, server.port if through_proxy else None)
    runner.search(f"{name}, {encoding}{', through a proxy' if through_proxy else ''}", ran, signatures, through_proxy)
    if not server.requests:
        runner.leaks.append((name, "nothing was asked", ran.stderr))
    server.close()


def hostile_proxy(runner, encoding):
    """A proxy that repeats what it was told, instead of a tunnel or in it."""
    encode = ENCODINGS[encoding]
    told = encode(f"{USER}:{PASSWORD}")
    basic = encode(base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode())
    text = f"{told} {basic} {encode(PASSWORD)}"
    line = in_header(text)
    for name, answer in (
            ("the body of a 407", response(407, text.encode(), [("Proxy-Authenticate", f'Basic realm="{line}"')])),
            ("the reason of a 403", response(403, b"", [("X", line)], line)),
            ("a redirect", response(302, text.encode(), [("Location", f"http://{line}@127.0.0.1:1/")])),
            ("bytes that are not HTTP", line.encode() + b"\r\n\r\n"),
            ("a tunnel that is none", b"HTTP/1.1 200 OK\r\n\r\n" + line.encode())):
        server = Scripted(lambda request: None, tunnel=lambda request: answer)
        ran = runner.run("start", 9, server.port)
        runner.search(f"proxy: {name}, {encoding}", ran, [])
        server.close()


ROLES = "/latest/meta-data/iam/security-credentials/"
GOOD = {"AccessKeyId": "AKIDHOSTILE", "SecretAccessKey": SECRET, "Token": TOKEN, "Expiration": "2999-01-01T00:00:00Z"}


NO_KEYS = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}


def xml(code, message):
    return f"<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>".encode()


# How whoever is asked for credentials can say something: what is asked -> answers to its last request.
def provider_places(text):
    line, escaped = in_header(text), html.escape(text)
    keys = "".join(f"<{name}>{escaped}</{name}>" for name in ("AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"))
    said = [response(403, body_of({"code": text, "message": text, "Code": text, "Message": text})),
            response(400, text.encode(), [("x-amzn-ErrorType", line)], line),
            response(302, text.encode(), [("Location", f"http://127.0.0.1:1/{line}")]),
            response(200, body_of({"Code": text, "AccessKeyId": text, "SecretAccessKey": text, "Token": text,
                                   "Expiration": text})),
            response(200, text.encode()), b"HTTP/1.1 " + line.encode() + b"\r\n\r\n"]
    spoken = [response(403, xml(escaped, escaped)), response(400, xml("AccessDenied", escaped)[:-9]),
              response(400, text.encode()), response(200, f"<R><Credentials>{keys}</Credentials></R>".encode())]
    good = response(200, body_of(GOOD))
    return {"container": said, "instance": said, "web identity": spoken, "role": spoken, "process": [None],
            "HealthLake": [good]}


def hostile_provider(runner, kind, number, encoding, folder):
    """Asked for credentials, the server repeats what it was sent to show who asks; or else HealthLake does."""
    encode, signatures = ENCODINGS[encoding], []

    def answer(request):
        if "authorization" in request.headers and "AWS4" in request.headers["authorization"]:
            signatures.append(signature_of(request))
        # Before it provides keys, nobody but the server knows the secret one.
        known = [SECRET] if kind in ("role", "HealthLake") else []
        text = " | ".join(map(encode, [TOKEN, *known, *signatures[-3:]]))
        if request.operation:
            return error(text)
        if request.line.startswith("PUT "):
            return response(200, TOKEN.encode(), [("x-aws-ec2-metadata-token-ttl-seconds", "600")])
        if f"{ROLES} " in request.line and number % 2:
            return response(200, b"role")
        return provider_places(text)[kind][number]

    server = Scripted(answer)
    if kind == "process":
        told = encode(SECRET) + "\n" + encode(TOKEN)
        (folder / f"told {encoding}").write_text(told)
    variables = {
        "container": {"AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url, "AWS_CONTAINER_AUTHORIZATION_TOKEN": TOKEN},
        "HealthLake": {"AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url,
                       "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(folder / "token")},
        "instance": {"AWS_EC2_METADATA_DISABLED": "", "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url},
        "web identity": {"AWS_WEB_IDENTITY_TOKEN_FILE": str(folder / "token"), "AWS_ENDPOINT_URL_STS": server.url,
                         "AWS_ROLE_ARN": ROLE},
        "role": {"AWS_CONFIG_FILE": str(folder / "config"), "AWS_PROFILE": "role", "AWS_ENDPOINT_URL_STS": server.url},
        "process": {"AWS_CONFIG_FILE": str(folder / "config"), "AWS_PROFILE": f"process-{list(ENCODINGS).index(encoding)}"},
    }[kind]
    ran = runner.run_with(["list", "--endpoint", server.url, "--region", "us-east-1", "--datastore-id", STORE, "--timeout",
                           "3"], variables)
    runner.search(f"{kind} {number}, {encoding}", ran, signatures, False)
    if not server.requests and kind != "process":
        runner.leaks.append((kind, "nothing was asked", ran.stderr))
    server.close()


def provider_files(folder):
    """What the runs above read."""
    (folder / "token").write_text(TOKEN)
    (folder / "keys").write_text(json.dumps({"Version": 1, "AccessKeyId": "A", "SecretAccessKey": SECRET,
                                             "SessionToken": TOKEN}))
    lines = [f"[profile role]\nrole_arn = {ROLE}\nsource_profile = base\n[profile base]\naws_access_key_id = AKID\n"
             f"aws_secret_access_key = {SECRET}\naws_session_token = {TOKEN}\n"]
    for number, encoding in enumerate(ENCODINGS):
        told = shlex.quote(str(folder / f"told {encoding}"))
        lines.append(f"[profile process-{number}]\ncredential_process = sh -c \"cat {folder}/keys; cat {told} >&2; exit "
                     "1\"\n")
    (folder / "config").write_text("".join(lines))
    (folder / "secret-everywhere").write_text(
        f"[default]\nregion = {SECRET}\nendpoint_url = http://{SECRET}:{TOKEN}@host\nservices = {SECRET}\n"
        f"credential_process = {SECRET}\n")
    (folder / "secret-line").write_text(f"[default]\n{SECRET}\n")
    (folder / "secret-section").write_text(f"[{SECRET}]\n[profile {SECRET}]\nsource_profile = {TOKEN}\nrole_arn = {TOKEN}\n")


def command_line(runner, folder):
    """Secrets where they do not belong: on the command line and in variables that take something else."""
    there = ["--region", "us-east-1", "--datastore-id", STORE]
    proxy = f"http://{USER}:{PASSWORD}@proxy.test:3128"
    config = {name: {"AWS_CONFIG_FILE": str(folder / f"secret-{name}")} for name in ("everywhere", "line", "section")}
    for arguments, more in (
            (["list", *there, "--proxy", proxy], {}), (["list", *there, "--prxy", proxy], {}),
            (["list", *there, f"--prxy={proxy}"], {}), (["list", *there, proxy], {}), ([proxy], {}),
            (["list", *there, "--endpoint", proxy], {}), (["list", *there], {"AWS_ENDPOINT_URL": proxy}),
            (["list", *there, "--proxy-from-environment"], {"https_proxy": proxy}),
            (["list", *there, "--timeout", SECRET], {}), (["list", *there, "--submitted-after", SECRET], {}),
            (["list", *there, "--job-name", SECRET + "?"], {}), (["list", *there, "--job-status", TOKEN], {}),
            (["list", "--datastore-id", TOKEN, "--region", SECRET], {}), (["list", *there, "--ca-file", SECRET], {}),
            (["list", *there], {"AWS_REGION": SECRET, "AWS_CA_BUNDLE": TOKEN}),
            (["start", *there, "--s3-uri", SECRET, "--kms-key-id", TOKEN, "--role-arn", TOKEN], {}),
            (["list", *there], {"AWS_SECRET_ACCESS_KEY": SECRET + " "}), (["--" + SECRET], {}), (["-" + SECRET], {}),
            (["list", *there, "--profile", SECRET], {}), (["list", *there, f"--profile={TOKEN}"], {}),
            (["list", "--datastore-id", STORE], config["everywhere"]), (["list", *there], config["everywhere"]),
            (["list", *there, "--profile", "default"], config["everywhere"]), (["list", *there], config["line"]),
            (["list", *there, "--profile", SECRET], config["section"]),
            (["list", *there], {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://{SECRET}@{TOKEN}/", **NO_KEYS,
                                "AWS_CONTAINER_AUTHORIZATION_TOKEN": SECRET}),
            (["list", *there], {"AWS_WEB_IDENTITY_TOKEN_FILE": SECRET, "AWS_ROLE_ARN": TOKEN, "AWS_ROLE_SESSION_NAME": SECRET,
                                **NO_KEYS, "AWS_CONTAINER_AUTHORIZATION_TOKEN": SECRET, "AWS_SESSION_TOKEN": TOKEN}),
            (["list", *there], {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": SECRET}),
            (["list", *there, "--json=" + SECRET], {}), (["list", *there, "--job-name", "a", "--job-name", SECRET], {})):
        ran = runner.run_with(arguments, {**KEYS, **more})
        runner.search(f"command line: {' '.join(arguments[:6])} {sorted(more)}", ran, [])


def self_test():
    """The search finds every secret in every encoding, and nothing in text without one."""
    hunt = Hunt([SECRET, TOKEN, PASSWORD])
    for encoding, encode in ENCODINGS.items():
        for secret in (SECRET, TOKEN, PASSWORD):
            check(f"the search finds a secret, {encoding}", hunt.found(f"before {encode(secret)} after"), encode(secret))
    check("the search finds nothing else", not hunt.found("job ended; " + SECRET[:15] + "; " + TOKEN[20:35]))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of healthlake-export")
    runner = Runner(str((parser.parse_args().bin / "healthlake-export").resolve()))
    self_test()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="healthlake-hostile-"))
    provider_files(folder)
    numbers = range(len(list(places("", ("", "")))))
    # Most of a run is waiting.
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(hostile_service, runner, number, encoding, False)
                for encoding in ENCODINGS for number in numbers]
        jobs += [pool.submit(hostile_service, runner, number, encoding, True)
                 for encoding in THROUGH_PROXY for number in numbers]
        jobs += [pool.submit(hostile_proxy, runner, encoding) for encoding in ENCODINGS]
        jobs += [pool.submit(hostile_provider, runner, kind, number, encoding, folder)
                 for encoding in ENCODINGS for kind, told in provider_places("").items() for number in range(len(told))]
        for job in jobs:
            job.result()
    command_line(runner, folder)
    shutil.rmtree(folder)
    for leak in runner.leaks[:20]:
        print("LEAK", *leak)
    check(f"{runner.runs} hostile runs printed no secret", not runner.leaks, f"{len(runner.leaks)} did")
    check("in most of them there was something to hide", runner.hidden > runner.runs / 2, runner.hidden)
    print(f"{interop.passed} passed, {interop.failed} failed")
    return 0 if interop.failed == 0 and runner.runs > 1000 else 1


if __name__ == "__main__":
    sys.exit(main())

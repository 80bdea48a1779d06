"""healthlake-fetch against a real server of the S3 API (npm's s3rver), with the results of an export by healthlake-local.

s3rver does not verify signatures, so between the two is a proxy that does, with botocore's own signer for S3. The proxy
can also do what a hostile or failing server would, and a container's endpoint provides credentials that expire. Every
check prints one line; the last line is `N passed, N failed`.
"""
import argparse
import http.client
import http.server
import json
import os
import pathlib
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.credentials
from botocore.config import Config

import interop
from export_credentials import at
from interop import REGION, STORE, check

# s3rver knows this key only.
KEY, SECRET = "S3RVER", "secret+of/the-proxy"
BUCKET = "results-bucket"
NO_KEYS = dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"))
# With letters enough for the name of a resource type.
LETTERS = "QoJbJpZTluXVzAtZWFzdCEaCXVzLWVhcQtMSJHMEUC"
TOKEN = f"IQoJb3JpZ2luX2VjEHsaCXVzLWVhc3QtMSJHMEUCIQD/{LETTERS}+9k2Jw8vL0xq3ZtYbN5cRfA7pHsD4gKeWu1mTnVi6oXyB=="


def repeats(text, secret, size=16):
    """Whether a piece of the secret is in the text."""
    return any(secret[at:at + size] in text for at in range(len(secret) - size + 1))


class Proxy(http.server.ThreadingHTTPServer):
    """Verifies what it forwards. `tamper(handler)` may answer in its place, by returning status, headers and body.

    A POST is one to HealthLake; only `tamper` answers it."""

    def __init__(self, target):
        super().__init__(("127.0.0.1", 0), Handler)
        self.target = target
        self.use()
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def use(self, tamper=None):
        self.requests, self.signatures, self.tamper, self.refused = [], [], tamper, 0

    def handle_error(self, request, client_address):
        pass  # a client that ended the connection


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    @property
    def fields(self):
        return dict(re.findall(r"(\w+)=([^,\s]+)", self.headers["Authorization"] or ""))

    @property
    def signature(self):
        return self.fields["Signature"]

    def signature_is_good(self):
        fields = self.fields
        names = fields.get("SignedHeaders", "").split(";")
        if not {"host", "x-amz-date", "x-amz-content-sha256", "x-amz-security-token", *(["range"] if self.headers["Range"] else [])} <= set(names):
            return False
        request = botocore.awsrequest.AWSRequest(
            self.command, f"{self.server.url}{self.path}",
            {name: self.headers[name] for name in names if name != "host"})
        request.context["timestamp"] = self.headers["X-Amz-Date"]
        signer = botocore.auth.S3SigV4Auth(botocore.credentials.Credentials(KEY, SECRET), "s3", REGION)
        text = signer.string_to_sign(request, signer.canonical_request(request))
        return signer.signature(text, request) == fields["Signature"]

    def do_GET(self):
        self.server.requests.append(self.path)
        self.server.signatures.append(self.signature)
        answer = self.server.tamper(self) if self.server.tamper else None
        if not self.signature_is_good():
            self.server.refused += 1
            answer = 403, {}, b"<Error><Code>SignatureDoesNotMatch</Code><Message>no\x1b[31m</Message></Error>".replace(
                b"\x1b", b"")
        self.answer(*(answer or self.forward()))

    def do_POST(self):
        self.server.signatures.append(self.signature)
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(*self.server.tamper(self))

    def answer(self, status, headers, body):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def forward(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.target)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection", "x-amz-security-token")}
        connection.request("GET", self.path, headers=headers)
        response = connection.getresponse()
        body = response.read()
        kept = {name: value for name, value in response.getheaders() if name.lower() in ("etag", "content-range")}
        return response.status, kept, body

    @property
    def is_list(self):
        return "list-type=2" in self.path


class Container(http.server.ThreadingHTTPServer):
    """Provides credentials: always the key that s3rver knows, with another session token each time."""

    def __init__(self, lifetime):
        super().__init__(("127.0.0.1", 0), ContainerHandler)
        self.lifetime, self.tokens, self.authorization, self.broken = lifetime, {}, secrets.token_urlsafe(40), False
        self.file = pathlib.Path(tempfile.mkstemp()[1])
        self.file.write_text(self.authorization)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def variables(self):
        return {**NO_KEYS, "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://127.0.0.1:{self.server_port}/keys",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(self.file)}

    @property
    def secrets(self):
        return {self.authorization, *self.tokens}


class ContainerHandler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        if self.headers["Authorization"] != self.server.authorization:
            return self.send_error(403)
        if self.server.broken:
            return self.send_error(503)
        token, end = secrets.token_urlsafe(60), time.time() + self.server.lifetime
        self.server.tokens[token] = end
        body = json.dumps({"AccessKeyId": KEY, "SecretAccessKey": SECRET, "Token": token,
                           "Expiration": at(self.server.lifetime)}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def resource(kind, number, size=0):
    return f'{{"resourceType":"{kind}","id":"{number}","x":"{"x" * size}"}}\n'.encode()


def listing(contents, more=""):
    """A list of (key, size), with keys as S3 encodes them in a URL."""
    items = "".join(f"<Contents><Key>{urllib.parse.quote_from_bytes(key).replace('%20', '+')}</Key><Size>{size}</Size>"
                    f"<ETag>&quot;e&quot;</ETag></Contents>" for key, size in contents)
    return 200, {}, (f'<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
                     f"<EncodingType>url</EncodingType>{more or '<IsTruncated>false</IsTruncated>'}{items}"
                     f"</ListBucketResult>").encode()


def tree(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Bench:
    def __init__(self, options):
        self.binaries = options.bin
        self.jail = pathlib.Path(tempfile.mkdtemp(prefix="healthlake-fetch-"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.s3rver = subprocess.Popen(
            # Its continuation tokens are enciphered with DES.
            ["node", "--openssl-legacy-provider", options.js_modules / "node_modules/s3rver/bin/s3rver.js", "-d", self.jail / "s3rver", "-a", "127.0.0.1",
             "-p", str(port), "--silent"], stdout=subprocess.DEVNULL)
        self.local = interop.Server(options.bin, options.data, "--no-auth", "--time-scale", "60")
        self.s3 = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", aws_access_key_id=KEY,
                               aws_secret_access_key=KEY, region_name=REGION,
                               config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 3}))
        for _ in range(100):
            try:
                self.s3.create_bucket(Bucket=BUCKET)
                break
            except Exception:  # not yet listening
                time.sleep(0.1)
        self.proxy = Proxy(port)
        self.runs = 0

    def export(self):
        """A job with results; the folder named after it, and the prefix of its keys, which ends with that folder."""
        client = interop.client_of(self.local)
        job = interop.start(client, f"s3://{BUCKET}/nightly export/ä+1")["JobId"]
        for _ in range(200):
            status = client.describe_fhir_export_job(DatastoreId=STORE, JobId=job)["ExportJobProperties"]
            if status["JobStatus"] in interop.FINAL:
                break
            time.sleep(0.1)
        check("healthlake-local completes the export", status["JobStatus"] == "COMPLETED", status)
        folder = f"{STORE}-FHIR_EXPORT-{job}/"
        return job, folder, "nightly export/ä+1/" + folder

    def put(self, key, content):
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=content)

    def fetch(self, tamper=None, page_size=1000, secret=SECRET, job=None, output=None, healthlake=None, variables=None,
              hidden=lambda: ()):
        """The exit status, what was printed, and the files. `variables` are set, or not if they are None."""
        self.proxy.use(tamper)
        self.runs += 1
        # Deep enough that `../` ends within the jail.
        output = output or self.jail / "out" / "a" / "b" / str(self.runs)
        output.parent.mkdir(parents=True, exist_ok=True)
        self.output = output
        environment = {**interop.environment(secret, KEY), "AWS_REGION": REGION,
                       "AWS_SESSION_TOKEN": TOKEN, "AWS_ENDPOINT_URL_HEALTHLAKE": healthlake or self.local.url, "AWS_ENDPOINT_URL_S3": self.proxy.url,
                       "HEALTHLAKE_FETCH_PAGE_SIZE": str(page_size), **(variables or {})}
        environment = {name: value for name, value in environment.items() if value is not None}
        done = subprocess.run([self.binaries / "healthlake-fetch", STORE, job or self.job, output], env=environment,
                              capture_output=True, timeout=120)
        text = (done.stdout + done.stderr).decode("utf-8", "replace")
        known = {SECRET, TOKEN, urllib.parse.quote(TOKEN, safe=""), *self.proxy.signatures, *hidden()}
        check("  prints no secret and no control character",
              not any(repeats(text, secret) for secret in known)
              and not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text), text)
        return done.returncode, text, tree(output) if output.exists() else {}

    def close(self):
        for process in (self.s3rver,):
            process.send_signal(signal.SIGKILL)
            process.wait()
        check("healthlake-local ends with 0", self.local.stop() == 0)
        self.proxy.shutdown()
        shutil.rmtree(self.jail, ignore_errors=True)
        shutil.rmtree(self.local.jail, ignore_errors=True)


def downloads_what_was_exported(bench):
    exported = tree(bench.local.root / BUCKET / bench.prefix.rstrip("/"))
    check("the export wrote several files", len(exported) >= 3, exported.keys())
    expected = {bench.folder + name: content for name, content in exported.items()}
    for name in ("with space.ndjson", "ünïcode-患者.ndjson", "a+b.ndjson", "100%.ndjson", "%2e%2e/x.ndjson", "%41~-_.ndjson",
                 "q'\"&<>;=?#[]@!$*(),:.ndjson", "\u0301x.ndjson"):
        expected[f"{bench.folder}Odd/{name}"] = resource("Basic", 1) + b"\r\n" + resource("Basic", 2)[:-1]
    expected[bench.folder + "Big/Big-001.ndjson"] = b"".join(resource("Binary", number, 1000) for number in range(20_000))
    expected[bench.folder + "Empty/Empty-001.ndjson"] = b""
    for name, content in expected.items():
        bench.put(bench.prefix + name.removeprefix(bench.folder), content)
    bench.put(bench.prefix + "folder/", b"")
    bench.put(bench.prefix, b"")
    status, text, files = bench.fetch(page_size=3)
    check("everything is downloaded", status == 0, text)
    check("byte for byte, under the same names", files == expected,
          {name for name in files.keys() | expected.keys() if files.get(name) != expected.get(name)})
    check("botocore agrees with every signature", bench.proxy.refused == 0, bench.proxy.refused)
    pages = sum("list-type=2" in path for path in bench.proxy.requests)
    check("in pages of three", pages == -(-(len(expected) + 2) // 3), pages)
    check("a large file in parts", sum("Big-001" in path for path in bench.proxy.requests) == 3)
    check("for their owner only", not any(path.stat().st_mode & 0o077 for path in bench.output.rglob("*")))
    check("resources are counted by type", "20000 Binary" in text and "2 Basic" in text, text)
    return expected


def keeps_jobs_apart(bench, expected):
    """Two jobs have objects of the same names; in one directory, both are complete."""
    job, folder, prefix = bench.export()
    second = {folder + name.removeprefix(bench.folder): b"" if "Odd" in name else content + resource("Basic", 2)
              for name, content in expected.items() if "Big" not in name}
    for name, content in second.items():
        bench.put(prefix + name.removeprefix(folder), content)
    output = bench.jail / "two jobs"
    for name in (bench.job, job, bench.job):
        status, text, files = bench.fetch(job=name, output=output)
        check("a job is downloaded into a directory with another's", status == 0, text)
    check("each is in a folder of its own", files == {**expected, **second},
          {name for name in {**files, **expected, **second} if files.get(name) != {**expected, **second}.get(name)})


def refuses_other_keys(bench):
    status, text, files = bench.fetch(secret="wrong")
    check("a wrong key is refused, with S3's reason", status == 1 and "403 SignatureDoesNotMatch" in text, text)
    check("and nothing is written", not files, files)


def job_must_be_complete(bench):
    status, text, _ = bench.fetch(job="0" * 32)
    check("a job that does not exist is HealthLake's error", status == 1 and "ResourceNotFoundException" in text, text)
    slow = interop.start(interop.client_of(bench.local), f"s3://{BUCKET}/other")["JobId"]
    status, text, _ = bench.fetch(job=slow)
    check("a job that is not complete is not fetched",
          status == 1 and "the job is not complete" in text or "there are no results" in text, text)


def detects_damage(bench, expected):
    def of_big(change):
        def tamper(handler):
            if "Big-001" not in handler.path:
                return None
            status, headers, body = handler.forward()
            return change(handler, status, headers, body)
        return tamper

    def whole_but(files):
        return files == {name: content for name, content in expected.items() if "Big-001" not in name}

    last = {"Range": f"bytes={16 << 20}-"}
    cases = {
        "a body that is cut, with a Content-Length to match": (
            lambda handler, status, headers, body: (status, headers, body[:-1]), "bytes, found"),
        "a connection that ends early": (
            lambda handler, status, headers, body: (status, {**headers, "Content-Length": str(len(body))}, body[:-1]),
            "connection lost"),
        "a body that is too long": (
            lambda handler, status, headers, body: (status, headers, body + b"x"), "bytes, found"),
        "another range than was asked for": (
            lambda handler, status, headers, body: (status, {**headers, "Content-Range": "bytes 0-9/10"}, body), "range"),
        "the whole object in place of a part": (
            lambda handler, status, headers, body: (200, {"ETag": headers["ETag"]}, body), "range"),
        "an object that is replaced between two parts": (
            lambda handler, status, headers, body: (
                status, {**headers, "ETag": '"0"'} if handler.headers["Range"].startswith(last["Range"]) else headers, body),
            "replaced"),
        "412, as S3 says it": (
            lambda handler, *_: (412, {}, b"<Error><Code>PreconditionFailed</Code><Message>m</Message></Error>"),
            "412 PreconditionFailed"),
    }
    for name, (change, reason) in cases.items():
        status, text, files = bench.fetch(of_big(change))
        check(f"detected: {name}", status == 1 and reason in text, text)
        check("  the others are complete, and nothing else is there", whole_but(files), files.keys())

    failures = []

    def busy(handler):
        failures.append(handler.path)
        return (503, {}, b"<Error><Code>SlowDown</Code></Error>") if len(failures) % 3 else None
    status, text, files = bench.fetch(busy)
    check("503 is tried again", status == 0 and files == expected, text)


def stays_below_the_directory(bench, expected):
    prefix, good = bench.prefix.encode(), resource("Patient", 1)
    hostile = [b"../up", b"../../../up", b"..", b".", b"a/../../up", b"a/./b", b"/etc/up", b"a//b", b"a/", b"nul\0/../up",
               b"nul\0", b"back\\slash", b"..\\up", b"line\nfeed", b"\x1b[31mred", b"del\x7f", b"\xff", b"a" * 256,
               *(f"C1{chr(c)}31mred/x".encode() for c in (0x80, 0x85, 0x9b, 0x9f)),
               b".healthlake-fetch-1"]
    contents = [(prefix + name, len(good)) for name in hostile + [b"Patient/fine.ndjson", "Patient/\u00a0fine".encode()]]
    fine = {bench.folder + "Patient/fine.ndjson": good, bench.folder + "Patient/\u00a0fine": good}

    def tamper(handler):
        if handler.is_list:
            return listing(contents)
        return 206, {"Content-Range": f"bytes 0-{len(good) - 1}/{len(good)}", "ETag": '"e"'}, good
    status, text, files = bench.fetch(tamper)
    check("names that are not safe are refused", status == 1 and text.count("its name is not safe") == len(hostile), text)
    check("the others are downloaded", files == fine, files)
    check("nothing is requested for them", len(bench.proxy.requests) == 1 + len(fine), bench.proxy.requests)
    outside = [path for path in bench.jail.rglob("*up*") if path.is_file()]
    check("no file outside the directory", not outside, outside)

    elsewhere = bench.jail / "elsewhere"
    elsewhere.mkdir()
    for link in (bench.folder, bench.folder + "Patient"):
        output = bench.jail / "links" / link.replace("/", "-")
        (output / link).parent.mkdir(parents=True)
        (output / link.rstrip("/")).symlink_to(elsewhere)
        status, text, _ = bench.fetch(tamper, output=output)
        check("a symbolic link is not followed", status == 1 and not list(elsewhere.iterdir()), text)

    # S3 itself never lists these.
    for name, answer in {
            "a key outside the prefix": listing([(b"other/key", 1)]),
            "an escape that is none": (200, {}, listing([])[2].replace(
                b"</ListBucketResult>", b"<Contents><Key>%4</Key><Size>1</Size></Contents></ListBucketResult>")),
            "a size that is none": (200, {}, listing([(prefix + b"a", 1)])[2].replace(b"<Size>1<", b"<Size>-1<")),
            "no size": (200, {}, listing([(prefix + b"a", 1)])[2].replace(b"<Size>1</Size>", b"")),
            "a list without end": listing([(prefix + b"a", 0)], "<IsTruncated>true</IsTruncated>"
                                          "<NextContinuationToken>again</NextContinuationToken>"),
            "a list that goes on nowhere": listing([(prefix + b"a", 0)], "<IsTruncated>true</IsTruncated>"),
            "entities": (200, {}, b'<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><ListBucketResult>&b;'
                         b"<IsTruncated>false</IsTruncated></ListBucketResult>"),
            "a list that is cut off": (200, {}, listing([(prefix + b"a", 1)])[2][:-5]),
            "no XML": (200, {}, b"{}"), "an empty body": (200, {}, b""),
            "an error that is no XML": (404, {}, b"<html>\x1b[31m")}.items():
        status, text, files = bench.fetch(lambda handler: answer if handler.is_list else (404, {}, b""))
        check(f"refused: {name}", status == 1 and not any(files.values()), text)


def reads_whether_a_list_continues(bench):
    """IsTruncated is an xs:boolean; a list that says something else has not ended."""
    good = resource("Patient", 1)
    first, second = (bench.prefix.encode() + name for name in (b"a", b"b"))

    def fetched(said, more):
        def tamper(handler):
            if not handler.is_list:
                return 206, {"Content-Range": f"bytes 0-{len(good) - 1}/{len(good)}", "ETag": '"e"'}, good
            if "continuation-token" in handler.path:
                return listing([(second, len(good))])
            return listing([(first, len(good))], said + more)
        return bench.fetch(tamper)

    more = "<NextContinuationToken>next</NextContinuationToken>"
    for text, names in {"true": "ab", "1": "ab", "false": "a", "0": "a"}.items():
        status, output, files = fetched(f"<IsTruncated>{text}</IsTruncated>", more)
        check(f"IsTruncated {text}: {len(names)} of two pages", status == 0 and
              files == {bench.folder + name: good for name in names}, output)
    for said in (" ", *(f"<IsTruncated>{text}</IsTruncated>" for text in ("", "True", "TRUE", "yes", "2", "01", "true."))):
        status, output, files = fetched(said, more)
        check(f"refused: {said}", status == 1 and not files and "expected IsTruncated to be true or false, found" in output,
              output)


def repeats_no_secret(bench):
    """Whatever repeats the token or a signature, in whatever place, `fetch` checks that it is not printed. The cuts of
    long strings would leave a piece of one."""
    prefix, good = bench.prefix.encode(), resource("Patient", 1)

    def error(status, code, message):
        return status, {}, f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()

    def part(body, found=None):
        return 206, {"Content-Range": found or f"bytes 0-{len(body) - 1}/{len(body)}", "ETag": '"e"'}, body

    def listed(name, body=good):
        return listing([(prefix + name.encode(), len(body))])

    places = {
        "the message of an error": lambda handler, secret: error(403, "x", f"not {secret}."),
        "a message that is cut": lambda handler, secret: error(403, "x", "x" * (512 - 30) + secret),
        "an error's code": lambda handler, secret: error(403, secret, "x"),
        "a code that is cut": lambda handler, secret: error(400, "x" * (64 - 30) + secret, "x"),
        "an error after four attempts": lambda handler, secret: error(503, "x", secret),
        "an error that reads an object": lambda handler, secret: listed("a") if handler.is_list else error(403, "x", secret),
        "a Content-Range": lambda handler, secret: listed("a") if handler.is_list else part(good, secret),
        "a Content-Range that is cut": lambda handler, secret:
            listed("a") if handler.is_list else part(good, "x" * (64 - 30) + secret),
        "a key outside the prefix": lambda handler, secret: listing([(f"other/{secret}".encode(), 1)]),
        "a key that is cut": lambda handler, secret: listing([(("x" * (64 - 30) + secret).encode(), 1)]),
        "a key": lambda handler, secret: listed(secret) if handler.is_list else error(404, "x", "y"),
        "a key that is not safe": lambda handler, secret: listed(f"../{secret}"),
        "IsTruncated": lambda handler, secret: listing([], f"<IsTruncated>{secret}</IsTruncated>"),
    }
    for place, answer in places.items():
        for kind, secret in {"token": lambda handler: TOKEN, "signature": lambda handler: handler.signature}.items():
            status, text, _ = bench.fetch(lambda handler: answer(handler, secret(handler)))
            check(f"the {kind} in {place} is removed", status == 1 and "***" in text, text)
    status, text, _ = bench.fetch(lambda handler: listed("a") if handler.is_list else
                                  error(403, "x", handler.server.signatures[0]))
    check("the signature of an earlier request is removed", status == 1 and "***" in text, text)

    # The key of an object that is downloaded, after so many requests that the list's signature is an old one.
    count = 40
    signatures = []

    def tamper(handler):
        if handler.is_list:
            signatures.append(handler.signature)
            return listing([(prefix + b"%03d/" % number + (handler.signature.encode()), len(good)) for number in range(count)])
        return part(good)
    status, text, files = bench.fetch(tamper)
    check("a list's signature in keys is removed", status == 0 and text.count("***") == count, text)
    check("the files have the names that the keys say",
          files == {f"{bench.folder}{number:03}/{signatures[0]}": good for number in range(count)}, files.keys())

    body = resource(LETTERS, 1)
    status, text, _ = bench.fetch(lambda handler: listed("a", body) if handler.is_list else part(body))
    check("a piece of the token as a resource type is removed", status == 0 and "1 ***" in text, text)
    body = f'{{"resourceType":"{LETTERS}",oops\n'.encode()
    status, text, _ = bench.fetch(lambda handler: listed("a", body) if handler.is_list else part(body))
    check("  and in the fault of a line", status == 1 and "***" in text, text)

    # What HealthLake says is printed too.
    for kind, secret in {"token": lambda handler: TOKEN, "signature": lambda handler: handler.signature}.items():
        for member, job in {
                "JobStatus": lambda secret: {"JobStatus": secret},
                "S3Uri": lambda secret: {"OutputDataConfig": {"S3Configuration": {
                    "S3Uri": f"s3://{BUCKET}/{secret}", "KmsKeyId": interop.KMS}}}}.items():
            def described(handler):
                if handler.command == "GET":
                    return error(404, "x", "y")
                return 200, {}, json.dumps({"ExportJobProperties": {
                    "JobId": bench.job, "DatastoreId": STORE, "JobStatus": "COMPLETED", "SubmitTime": 1.0,
                    "OutputDataConfig": {"S3Configuration": {"S3Uri": f"s3://{BUCKET}/x", "KmsKeyId": interop.KMS}},
                    **job(secret(handler))}}).encode()
            status, text, _ = bench.fetch(described, healthlake=bench.proxy.url)
            check(f"the {kind} in HealthLake's {member} is removed", status == 1 and "***" in text, text)


def renews_credentials(bench, expected):
    """Credentials that expire, or are refused, in the middle of a download."""
    def run(lifetime, tamper, **more):
        container = Container(lifetime)
        status, text, files = bench.fetch(lambda handler: tamper(handler, container, token_of(handler)),
                                          variables=container.variables, hidden=lambda: container.secrets, **more)
        container.shutdown()
        container.file.unlink()
        return container, status, text, files

    def token_of(handler):
        return handler.headers["X-Amz-Security-Token"]

    def error(status, code, message="no"):
        return status, {}, f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()

    def number_of(container, token):
        return list(container.tokens).index(token)

    late = []

    def slow(handler, container, token):
        if time.time() > container.tokens[token]:
            late.append(handler.path)
        time.sleep(0.6)
    container, status, text, files = run(6, slow, page_size=3)
    check("a download outlives its credentials", status == 0 and files == expected, text)
    check("they were renewed, and none was sent after it had expired", len(container.tokens) > 2 and not late,
          (len(container.tokens), late))

    for code in ("ExpiredToken", "InvalidToken", "InvalidAccessKeyId"):
        def refuse_the_first(handler, container, token):
            return error(400, code) if not handler.is_list and number_of(container, token) == 0 else None
        container, status, text, files = run(3600, refuse_the_first)
        check(f"credentials that S3 refuses with {code} are replaced",
              status == 0 and files == expected and len(container.tokens) == 2, (text, len(container.tokens)))

    refused = []

    def refuse_one(handler, container, token):
        """The first request, and there are no others for some seconds."""
        if refused:
            return None
        refused.append(token)
        container.broken = True
        threading.Timer(4, lambda: setattr(container, "broken", False)).start()
        return error(400, "ExpiredToken")
    container, status, text, files = run(3600, refuse_one)
    check("others are waited for some seconds", status == 0 and files == expected and len(container.tokens) == 2, text)
    check("  and it is said why", "could not be renewed" in text and "503" in text, text)

    container, status, text, files = run(3600, lambda handler, *_: None if handler.is_list else error(400, "ExpiredToken"))
    check("who refuses all of them does not get ever more",
          status == 1 and not any(files.values()) and len(container.tokens) == 9, (text, len(container.tokens)))

    status, text, files = bench.fetch(lambda handler: error(400, "ExpiredToken"))
    check("without others, the refusal is the result",
          status == 1 and "400 ExpiredToken" in text and len(bench.proxy.requests) == 1, (text, bench.proxy.requests))

    # What S3 repeats: the token that the container was sent, and those that it provided.
    for what, secret in {"the container's authorization": lambda container: container.authorization,
                         "the first token": lambda container: list(container.tokens)[0],
                         "a renewed token": lambda container: list(container.tokens)[-1]}.items():
        def repeat(handler, container, token):
            return error(400, "ExpiredToken") if number_of(container, token) == 0 else error(403, "x", secret(container))
        container, status, text, files = run(3600, repeat)
        check(f"{what} in S3's error is removed", status == 1 and "***" in text and len(container.tokens) == 2, text)

    job = json.dumps({"ExportJobProperties": {
        "JobId": bench.job, "DatastoreId": STORE, "JobStatus": "COMPLETED", "SubmitTime": 1.0,
        "OutputDataConfig": {"S3Configuration": {"S3Uri": f"s3://{BUCKET}/x", "KmsKeyId": interop.KMS}}}}).encode()

    def refused_by_healthlake(handler, container, token):
        if handler.command == "GET":
            return listing([])
        if number_of(container, token) == 0:
            return 400, {"X-Amzn-ErrorType": "ExpiredTokenException"}, b"{}"
        return 200, {}, job
    container, status, text, files = run(3600, refused_by_healthlake, healthlake=bench.proxy.url)
    check("credentials that HealthLake refuses are replaced", status == 1 and "there are no results" in text, text)


def finds_credentials(bench, expected):
    """Credentials and region of a profile, or none. What is not needed is not read."""
    def write(name, text):
        file = bench.jail / name
        file.write_text(text)
        file.chmod(0o600)
        return str(file)

    keys = f"aws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\naws_session_token = {TOKEN}\n"
    config = write("config", f"[profile nightly]\nregion = {REGION}\n{keys}")
    nothing = {**NO_KEYS, "AWS_REGION": None, "AWS_DEFAULT_REGION": None, "AWS_CONFIG_FILE": config}
    cases = {
        "credentials and region of a profile": {**nothing, "AWS_PROFILE": "nightly"},
        "AWS_DEFAULT_REGION comes before the profile's": {
            **nothing, "AWS_PROFILE": "elsewhere", "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": write("config elsewhere", f"[profile elsewhere]\nregion = eu-west-1\n{keys}")},
        "everything in variables, beside a file that cannot be read": {"AWS_CONFIG_FILE": write("config broken", "oops\n")},
    }
    for name, variables in cases.items():
        status, text, files = bench.fetch(variables=variables)
        check(name, status == 0 and files == expected, text)

    wrong = {
        "there is no profile other": {**nothing, "AWS_PROFILE": "other", "AWS_REGION": REGION},
        "no credentials found; looked for": {**nothing, "AWS_REGION": REGION},
        "no region": {"AWS_REGION": None, "AWS_DEFAULT_REGION": None},
        "AWS_ENDPOINT_URL_S3": {"AWS_ENDPOINT_URL_S3": "127.0.0.1"},
    }
    for why, variables in wrong.items():
        status, text, files = bench.fetch(variables=variables)
        check(f"nothing is sent: {why}", status == 2 and why in text and not bench.proxy.requests and not files, text)


def counts_types(bench):
    """The number of resource types that are counted by name, and so the memory, is limited."""
    names = [f"Type{chr(65 + number // 26)}{chr(65 + number % 26)}" for number in range(500)]
    body = b"".join(resource(name, 1) + resource(name, 2) for name in names) + resource(names[0], 3)

    def tamper(handler):
        if handler.is_list:
            return listing([(bench.prefix.encode() + b"many.ndjson", len(body))])
        return 206, {"Content-Range": f"bytes 0-{len(body) - 1}/{len(body)}", "ETag": '"e"'}, body
    status, text, files = bench.fetch(tamper)
    check("200 resource types are counted by name", status == 0 and len(re.findall(r"\d Type\w\w", text)) == 200, text)
    check("and the others together", "3 TypeAA," in text and f"{2 * 300} of other types" in text, text)
    check("the file is complete", files == {bench.folder + "many.ndjson": body}, files.keys())


def reports_lines(bench):
    good = resource("Patient", 1)
    bad = good + b'{"resourceType":"Patient","ssn":"123-45-6789" oops\n' + good

    def tamper(handler):
        if handler.is_list:
            return listing([(bench.prefix.encode() + b"Patient/bad.ndjson", len(bad))])
        return 206, {"Content-Range": f"bytes 0-{len(bad) - 1}/{len(bad)}", "ETag": '"e"'}, bad
    status, text, files = bench.fetch(tamper)
    check("a line that is no resource is reported by its place", status == 1 and
          f"line 2, byte {len(good) + 46}, Patient: " in text and "1 lines are not resources" in text, text)
    check("without its content", "ssn" not in text and "123" not in text, text)
    check("the file is kept as it is", files == {bench.folder + "Patient/bad.ndjson": bad}, files)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--js-modules", type=pathlib.Path, required=True)
    bench = Bench(parser.parse_args())
    try:
        bench.job, bench.folder, bench.prefix = bench.export()
        expected = downloads_what_was_exported(bench)
        keeps_jobs_apart(bench, expected)
        refuses_other_keys(bench)
        job_must_be_complete(bench)
        detects_damage(bench, expected)
        stays_below_the_directory(bench, expected)
        reads_whether_a_list_continues(bench)
        repeats_no_secret(bench)
        renews_credentials(bench, expected)
        finds_credentials(bench, expected)
        counts_types(bench)
        reports_lines(bench)
    finally:
        bench.close()
    print(f"{interop.passed} passed, {interop.failed} failed")
    return 1 if interop.failed else 0


if __name__ == "__main__":
    sys.exit(main())

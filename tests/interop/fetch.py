"""healthlake-fetch against a real server of the S3 API (npm's s3rver), with the results of an export by healthlake-local.

s3rver does not verify signatures, so between the two is a proxy that does, with botocore's own signer for S3. The proxy
can also do what a hostile or failing server would. Every check prints one line; the last line is `N passed, N failed`.
"""
import argparse
import http.client
import http.server
import os
import pathlib
import re
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
from interop import REGION, STORE, check

# s3rver knows this key only.
KEY, SECRET = "S3RVER", "secret+of/the-proxy"
BUCKET = "results-bucket"


class Proxy(http.server.ThreadingHTTPServer):
    """Verifies what it forwards. `tamper(handler)` may answer in its place, by returning status, headers and body."""

    def __init__(self, target):
        super().__init__(("127.0.0.1", 0), Handler)
        self.target, self.requests, self.tamper, self.refused = target, [], None, 0
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def use(self, tamper=None):
        self.requests, self.tamper, self.refused = [], tamper, 0

    def handle_error(self, request, client_address):
        pass  # a client that ended the connection


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def signature_is_good(self):
        fields = dict(re.findall(r"(\w+)=([^,\s]+)", self.headers["Authorization"] or ""))
        names = fields.get("SignedHeaders", "").split(";")
        if not {"host", "x-amz-date", "x-amz-content-sha256", *(["range"] if self.headers["Range"] else [])} <= set(names):
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
        answer = self.server.tamper(self) if self.server.tamper else None
        if not self.signature_is_good():
            self.server.refused += 1
            answer = 403, {}, b"<Error><Code>SignatureDoesNotMatch</Code><Message>no\x1b[31m</Message></Error>".replace(
                b"\x1b", b"")
        status, headers, body = answer or self.forward()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def forward(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.target)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
        connection.request("GET", self.path, headers=headers)
        response = connection.getresponse()
        body = response.read()
        kept = {name: value for name, value in response.getheaders() if name.lower() in ("etag", "content-range")}
        return response.status, kept, body

    @property
    def is_list(self):
        return "list-type=2" in self.path


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
        client = interop.client_of(self.local)
        self.job = interop.start(client, f"s3://{BUCKET}/nightly export/ä+1")["JobId"]
        for _ in range(200):
            status = client.describe_fhir_export_job(DatastoreId=STORE, JobId=self.job)["ExportJobProperties"]
            if status["JobStatus"] in interop.FINAL:
                break
            time.sleep(0.1)
        check("healthlake-local completes the export", status["JobStatus"] == "COMPLETED", status)
        self.prefix = f"nightly export/ä+1/{STORE}-FHIR_EXPORT-{self.job}/"

    def put(self, name, content):
        self.s3.put_object(Bucket=BUCKET, Key=self.prefix + name, Body=content)

    def fetch(self, tamper=None, page_size=1000, secret=SECRET, job=None, output=None):
        """The exit status, what was printed, and the files."""
        self.proxy.use(tamper)
        self.runs += 1
        # Deep enough that `../` ends within the jail.
        output = output or self.jail / "out" / "a" / "b" / str(self.runs)
        output.parent.mkdir(parents=True, exist_ok=True)
        self.output = output
        environment = {**interop.environment(secret, KEY), "AWS_REGION": REGION,
                       "AWS_ENDPOINT_URL_HEALTHLAKE": self.local.url, "AWS_ENDPOINT_URL_S3": self.proxy.url,
                       "HEALTHLAKE_FETCH_PAGE_SIZE": str(page_size)}
        done = subprocess.run([self.binaries / "healthlake-fetch", STORE, job or self.job, output], env=environment,
                              capture_output=True, timeout=120)
        text = (done.stdout + done.stderr).decode("utf-8", "replace")
        check("  prints no secret and no control character",
              SECRET not in text and not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text), text)
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
    expected = dict(exported)
    for name in ("with space.ndjson", "ünïcode-患者.ndjson", "a+b.ndjson", "100%.ndjson", "%2e%2e/x.ndjson", "%41~-_.ndjson",
                 "q'\"&<>;=?#[]@!$*(),:.ndjson", "\u0301x.ndjson"):
        expected["Odd/" + name] = resource("Basic", 1) + b"\r\n" + resource("Basic", 2)[:-1]
    expected["Big/Big-001.ndjson"] = b"".join(resource("Binary", number, 1000) for number in range(20_000))
    expected["Empty/Empty-001.ndjson"] = b""
    for name, content in expected.items():
        bench.put(name, content)
    bench.put("folder/", b"")
    status, text, files = bench.fetch(page_size=3)
    check("everything is downloaded", status == 0, text)
    check("byte for byte, under the same names", files == expected,
          {name for name in files.keys() | expected.keys() if files.get(name) != expected.get(name)})
    check("botocore agrees with every signature", bench.proxy.refused == 0, bench.proxy.refused)
    pages = sum("list-type=2" in path for path in bench.proxy.requests)
    check("in pages of three", pages == -(-(len(expected) + 1) // 3), pages)
    check("a large file in parts", sum("Big-001" in path for path in bench.proxy.requests) == 3)
    check("for their owner only", not any(path.stat().st_mode & 0o077 for path in bench.output.rglob("*")))
    check("resources are counted by type", "20000 Binary" in text and "2 Basic" in text, text)
    return expected


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
        return files == {name: content for name, content in expected.items() if name != "Big/Big-001.ndjson"}

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
               b"nul\0", b"back\\slash", b"..\\up", b"line\nfeed", b"\x1b[31mred", b"\xff", b"a" * 256,
               b".healthlake-fetch-1"]
    contents = [(prefix + name, len(good)) for name in hostile + [b"Patient/fine.ndjson"]]

    def tamper(handler):
        if handler.is_list:
            return listing(contents)
        return 206, {"Content-Range": f"bytes 0-{len(good) - 1}/{len(good)}", "ETag": '"e"'}, good
    status, text, files = bench.fetch(tamper)
    check("names that are not safe are refused", status == 1 and text.count("its name is not safe") == len(hostile), text)
    check("the others are downloaded", files == {"Patient/fine.ndjson": good}, files)
    check("nothing is requested for them", len(bench.proxy.requests) == 2, bench.proxy.requests)
    outside = [path for path in bench.jail.rglob("*up*") if path.is_file()]
    check("no file outside the directory", not outside, outside)

    output, elsewhere = bench.jail / "links", bench.jail / "elsewhere"
    output.mkdir(), elsewhere.mkdir()
    (output / "Patient").symlink_to(elsewhere)
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
    check("the file is kept as it is", files == {"Patient/bad.ndjson": bad}, files)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--js-modules", type=pathlib.Path, required=True)
    bench = Bench(parser.parse_args())
    try:
        bench.export()
        expected = downloads_what_was_exported(bench)
        refuses_other_keys(bench)
        job_must_be_complete(bench)
        detects_damage(bench, expected)
        stays_below_the_directory(bench, expected)
        reports_lines(bench)
    finally:
        bench.close()
    print(f"{interop.passed} passed, {interop.failed} failed")
    return 1 if interop.failed else 0


if __name__ == "__main__":
    sys.exit(main())

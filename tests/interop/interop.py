"""healthlake-local seen from outside: by boto3, the AWS command line, healthlake-export and bare sockets.

Every check prints one line; the last line is `N passed, N failed`.
"""
import argparse
import collections
import datetime
import json
import os
import pathlib
import re
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import boto3
import botocore
import botocore.exceptions
from botocore.config import Config
from botocore.exceptions import ClientError

REGION = "us-east-1"
KEY, SECRET, TOKEN = "AKIDINTEROPTEST", "interop/secret+key", "interop/token+="
STORE = "c0ffee00c0ffee00c0ffee00c0ffee00"
ROLE = "arn:aws:iam::123456789012:role/HealthLakeExport"
KMS = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
FINAL = {"COMPLETED", "COMPLETED_WITH_ERRORS", "FAILED", "CANCEL_COMPLETED", "CANCEL_FAILED"}

passed, failed = 0, 0
calls = collections.Counter()


def check(name, good, found=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    print(f"{'ok  ' if good else 'FAIL'} {name}" + ("" if good else f": {found}"), flush=True)
    return good


def environment(secret=SECRET, key=KEY):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {**clean, "AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull, "AWS_PAGER": "",
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "NO_PROXY": "127.0.0.1"}


class Server:
    """healthlake-local with a root of its own, inside a folder where a file that escapes would show."""

    def __init__(self, binaries, data, *arguments, files=None):
        """`files` limits how many files, sockets included, the server may have open."""
        def limit():
            resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))

        self.jail = pathlib.Path(tempfile.mkdtemp(prefix="healthlake-interop-"))
        self.root = self.jail / "a" / "b" / "s3"
        self.root.mkdir(parents=True)
        self.process = subprocess.Popen(
            [binaries / "healthlake-local", "--data", data, "--s3-root", self.root, "--listen", "127.0.0.1:0",
             "--region", REGION, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=limit if files else None)
        if not select.select([self.process.stdout], [], [], 20)[0]:
            sys.exit("healthlake-local said nothing for 20 seconds")
        line = self.process.stdout.readline()
        match = re.fullmatch(r"listening on (http://127\.0\.0\.1:(\d+))\n", line)
        if not match:
            sys.exit(f"healthlake-local did not start: {line!r}")
        self.url, self.port = match[1], int(match[2])

    def outside(self):
        """Files that are not below the root."""
        return [str(path) for path in self.jail.rglob("*") if not path.is_dir() and self.root not in path.parents]

    def processor_seconds(self):
        """What the server has used so far; fields 14 and 15 of proc(5), counted after the name in parentheses."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        """The exit status, and what the server wrote to stderr if that is more than its notices."""
        self.process.send_signal(signal.SIGTERM)
        try:
            told = self.process.communicate(timeout=10)[1]
        except subprocess.TimeoutExpired:
            self.process.kill()
            return "no exit within 10 seconds"
        return told if "ERROR" in told else self.process.returncode


def client_of(server, secret=SECRET, key=KEY, validate=True, token=None):
    config = Config(region_name=REGION, parameter_validation=validate, retries={"total_max_attempts": 1})
    client = boto3.client("healthlake", endpoint_url=server.url, aws_access_key_id=key, aws_secret_access_key=secret,
                          aws_session_token=token, config=config)
    client.meta.events.register("before-send.healthlake", lambda **_: calls.update(["boto3"]))
    return client


def start(client, uri="s3://results/boto3", **more):
    return client.start_fhir_export_job(
        DatastoreId=STORE, DataAccessRoleArn=ROLE,
        OutputDataConfig={"S3Configuration": {"S3Uri": uri, "KmsKeyId": KMS}}, **more)


def await_end(client, job, seconds=20):
    deadline = time.monotonic() + seconds
    while True:
        found = client.describe_fhir_export_job(DatastoreId=STORE, JobId=job)["ExportJobProperties"]
        if found["JobStatus"] in FINAL or time.monotonic() > deadline:
            return found
        time.sleep(0.05)


def refused(name, code, call, status=None):
    try:
        answer = call()
    except ClientError as error:
        got = (error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"])
        return check(f"{name}: {code}", got[0] == code and status in (None, got[1]), got)
    return check(f"{name}: {code}", False, f"it was accepted: {answer}")


def check_files(name, server, uri, job, data):
    """The results of a job against the sample data it was made from."""
    bucket, _, prefix = uri.removeprefix("s3://").partition("/")
    folder = server.root / bucket / prefix / f"{STORE}-FHIR_EXPORT-{job}"
    expected = collections.Counter()
    for path in (data / STORE).glob("*.ndjson"):
        with path.open(encoding="utf-8") as lines:
            expected.update(line.rstrip("\n") for line in lines)
    written, misplaced = collections.Counter(), []
    for path in (p for p in folder.rglob("*") if p.is_file()):
        kind = path.parent.name
        if not re.fullmatch(re.escape(kind) + r"-\d{3}\.ndjson", path.name):
            misplaced.append(str(path))
        for line in path.read_text(encoding="utf-8").splitlines():
            written[line] += 1
            if json.loads(line)["resourceType"] != kind:
                misplaced.append(f"{path}: {line[:80]}")
    check(f"{name}: files are named by their type and hold nothing else", not misplaced, misplaced[:3])
    check(f"{name}: {sum(expected.values())} resources, each as it was", written == expected and expected,
          f"{sum(written.values())} lines in {folder}")


def with_boto3(server, data):
    client = client_of(server)
    token = "interop-token-1"
    began = datetime.datetime.now(datetime.timezone.utc)
    job = start(client, JobName="from-boto3", ClientToken=token)
    check("boto3 start", job["JobStatus"] == "SUBMITTED" and len(job["JobId"]) == 32, job)
    again = start(client, JobName="from-boto3", ClientToken=token)
    check("boto3 start with the same token is the same job", again["JobId"] == job["JobId"], again)
    end = await_end(client, job["JobId"])
    check("boto3 describe: COMPLETED", end["JobStatus"] == "COMPLETED", end)
    check("boto3 describe: what was sent comes back",
          end["JobName"] == "from-boto3" and end["DatastoreId"] == STORE and end["DataAccessRoleArn"] == ROLE and
          end["OutputDataConfig"] == {"S3Configuration": {"S3Uri": "s3://results/boto3", "KmsKeyId": KMS}}, end)
    second = datetime.timedelta(seconds=1)
    check("boto3 describe: times", began - second <= end["SubmitTime"] <= end["EndTime"] <=
          datetime.datetime.now(datetime.timezone.utc) + second, end)
    check_files("boto3", server, "s3://results/boto3", job["JobId"], data)

    jobs = {job["JobId"]} | {start(client, JobName="page")["JobId"] for _ in range(4)}
    seen, sizes, token = [], [], {}
    while True:
        page = client.list_fhir_export_jobs(DatastoreId=STORE, MaxResults=2, **token)
        seen += [entry["JobId"] for entry in page["ExportJobPropertiesList"]]
        sizes.append(len(page["ExportJobPropertiesList"]))
        if not page.get("NextToken") or len(sizes) > 10:
            break
        token = {"NextToken": page["NextToken"]}
    check("boto3 list: 5 jobs in pages of 2", sizes == [2, 2, 1] and set(seen) == jobs and len(seen) == 5, (sizes, seen))
    named = client.list_fhir_export_jobs(DatastoreId=STORE, JobName="from-boto3")["ExportJobPropertiesList"]
    check("boto3 list by name", [entry["JobId"] for entry in named] == [job["JobId"]], named)
    done = client.list_fhir_export_jobs(DatastoreId=STORE, JobStatus="COMPLETED", SubmittedAfter=began - second)
    check("boto3 list by status and time", job["JobId"] in [e["JobId"] for e in done["ExportJobPropertiesList"]], done)

    refused("boto3, job name with a question mark", "ValidationException", lambda: start(client, JobName="what?"), 400)
    lenient = client_of(server, validate=False)
    refused("boto3, 0 results", "ValidationException",
            lambda: lenient.list_fhir_export_jobs(DatastoreId=STORE, MaxResults=0), 400)
    refused("boto3, no data store", "ValidationException", lambda: lenient.list_fhir_export_jobs(), 400)
    refused("boto3, made-up page token", "ValidationException",
            lambda: client.list_fhir_export_jobs(DatastoreId=STORE, NextToken="1-made-up"), 400)
    refused("boto3, unknown data store", "ResourceNotFoundException",
            lambda: client.list_fhir_export_jobs(DatastoreId="0" * 32))
    refused("boto3, unknown job", "ResourceNotFoundException",
            lambda: client.describe_fhir_export_job(DatastoreId=STORE, JobId="0" * 32))
    other = client_of(server)
    other.meta.events.register("before-sign.healthlake", lambda request, **_: request.headers.replace_header(
        "X-Amz-Target", "HealthLake.NoSuchOperation"))
    refused("boto3, unknown operation", "UnknownOperationException",
            lambda: other.list_fhir_export_jobs(DatastoreId=STORE), 404)
    refused("boto3, wrong secret", "InvalidSignatureException",
            lambda: client_of(server, secret="wrong").list_fhir_export_jobs(DatastoreId=STORE), 403)
    refused("boto3, unknown access key", "UnrecognizedClientException",
            lambda: client_of(server, key="AKIDNOBODY").list_fhir_export_jobs(DatastoreId=STORE), 403)


def with_aws(server, aws, data):
    def run(*arguments, **keys):
        calls.update(["aws"])
        return subprocess.run([aws, "--endpoint-url", server.url, "--region", REGION, "--output", "json",
                               "--cli-connect-timeout", "5", "healthlake", *arguments], env=environment(**keys),
                              capture_output=True, text=True, timeout=60)

    output = json.dumps({"S3Configuration": {"S3Uri": "s3://results/aws", "KmsKeyId": KMS}})
    ran = run("start-fhir-export-job", "--datastore-id", STORE, "--data-access-role-arn", ROLE, "--job-name", "from-aws",
              "--output-data-config", output)
    if not check("aws start-fhir-export-job", ran.returncode == 0, ran.stderr):
        return
    job = json.loads(ran.stdout)["JobId"]
    check("aws: the job ends as COMPLETED", await_end(client_of(server), job)["JobStatus"] == "COMPLETED")
    ran = run("describe-fhir-export-job", "--datastore-id", STORE, "--job-id", job)
    check("aws describe-fhir-export-job", ran.returncode == 0 and
          json.loads(ran.stdout)["ExportJobProperties"]["JobName"] == "from-aws", ran.stderr or ran.stdout)
    check_files("aws", server, "s3://results/aws", job, data)
    ran = run("list-fhir-export-jobs", "--datastore-id", STORE, "--job-name", "from-aws", "--max-results", "5")
    check("aws list-fhir-export-jobs", ran.returncode == 0 and
          [entry["JobId"] for entry in json.loads(ran.stdout)["ExportJobPropertiesList"]] == [job],
          ran.stderr or ran.stdout)
    ran = run("describe-fhir-export-job", "--datastore-id", STORE, "--job-id", job, secret="wrong")
    check("aws, wrong secret: InvalidSignatureException",
          ran.returncode != 0 and "InvalidSignatureException" in ran.stderr, ran.stderr)


def export(binaries, endpoint, *arguments, secret=SECRET, region=REGION, uri="s3://results/cli", key=KMS, timeout="20"):
    calls.update(["healthlake-export"])
    return subprocess.run(
        [binaries / "healthlake-export", "--endpoint", endpoint, "--region", region, "--datastore-id", STORE,
         "--s3-uri", uri, "--kms-key-id", key, "--role-arn", ROLE, "--poll", "0.05", "--timeout", timeout, *arguments],
        env=environment(secret), capture_output=True, text=True, timeout=60)


def with_healthlake_export(server, binaries, data):
    for name, arguments, expected in (
            ("S3Configuration", [], {"S3Configuration": {"S3Uri": "s3://results/cli", "KmsKeyId": KMS}}),
            ("S3Uri, as in the preview", ["--preview"], {"S3Uri": "s3://results/cli"})):
        ran = export(binaries, server.url, "--json", *arguments)
        if not check(f"healthlake-export with {name}", ran.returncode == 0, (ran.returncode, ran.stderr)):
            continue
        job = json.loads(ran.stdout)
        check(f"healthlake-export with {name}: final properties",
              job["JobStatus"] == "COMPLETED" and job["OutputDataConfig"] == expected, job)
        check_files(f"healthlake-export with {name}", server, "s3://results/cli", job["JobId"], data)
    ran = export(binaries, server.url, "--job-name", "lines")
    states = re.findall(r"^ *[0-9.]+ s  (\w+)$", ran.stdout, re.M)
    check("healthlake-export: a line per change", ran.returncode == 0 and states[0] == "SUBMITTED" and
          states[-1] == "COMPLETED" and len(states) == len(set(states)), ran.stdout)
    ran = export(binaries, server.url, secret="wrong")
    check("healthlake-export, wrong secret: 3, InvalidSignatureException",
          ran.returncode == 3 and "InvalidSignatureException" in ran.stderr, (ran.returncode, ran.stderr))
    ran = export(binaries, server.url, "--job-name", "what?", uri="http://no-bucket", key="no key")
    check("healthlake-export, invalid input: 2, every violation", ran.returncode == 2 and
          all(flag in ran.stderr for flag in ("--job-name", "--s3-uri", "--kms-key-id")), (ran.returncode, ran.stderr))
    ran = export(binaries, "ftp://nowhere", "--job-name", "what?", region="no region", timeout="-1", key="no key",
                 secret="")
    check("healthlake-export, everything wrong at once: 2, all of it", ran.returncode == 2 and
          all(text in ran.stderr for text in ("--job-name: JobName", "--region: ", "--endpoint: ", "--timeout: ",
                                              "--kms-key-id: ", "but AWS_SECRET_ACCESS_KEY is not")),
          (ran.returncode, ran.stderr))
    ran = export(binaries, server.url, "--no-such-flag")
    check("healthlake-export, unknown flag: 2", ran.returncode == 2, (ran.returncode, ran.stderr))
    (server.root / "blocked-bucket").write_text("a file where a folder would have to be")
    ran = export(binaries, server.url, uri="s3://blocked-bucket/x")
    check("healthlake-export, a job that fails: 1, its message", ran.returncode == 1 and "FAILED" in ran.stderr,
          (ran.returncode, ran.stderr))


def with_rude_server(binaries):
    """healthlake-export against a server that answers with control characters, then one that says nothing."""
    listener = socket.create_server(("127.0.0.1", 0))
    rude = f"http://127.0.0.1:{listener.getsockname()[1]}"

    def answer():
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            body = json.dumps({"__type": "ValidationException", "Message": "\x1b[31mred\nforged\u009b2J"}).encode()
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    thread = threading.Thread(target=answer)
    thread.start()
    ran = export(binaries, rude)
    thread.join()
    check("healthlake-export, control characters of a service: none on the terminal", ran.returncode == 3 and
          "red" in ran.stderr and "\nforged" not in ran.stderr and not re.search(r"[^\n -~]", ran.stderr),
          (ran.returncode, ran.stderr))
    began = time.monotonic()
    ran = export(binaries, rude, timeout="0.2")
    check("healthlake-export, a server that is silent: 3 long before the 60 s of an exchange",
          ran.returncode == 3 and "timeout" in ran.stderr and time.monotonic() - began < 20,
          (ran.returncode, ran.stderr, time.monotonic() - began))
    listener.close()
    # 192.0.2.0/24 is nobody's (RFC 5737).
    for endpoint, warned in ((rude, False), ("http://192.0.2.1:9", True), ("https://192.0.2.1:9", False)):
        ran = export(binaries, endpoint, timeout="0.2")
        check(f"healthlake-export, signing for {endpoint}: {'a' if warned else 'no'} warning of plain HTTP",
              ran.returncode == 3 and ("plain HTTP" in ran.stderr) == warned, (ran.returncode, ran.stderr))


def escapes(server):
    """Places outside the root, as a job's destination: a refusal and a FAILED job are both fine, a file is not."""
    client = client_of(server, validate=False)
    target = server.jail / "linked-to"
    target.mkdir()
    (server.root / "linked-bucket").symlink_to(target)
    (server.root / "results" / "link").symlink_to(target)
    uris = ["s3://results/../../x", "s3://results/../../../../x", "s3://results//etc/x", "s3://../x", "s3://..",
            "s3://results/a/../../../x", "s3://results/./../../x", "s3://results/%2e%2e/%2e%2e/x",
            "s3://linked-bucket/x", "s3://results/link/x", "s3:///tmp/x", "s3://a..b/../../x", "s3://RESULTS/x",
            "s3://results/..\\..\\x", "s3://results/x\u0000/../../y", "s3://results/" + "a/" * 500 + "x",
            "s3://results/" + "b" * 300 + "/x"]
    accepted = []
    for uri in uris:
        try:
            accepted.append((uri, start(client, uri)["JobId"]))
        except ClientError as error:
            code = error.response["Error"]["Code"]
            check(f"escape {uri[:40]!r} is refused", code in ("ValidationException", "SerializationException"), code)
    for uri, job in accepted:
        end = await_end(client, job)
        safe = {"FAILED"} if "%2e" not in uri else {"FAILED", "COMPLETED"}  # `%2e%2e` is a name like any other
        check(f"escape {uri[:40]!r} ends as {end['JobStatus']}", end["JobStatus"] in safe, end)
    check("no file outside the root", not server.outside(), server.outside())
    check("no file behind a link", not list(target.iterdir()), list(target.iterdir()))


def junk(server):
    """What is not a request of this protocol gets an HTTP error and does no harm."""
    def say(data):
        calls.update(["socket"])
        with socket.create_connection(("127.0.0.1", server.port), 5) as connection:
            connection.settimeout(5)
            answer = b""
            try:
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)
                while chunk := connection.recv(65536):
                    answer += chunk
            except OSError:
                pass  # the server may close before everything is said
            return answer

    head = f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n".encode()
    target = b"X-Amz-Target: HealthLake.ListFHIRExportJobs\r\nContent-Type: application/x-amz-json-1.0\r\n"
    for name, data, status in (
            ("not HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"400"),
            ("a bad header line", head + b"no colon here\r\n\r\n", b"400"),
            ("two Hosts", head + b"Host: other\r\nContent-Length: 0\r\n\r\n", b"400"),
            ("no Host", b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n", b"400"),
            ("a long header", head + b"X-Long: " + b"a" * 70000 + b"\r\n\r\n", b"431"),
            ("a long body", head + target + b"Content-Length: 3000000\r\n\r\n" + b" " * 3000000, b"413"),
            ("unsigned", head + target + b"Content-Length: 2\r\nConnection: close\r\n\r\n{}", b"403"),
            ("two requests in one go", 2 * (head + target + b"Content-Length: 2\r\n\r\n{}"), b"403"),
            ("a GET", b"GET /favicon.ico HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"40")):
        answer = say(data)
        check(f"{name}: HTTP {status.decode()}", answer.startswith(b"HTTP/1.1 " + status), answer[:120])
    check("unsigned: MissingAuthenticationTokenException", b"MissingAuthenticationTokenException" in
          say(head + target + b"Content-Length: 2\r\n\r\n{}"))
    check("two requests in one go get two answers", say(2 * (head + target + b"Content-Length: 2\r\n\r\n{}")).count(
        b"MissingAuthenticationTokenException") == 2)
    say(b"POST / HT")
    crowd = [socket.create_connection(("127.0.0.1", server.port), 5) for _ in range(300)]
    listed = client_of(server).list_fhir_export_jobs(DatastoreId=STORE)
    check("300 idle connections keep nobody out", listed["ExportJobPropertiesList"])
    crowd[0].settimeout(5)
    try:
        closed = crowd[0].recv(1) == b""
    except OSError as error:
        closed = isinstance(error, ConnectionResetError)
    check("of 300 connections the oldest is closed at once", closed)
    for connection in crowd:
        connection.close()


def command_line(binaries, data, server):
    for name, arguments in (
            ("no arguments", []), ("an unknown flag", ["--frobnicate"]),
            ("no authentication asked for", ["--data", data, "--s3-root", server.root]),
            ("keys and --no-auth", ["--data", data, "--s3-root", server.root, "--no-auth", "--access-key", "x"]),
            ("half a key", ["--data", data, "--s3-root", server.root, "--access-key", "x"]),
            ("a token without a key", ["--data", data, "--s3-root", server.root, "--session-token", "x"]),
            ("a token with a line end", ["--data", data, "--s3-root", server.root, "--access-key", "x", "--secret-key",
                                         "y", "--session-token", "z\r"]),
            ("a token and --no-auth", ["--data", data, "--s3-root", server.root, "--no-auth", "--session-token", "x"]),
            ("no such data", ["--data", server.jail / "none", "--s3-root", server.root, "--no-auth"]),
            ("a bad address", ["--data", data, "--s3-root", server.root, "--no-auth", "--listen", "localhost:99999"]),
            ("no such secret", ["--data", data, "--s3-root", server.root, "--access-key", "x", "--secret-key-file",
                                server.jail / "none"]),
            ("a fault that is none", ["--data", data, "--s3-root", server.root, "--no-auth", "--fault", __file__]),
            ("a journal's flag without a journal", ["--data", data, "--s3-root", server.root, "--no-auth",
                                                    "--accept-damaged-tail"]),
            ("time scale 0", ["--data", data, "--s3-root", server.root, "--no-auth", "--time-scale", "0"])):
        ran = subprocess.run([binaries / "healthlake-local", *map(str, arguments)], capture_output=True, text=True,
                             timeout=20)
        check(f"healthlake-local, {name}: 2 and why", ran.returncode == 2 and ran.stderr, (ran.returncode, ran.stderr))
    for program in ("healthlake-local", "healthlake-export"):
        ran = subprocess.run([binaries / program, "--version"], capture_output=True, text=True, timeout=20)
        check(f"{program} --version", ran.returncode == 0 and re.fullmatch(program + r" \d+\.\d+\.\d+\n", ran.stdout),
              (ran.returncode, ran.stdout, ran.stderr))
    ran = subprocess.run([binaries / "healthlake-local", "--data", data, "--s3-root", server.root, "--no-auth",
                          "--listen", f"127.0.0.1:{server.port}"], capture_output=True, text=True, timeout=20)
    check("healthlake-local, the port is taken: 1 and why", ran.returncode == 1 and "in use" in ran.stderr, ran.stderr)


def restart(binaries, data):
    """With --state a server goes on where one that was killed had stopped. With --time-scale data stores are quick."""
    state = tempfile.mkdtemp(prefix="healthlake-interop-")
    arguments = ("--access-key", KEY, "--secret-key", SECRET, "--time-scale", "100", "--state", state)
    first = Server(binaries, data, *arguments)
    client = client_of(first)
    job = start(client, JobName="before", ClientToken="restart-1")["JobId"]
    created = client.create_fhir_datastore(DatastoreTypeVersion="R4", DatastoreName="made-before")["DatastoreId"]
    deadline = time.monotonic() + 2  # 3 seconds without the scale

    def status():
        return client.describe_fhir_datastore(DatastoreId=created)["DatastoreProperties"]["DatastoreStatus"]

    while status() == "CREATING" and time.monotonic() < deadline:
        time.sleep(0.02)
    check("a data store is ACTIVE at the time scale", status() == "ACTIVE", status())
    await_end(client, job)
    first.process.kill()
    first.process.communicate()
    second = Server(binaries, data, *arguments)
    client = client_of(second)
    found = client.describe_fhir_export_job(DatastoreId=STORE, JobId=job)["ExportJobProperties"]
    check("--state: after SIGKILL a job is still known", found["JobStatus"] == "COMPLETED" and
          found["JobName"] == "before", found)
    check("--state: so is its token", start(client, JobName="before", ClientToken="restart-1")["JobId"] == job)
    check("--state: so is a data store", status() == "ACTIVE", status())
    ended = second.stop()
    check("--state: 0 on SIGTERM", ended == 0, ended)
    for folder in (first.jail, second.jail, state):
        shutil.rmtree(folder, ignore_errors=True)


def secret_elsewhere(binaries, data):
    """The secret key need not stand in the process list."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="healthlake-interop-"))
    (folder / "key").write_text(SECRET + "\n")
    os.environ["HEALTHLAKE_LOCAL_SECRET_KEY"] = SECRET
    for name, arguments in (("a file", ("--secret-key-file", folder / "key")), ("the environment", ())):
        server = Server(binaries, data, "--access-key", KEY, *arguments)
        shown = pathlib.Path(f"/proc/{server.process.pid}/cmdline").read_bytes()
        listed = client_of(server).list_fhir_export_jobs(DatastoreId=STORE)
        check(f"the secret key from {name}", listed["ExportJobPropertiesList"] == [] and SECRET.encode() not in shown)
        refused(f"the secret key from {name}, a wrong one", "InvalidSignatureException",
                lambda: client_of(server, secret="wrong").list_fhir_export_jobs(DatastoreId=STORE), 403)
        server.stop()
        shutil.rmtree(server.jail, ignore_errors=True)
    del os.environ["HEALTHLAKE_LOCAL_SECRET_KEY"]
    shutil.rmtree(folder, ignore_errors=True)


def temporary_key(binaries, data):
    """A key with a session token, from the command line or the environment: requests need exactly this token."""
    for name, arguments in (("the command line", ("--session-token", TOKEN)), ("the environment", ())):
        if not arguments:
            os.environ["HEALTHLAKE_LOCAL_SESSION_TOKEN"] = TOKEN
        server = Server(binaries, data, "--access-key", KEY, "--secret-key", SECRET, *arguments)
        listed = client_of(server, token=TOKEN).list_fhir_export_jobs(DatastoreId=STORE)
        check(f"a session token from {name}", listed["ExportJobPropertiesList"] == [], listed)
        for which, token in (("another", "other"), ("no", None)):
            refused(f"a session token from {name}, {which} token", "UnrecognizedClientException",
                    lambda: client_of(server, token=token).list_fhir_export_jobs(DatastoreId=STORE), 403)
        server.stop()
        shutil.rmtree(server.jail, ignore_errors=True)
    # Empty is none, whatever the environment says.
    server = Server(binaries, data, "--access-key", KEY, "--secret-key", SECRET, "--session-token", "")
    listed = client_of(server).list_fhir_export_jobs(DatastoreId=STORE)
    check("an empty session token", listed["ExportJobPropertiesList"] == [], listed)
    server.stop()
    shutil.rmtree(server.jail, ignore_errors=True)
    del os.environ["HEALTHLAKE_LOCAL_SESSION_TOKEN"]


def faults(binaries, data):
    """--fault plays a script to clients of any kind."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="healthlake-interop-"))
    (folder / "faults").write_text("# each request takes one\n"
                                   '{"Refused":{"HttpStatus":429,"Code":"ThrottlingException","Message":"slow"}}\n'
                                   '{"Broken":{}}\n{"LatencyMs":300}\n{"WrongContent":{"HttpStatus":502}}\n')
    server = Server(binaries, data, "--no-auth", "--fault", folder / "faults")
    client = client_of(server)
    refused("--fault: an error response", "ThrottlingException",
            lambda: client.list_fhir_export_jobs(DatastoreId=STORE), 429)
    try:
        client.list_fhir_export_jobs(DatastoreId=STORE)
        broken = False
    except botocore.exceptions.BotoCoreError:
        broken = True
    check("--fault: a closed connection", broken)
    began = time.monotonic()
    client.list_fhir_export_jobs(DatastoreId=STORE)
    check("--fault: latency", time.monotonic() - began >= 0.3)
    refused("--fault: a page", "502", lambda: client.list_fhir_export_jobs(DatastoreId=STORE), 502)
    check("--fault: afterwards it works",
          client.list_fhir_export_jobs(DatastoreId=STORE)["ExportJobPropertiesList"] == [])
    server.stop()
    for place in (server.jail, folder):
        shutil.rmtree(place, ignore_errors=True)


def damaged_journal(binaries, data):
    """A damaged last line is an error that names the way out."""
    state = pathlib.Path(tempfile.mkdtemp(prefix="healthlake-interop-"))
    first = Server(binaries, data, "--no-auth", "--state", state)
    client_of(first).create_fhir_datastore(DatastoreTypeVersion="R4")
    first.stop()
    journal = state / "journal.ndjson"
    journal.write_bytes(journal.read_bytes()[:-10] + b"x" + journal.read_bytes()[-9:])
    ran = subprocess.run([binaries / "healthlake-local", "--data", data, "--s3-root", first.root, "--no-auth",
                          "--listen", "127.0.0.1:0", "--state", state], capture_output=True, text=True, timeout=20)
    check("a damaged journal: 2, and the way out", ran.returncode == 2 and "--accept-damaged-tail" in ran.stderr,
          (ran.returncode, ran.stderr))
    second = Server(binaries, data, "--no-auth", "--state", state, "--accept-damaged-tail")
    stores = client_of(second).list_fhir_datastores()["DatastorePropertiesList"]
    given = {path.name for path in data.iterdir() if path.is_dir()}
    check("a damaged journal: --accept-damaged-tail goes on without the line",
          {store["DatastoreId"] for store in stores} == given, stores)
    second.stop()
    for place in (first.jail, second.jail, state):
        shutil.rmtree(place, ignore_errors=True)


def full_disk(binaries, data):
    """A journal that cannot grow: reads go on, changes are refused, and work again as soon as there is room."""
    state = tempfile.mkdtemp(prefix="healthlake-interop-")
    server = Server(binaries, data, "--no-auth", "--state", state)
    client = client_of(server)

    def create():
        return client.create_fhir_datastore(DatastoreTypeVersion="R4", DatastoreName="one")["DatastoreId"]

    def stores():
        return {store["DatastoreId"] for store in client.list_fhir_datastores()["DatastorePropertiesList"]}

    made = create()
    _, hard = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (2000, hard))
    for _ in range(2):
        refused("full disk: a change", "InternalServerException", create, 500)
        check("full disk: reads go on", made in stores(), stores())
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
    another = create()
    check("full disk: with room it works again", {made, another} <= stores(), stores())
    before = stores()
    server.process.kill()
    server.process.communicate()
    again = Server(binaries, data, "--no-auth", "--state", state)
    client = client_of(again)
    check("full disk: a restart tells the same", stores() == before, stores())
    status = again.stop()
    check("full disk: 0 on SIGTERM", status == 0, status)
    for place in (server.jail, again.jail, state):
        shutil.rmtree(place, ignore_errors=True)


def out_of_files(binaries, data):
    """Connections that cannot be accepted must not make the server spin, or stop accepting."""
    server = Server(binaries, data, "--no-auth", files=40)
    crowd = [socket.create_connection(("127.0.0.1", server.port), 5) for _ in range(60)]
    time.sleep(0.5)
    before = server.processor_seconds()
    time.sleep(1)
    used = server.processor_seconds() - before
    check("out of files: the server waits", used < 0.3, f"{used} s of processor time in 1 s")
    for connection in crowd:
        connection.close()
    listed = client_of(server).list_fhir_export_jobs(DatastoreId=STORE)
    check("out of files: afterwards it works again", listed["ExportJobPropertiesList"] == [], listed)
    status = server.stop()
    check("out of files: 0 on SIGTERM", status == 0, status)
    shutil.rmtree(server.jail, ignore_errors=True)


def open_connections(server):
    """Connections that are there at the end: one never used, one in the middle of a request, one kept alive."""
    fresh, half, idle = (socket.create_connection(("127.0.0.1", server.port), 5) for _ in range(3))
    half.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{")
    idle.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
    check("a connection is kept alive", idle.recv(65536).startswith(b"HTTP/1.1 40"))
    return fresh, half, idle


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of healthlake-local, healthlake-export")
    parser.add_argument("--data", type=pathlib.Path, required=True, help="folder of the data stores")
    parser.add_argument("--aws", required=True, help="the AWS command line")
    options = parser.parse_args()
    os.environ.update(environment())
    began = time.monotonic()
    print(f"boto3 {boto3.__version__}, botocore {botocore.__version__}, "
          f"{subprocess.run([options.aws, '--version'], capture_output=True, text=True).stdout.strip()}")

    # The jobs of LocalHealthLake take 6 seconds; here, 60 milliseconds.
    server = Server(options.bin, options.data, "--access-key", KEY, "--secret-key", SECRET, "--time-scale", "100")
    try:
        with_boto3(server, options.data)
        with_aws(server, options.aws, options.data)
        with_healthlake_export(server, options.bin, options.data)
        with_rude_server(options.bin)
        escapes(server)
        junk(server)
        command_line(options.bin, options.data, server)
        restart(options.bin, options.data)
        secret_elsewhere(options.bin, options.data)
        temporary_key(options.bin, options.data)
        faults(options.bin, options.data)
        damaged_journal(options.bin, options.data)
        full_disk(options.bin, options.data)
        out_of_files(options.bin, options.data)
        crowd = open_connections(server)
    finally:
        status = server.stop()
        shutil.rmtree(server.jail, ignore_errors=True)
    check("healthlake-local ends with 0 on SIGTERM, connections being open", status == 0, status)
    for connection in crowd:
        connection.close()

    print("calls: " + ", ".join(f"{count} by {who}" for who, count in sorted(calls.items())) +
          f"; {time.monotonic() - began:.0f} s")
    print(f"{passed} passed, {failed} failed")
    return 0 if failed == 0 and passed >= 85 else 1


if __name__ == "__main__":
    sys.exit(main())

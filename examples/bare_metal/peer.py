#!/usr/bin/env python3
"""The gateway and the service behind it, for a program that runs in an emulator: a scripted peer.

    peer.py SCRIPT EMULATOR ARGUMENT...

Starts the emulator, whose standard input and output are the serial line and whose standard error is the console.
Reads HTTP/1.1 requests from the line, verifies what a service would (Signature Version 4, recomputed with Python's hmac,
the date, X-Amz-Target, the JSON body) and responds according to SCRIPT: `export`, `all`, or `none` for a program that
sends nothing. Prints the console, and the number of faults at the end. Exit status: that of the program, or 1 if there
were faults.
"""
import email.utils
import hashlib
import hmac
import json
import pathlib
import re
import subprocess
import sys
import threading
import time
import uuid

ACCESS_KEY, SECRET, REGION, SERVICE = "AKIDDEVICEEXAMPLE", "device-example-secret", "us-east-1", "healthlake"
HOST = "healthlake.us-east-1.amazonaws.com"
# The operations whose endpoint has a host prefix (the endpoint trait of the service model).
PREFIX = re.compile(r".*DataTransformation.*|UpdateProfileWithAgent")
STORE, ROLE = "c0ffee00c0ffee00c0ffee00c0ffee00", "arn:aws:iam::123456789012:role/HealthLakeExport"
PLACE = {"S3Configuration": {"S3Uri": "s3://example-bucket/export", "KmsKeyId": "alias/my-key"}}
JOB = "9f86d081884c7d659a2feaa0c55ad015"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
# The operations whose idempotency token a client fills in.
WITH_TOKEN = ("CreateDataTransformationProfile", "CreateFHIRDatastore", "RestoreFHIRDatastore", "StartFHIRExportJob",
              "StartFHIRImportJob")
SECONDS = 60


def signature(method, target, headers, names, body, secret=SECRET):
    """Scope and signature of a request (AWS IAM User Guide, "Create a signed AWS API request"). `headers` is by
    lower-case name, `names` are those that are signed."""
    date = headers["x-amz-date"]
    scope = f"{date[:8]}/{REGION}/{SERVICE}/aws4_request"
    lines = "".join(f"{name}:{' '.join(headers[name].split())}\n" for name in names)
    canonical = "\n".join([method, target, "", lines, ";".join(names), hashlib.sha256(body).hexdigest()])
    text = "\n".join(["AWS4-HMAC-SHA256", date, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + secret).encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return scope, hmac.digest(key, text.encode(), "sha256").hex()


def properties(status, **more):
    return {"ExportJobProperties": {"JobId": JOB, "JobStatus": status, "SubmitTime": 1786145687.25,
                                    "DatastoreId": STORE, "OutputDataConfig": PLACE, "DataAccessRoleArn": ROLE, **more}}


def export_script():
    """Pairs of request (operation and body) and response (status and body)."""
    start = ("StartFHIRExportJob",
             {"OutputDataConfig": PLACE, "DatastoreId": STORE, "DataAccessRoleArn": ROLE, "ClientToken": UUID})
    describe = ("DescribeFHIRExportJob", {"DatastoreId": STORE, "JobId": JOB})
    throttled = (400, {"__type": "com.amazonaws.healthlake#ThrottlingException", "Message": "Rate exceeded"})
    return [(start, (200, {"JobId": JOB, "JobStatus": "SUBMITTED", "DatastoreId": STORE})),
            (describe, throttled), (describe, (200, properties("SUBMITTED"))),
            (describe, (503, "<html>a proxy's page</html>")), (describe, (200, properties("IN_PROGRESS"))),
            (describe, (200, properties("COMPLETED", EndTime=1786145737)))]


def all_script():
    """Every operation once, in alphabetical order, with what must be in its input and output."""
    file = pathlib.Path(__file__).parent / "programs/all_operations.json"
    return [((name, {**sent, **({"ClientToken": UUID} if name in WITH_TOKEN else {})}), (200, answered))
            for name, (sent, answered) in json.loads(file.read_text(encoding="utf-8")).items()]


class Peer:
    def __init__(self, script):
        self.script, self.faults, self.refused, self.call = list(script), [], 0, {}

    def fault(self, text):
        self.faults.append(text)
        print(f"peer: {text}", flush=True)

    def verify(self, method, target, headers, body):
        """Checks the signature of a request, except for its date."""
        match = re.fullmatch(r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\S+), SignedHeaders=(\S+), "
                             r"Signature=([0-9a-f]{64})", headers.get("authorization", ""))
        if not match:
            return self.fault(f"no signature: {headers.get('authorization')!r}")
        key, scope, names, given = match[1], match[2], match[3].split(";"), match[4]
        left_out = {name for name in headers if name not in names} - {"authorization", "content-length"}
        if names != sorted(names) or left_out:
            self.fault(f"not signed: {left_out}, in this order: {names}")
        expected_scope, expected = signature(method, target, headers, names, body)
        if (key, scope) != (ACCESS_KEY, expected_scope) or not hmac.compare_digest(given, expected):
            self.fault(f"the signature is {given} for {scope}, expected {expected} for {expected_scope}")

    def check_body(self, operation, expected, body):
        try:
            found = json.loads(body)
        except ValueError as error:
            return self.fault(f"{operation}: the body is not JSON: {error}: {body!r}")
        pattern = {name: value for name, value in expected.items() if isinstance(value, re.Pattern)}
        plain = {name: value for name, value in found.items() if name not in pattern}
        if plain != {name: value for name, value in expected.items() if name not in pattern}:
            self.fault(f"{operation}: the body is {found}, expected {expected}")
        for name, value in pattern.items():
            if not value.fullmatch(str(found.get(name))):
                self.fault(f"{operation}: {name} is {found.get(name)!r}, expected {value.pattern}")

    def check_attempt(self, operation, headers, body):
        """The attempts of one call have the same body and invocation id, and are numbered."""
        id_ = headers.get("amz-sdk-invocation-id", "")
        number = self.call["number"] + 1 if self.call.get("again") else 1
        if headers.get("amz-sdk-request") != f"attempt={number}; max=3" or not UUID.fullmatch(id_):
            self.fault(f"{operation}: expected attempt {number} of 3, found {headers.get('amz-sdk-request')!r} of "
                       f"{id_!r}")
        if (number > 1) != (id_ == self.call.get("id")) or (number > 1 and body != self.call["body"]):
            self.fault(f"{operation}: attempt {number} is of call {id_}, the previous one of {self.call.get('id')}")
        self.call = {"id": id_, "body": body, "number": number}

    def answer(self, method, target, headers, body):
        """Status and body of the response to a request."""
        operation = headers.get("x-amz-target", "").removeprefix("HealthLake.")
        print(f"peer: {operation}, {headers.get('amz-sdk-request')}, of {headers.get('x-amz-date')}", flush=True)
        host = "datatransformation." * bool(PREFIX.fullmatch(operation)) + HOST
        fixed = {"host": host, "content-type": "application/x-amz-json-1.0", "content-length": str(len(body))}
        if (method, target) != ("POST", "/") or any(headers.get(name) != value for name, value in fixed.items()):
            self.fault(f"{operation}: {method} {target} with {headers}, expected POST / with {fixed}")
        self.verify(method, target, headers, body)
        self.check_attempt(operation, headers, body)
        if not self.script:
            self.fault(f"{operation}: nothing was to come any more")
            return 400, {"__type": "ValidationException", "message": "not in the script"}
        (expected, content), reply = self.script[0]
        if operation != expected:
            self.fault(f"found {operation}, expected {expected}")
        self.check_body(operation, content, body)
        # Signatures are good for five minutes. The device starts in 1970, and learns the time from this answer's Date.
        date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() - 300))
        if headers.get("x-amz-date", "") < date:
            self.refused += 1
            self.call["again"] = True
            return 400, {"__type": "InvalidSignatureException", "message": "Signature expired"}
        self.script.pop(0)
        self.call["again"] = reply[0] != 200
        return reply

    def serve(self, line_in, line_out):
        while first := line_in.readline():
            method, target, _ = first.decode("latin-1").split(" ", 2)
            headers = {}
            while (line := line_in.readline().decode("latin-1").rstrip("\r\n")):
                name, _, value = line.partition(":")
                headers[name.lower()] = value.strip()
            body = line_in.read(int(headers.get("content-length", 0)))
            status, content = self.answer(method, target, headers, body)
            data = (content if isinstance(content, str) else json.dumps(content)).encode()
            head = (f"HTTP/1.1 {status} -\r\nDate: {email.utils.formatdate(usegmt=True)}\r\n"
                    f"Content-Type: application/x-amz-json-1.0\r\nx-amzn-RequestId: {uuid.uuid4()}\r\n"
                    f"Content-Length: {len(data)}\r\n\r\n")
            line_out.write(head.encode() + data)
            line_out.flush()


def show_console(stream, lines):
    for line in stream:
        lines.append(line.decode("utf-8", "replace").rstrip("\n"))
        print(lines[-1], flush=True)


def check_signature(peer, lines):
    """sign_only prints the Authorization header of this request."""
    body = f'{{"DatastoreId":"{STORE}","JobId":"job-1"}}'.encode()
    headers = {"content-type": "application/x-amz-json-1.0", "host": HOST, "x-amz-date": "20260807T233447Z",
               "x-amz-target": "HealthLake.DescribeFHIRExportJob"}
    scope, expected = signature("POST", "/", headers, sorted(headers), body)
    wanted = (f"AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/{scope}, SignedHeaders={';'.join(sorted(headers))}, "
              f"Signature={expected}")
    if wanted not in lines:
        peer.fault(f"expected {wanted}")


def main():
    name, command = sys.argv[1], sys.argv[2:]
    scripts = {"export": export_script, "all": all_script, "none": list, "sign": list}
    peer, lines = Peer(scripts[name]()), []
    device = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    console = threading.Thread(target=show_console, args=(device.stderr, lines))
    watchdog = threading.Timer(SECONDS, device.kill)
    console.start()
    watchdog.start()
    peer.serve(device.stdout, device.stdin)
    status = device.wait()
    watchdog.cancel()
    console.join()
    if status < 0:
        peer.fault(f"the program was stopped after {SECONDS} s")
    if name == "sign":
        check_signature(peer, lines)
    for (operation, _), _ in peer.script:
        peer.fault(f"{operation} did not come")
    if name in ("export", "all") and peer.refused != 1:
        peer.fault(f"{peer.refused} requests had a wrong date, expected 1")
    print(f"peer: {len(peer.faults)} faults; the program ended with status {status}")
    return 1 if peer.faults or status < 0 else status


if __name__ == "__main__":
    sys.exit(main())

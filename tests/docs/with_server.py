"""Runs snippets that talk to a server, with healthlake-local as that server.

Each is called with the arguments that its first line documents: REGION, or DATASTORE-ID and JOB-ID if it waits for one;
then ENDPOINT. The coroutine gets its credentials as in a container, from an endpoint that this script plays, and renews
them.
"""
import argparse
import contextlib
import datetime
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import urllib.request

import output

ROOT = pathlib.Path(__file__).resolve().parents[2]
STORE = "feedface00000000feedface00000000"
EXPECTED = {
    "snippet_blocking_curl": r'ExportJobProperties\{JobId="[0-9a-f]{32}".*JobStatus=COMPLETED, .*\n',
    "snippet_async_beast": r"[0-9]+ polls\n.*JobStatus=COMPLETED, .*\n",
    "snippet_first_call": output.pattern_of(output.blocks(ROOT)["first_call"][0]),
}


# The key that all requests have to be signed with.
KEYS = {"AWS_ACCESS_KEY_ID": "ASIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "example-secret",
        "AWS_SESSION_TOKEN": "example-token"}


def signed(headers, body):
    """The headers of a request of HealthLake, with a signature (AWS SigV4)."""
    day = headers["X-Amz-Date"][:8]
    lines = "".join(f"{name.lower()}:{value}\n" for name, value in sorted(headers.items()))
    names = ";".join(sorted(name.lower() for name in headers))
    canonical = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{day}/us-east-1/healthlake/aws4_request"
    key = b"AWS4" + KEYS["AWS_SECRET_ACCESS_KEY"].encode()
    for part in [*scope.split("/"), "\n".join(["AWS4-HMAC-SHA256", headers["X-Amz-Date"], scope,
                                              hashlib.sha256(canonical.encode()).hexdigest()])]:
        key = hmac.new(key, part.encode(), "sha256").digest()
    return {**headers, "Authorization": f"AWS4-HMAC-SHA256 Credential={KEYS['AWS_ACCESS_KEY_ID']}/{scope}, "
                                        f"SignedHeaders={names}, Signature={key.hex()}"}


def start_job(endpoint):
    body = json.dumps({"DatastoreId": STORE, "DataAccessRoleArn": "arn:aws:iam::123456789012:role/HealthLakeExport",
                       "OutputDataConfig": {"S3Uri": "s3://results/docs"}, "ClientToken": "docs-1"}).encode()
    headers = {"Content-Type": "application/x-amz-json-1.0", "Host": endpoint.split("/")[2],
               "X-Amz-Date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ"),
               "X-Amz-Security-Token": KEYS["AWS_SESSION_TOKEN"], "X-Amz-Target": "HealthLake.StartFHIRExportJob"}
    request = urllib.request.Request(endpoint, body, signed(headers, body))
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return json.loads(opener.open(request, timeout=10).read())["JobId"]


class Container(http.server.BaseHTTPRequestHandler):
    """The endpoint of a container's credentials, which wants its token. Every other request fails, the first one
    included. The credentials last for two seconds, so that they are renewed while a job is waited for."""
    asked = 0

    def do_GET(self):
        if self.headers["Authorization"] != "container-token":
            return self.send_error(403)
        Container.asked += 1
        if Container.asked % 2 == 1:
            return self.send_error(500)
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=2)
        body = json.dumps({"AccessKeyId": KEYS["AWS_ACCESS_KEY_ID"], "SecretAccessKey": KEYS["AWS_SECRET_ACCESS_KEY"],
                           "Token": KEYS["AWS_SESSION_TOKEN"], "Expiration": end.isoformat(timespec="milliseconds")})
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def container():
    """The environment of a program in one."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Container) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://127.0.0.1:{server.server_port}/keys",
               "AWS_CONTAINER_AUTHORIZATION_TOKEN": "container-token", "AWS_CONFIG_FILE": os.devnull,
               "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_REGION": "us-east-1"}
        server.shutdown()


def fault_of(program, endpoint, in_container, slow):
    """Runs one; returns what is wrong, or nothing."""
    name = pathlib.Path(program).name
    arguments, found_in = [STORE], KEYS
    if name == "snippet_first_call":
        arguments = ["us-east-1"]
    elif name == "snippet_async_beast":
        arguments, found_in = [STORE, start_job(endpoint)], in_container
    others = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    ran = subprocess.run([program, *arguments, endpoint], env={**others, **found_in}, capture_output=True, text=True,
                         timeout=60)
    print(f"{name}: {ran.returncode}\n{ran.stdout}{ran.stderr}")
    if ran.returncode != 0 or not re.fullmatch(EXPECTED[name], ran.stdout):
        return f"{name}: expected status 0 and an output like {EXPECTED[name]!r}"
    if name == "snippet_async_beast" and Container.asked < 3 and not slow:
        return f"{name}: expected credentials to be renewed, found {Container.asked} requests for them"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--slow", action="store_true",
                        help="programs may be too slow to renew credentials before a job ends")
    parser.add_argument("programs", nargs="+")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as root, container() as in_container:
        server = subprocess.Popen(
            [options.server, "--data", options.data, "--s3-root", root, "--listen", "127.0.0.1:0", "--time-scale", "2",
             "--access-key", KEYS["AWS_ACCESS_KEY_ID"], "--secret-key", KEYS["AWS_SECRET_ACCESS_KEY"], "--session-token",
             KEYS["AWS_SESSION_TOKEN"]], stdout=subprocess.PIPE, text=True)
        try:
            line = server.stdout.readline()
            if not line.startswith("listening on http://127.0.0.1:"):
                return f"healthlake-local did not start: {line!r}"
            for program in options.programs:
                if fault := fault_of(program, line.split()[-1], in_container, options.slow):
                    return fault
        finally:
            server.terminate()
            status = server.wait(10)
        return 0 if status == 0 else f"healthlake-local ended with {status}"


if __name__ == "__main__":
    sys.exit(main())

"""Runs snippets that talk to a server, with healthlake-local as that server.

Each is called with the arguments that its first line documents: REGION, or DATASTORE-ID and JOB-ID if it waits for one;
then ENDPOINT. The coroutine gets its credentials as in a container, from an endpoint that this script plays.
"""
import argparse
import contextlib
import datetime
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


def start_job(endpoint):
    body = {"DatastoreId": STORE, "DataAccessRoleArn": "arn:aws:iam::123456789012:role/HealthLakeExport",
            "OutputDataConfig": {"S3Uri": "s3://results/docs"}, "ClientToken": "docs-1"}
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "HealthLake.StartFHIRExportJob"}
    request = urllib.request.Request(endpoint, json.dumps(body).encode(), headers)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return json.loads(opener.open(request, timeout=10).read())["JobId"]


class Container(http.server.BaseHTTPRequestHandler):
    """The endpoint of a container's credentials, which wants its token."""
    served = 0

    def do_GET(self):
        if self.headers["Authorization"] != "container-token":
            return self.send_error(403)
        Container.served += 1
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=15)
        body = json.dumps({"AccessKeyId": "ASIAEXAMPLE", "SecretAccessKey": "example-secret", "Token": "example-token",
                           "Expiration": end.strftime("%Y-%m-%dT%H:%M:%SZ")}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

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


def environment(name, in_container):
    """What a program finds its credentials in."""
    others = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    if name == "snippet_async_beast":
        return {**others, **in_container}
    return {**others, "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "example-secret"}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("programs", nargs="+")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as root, container() as in_container:
        server = subprocess.Popen([options.server, "--data", options.data, "--s3-root", root, "--no-auth", "--listen",
                                   "127.0.0.1:0", "--time-scale", "20"], stdout=subprocess.PIPE, text=True)
        try:
            line = server.stdout.readline()
            if not line.startswith("listening on http://127.0.0.1:"):
                return f"healthlake-local did not start: {line!r}"
            endpoint = line.split()[-1]
            job = start_job(endpoint)
            for program in options.programs:
                name = pathlib.Path(program).name
                arguments = {"snippet_async_beast": [STORE, job], "snippet_first_call": ["us-east-1"]}.get(name, [STORE])
                ran = subprocess.run([program, *arguments, endpoint], env=environment(name, in_container),
                                     capture_output=True, text=True, timeout=60)
                print(f"{name}: {ran.returncode}\n{ran.stdout}{ran.stderr}")
                if ran.returncode != 0 or not re.fullmatch(EXPECTED[name], ran.stdout):
                    return f"{name}: expected status 0 and an output like {EXPECTED[name]!r}"
                if name == "snippet_async_beast" and Container.served != 1:
                    return f"{name}: expected one fetch of credentials, found {Container.served}"
        finally:
            server.terminate()
            status = server.wait(10)
        return 0 if status == 0 else f"healthlake-local ended with {status}"


if __name__ == "__main__":
    sys.exit(main())

"""Runs snippets that talk to a server, with healthlake-local as that server.

Each is called with the arguments that its first line documents: REGION, or DATASTORE-ID and JOB-ID if it waits for one;
then ENDPOINT.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
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


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("programs", nargs="+")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as root:
        server = subprocess.Popen([options.server, "--data", options.data, "--s3-root", root, "--no-auth", "--listen",
                                   "127.0.0.1:0", "--time-scale", "20"], stdout=subprocess.PIPE, text=True)
        try:
            line = server.stdout.readline()
            if not line.startswith("listening on http://127.0.0.1:"):
                return f"healthlake-local did not start: {line!r}"
            endpoint = line.split()[-1]
            job = start_job(endpoint)
            keys = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "example-secret"}
            for program in options.programs:
                name = pathlib.Path(program).name
                arguments = {"snippet_async_beast": [STORE, job], "snippet_first_call": ["us-east-1"]}.get(name, [STORE])
                ran = subprocess.run([program, *arguments, endpoint], env={**os.environ, **keys}, capture_output=True, text=True,
                                     timeout=60)
                print(f"{name}: {ran.returncode}\n{ran.stdout}{ran.stderr}")
                if ran.returncode != 0 or not re.fullmatch(EXPECTED[name], ran.stdout):
                    return f"{name}: expected status 0 and an output like {EXPECTED[name]!r}"
        finally:
            server.terminate()
            status = server.wait(10)
        return 0 if status == 0 else f"healthlake-local ended with {status}"


if __name__ == "__main__":
    sys.exit(main())

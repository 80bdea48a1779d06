"""boto3 as one of the peers that measure.py compares; see there for what a peer reads and answers.

Usage: boto3_peer.py FOLDER, where FOLDER holds the bodies of the responses.
"""
import io
import pathlib
import platform
import sys
import time

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.config import Config

REGION = "us-east-1"
STORE = "c0ffee00c0ffee00c0ffee00c0ffee00"
JOB = "0123456789abcdef0123456789abcdef"


class Raw(io.BytesIO):
    """As much of a urllib3 response as botocore asks for."""

    def stream(self):
        yield self.read()


class Network:
    """Answers each request with the body that is set, in place of botocore's HTTP session."""
    body = b""
    keep = False
    last = ""

    def send(self, request, **_):
        if self.keep:
            self.note(request)
        return AWSResponse(request.url, 200, {}, Raw(self.body))

    def note(self, request):
        headers = {name.lower(): value if isinstance(value, str) else value.decode()
                   for name, value in request.headers.items()}
        body = request.body if isinstance(request.body, str) else request.body.decode()
        self.last = "\t".join([headers["x-amz-target"], headers["authorization"], body])


def fail(what):
    sys.exit(f"boto3: {what}")


def must_be(good, what):
    if not good:
        fail(f"the answer is not the one expected: {what}")


NETWORK = Network()
SESSION = boto3.Session("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", region_name=REGION)
CLIENT = SESSION.client("healthlake", config=Config(retries={"total_max_attempts": 1}))
CLIENT.meta.events.register("before-send.healthlake", NETWORK.send)
SIGNER = SigV4Auth(SESSION.get_credentials(), "healthlake", REGION)
ONE_POST = AWSRequest("POST", f"https://healthlake.{REGION}.amazonaws.com/", {
    "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "HealthLake.DescribeFHIRExportJob"},
    f'{{"DatastoreId":"{STORE}","JobId":"{JOB}"}}')


def describe():
    answer = CLIENT.describe_fhir_export_job(DatastoreId=STORE, JobId=JOB)
    must_be(answer["ExportJobProperties"]["JobStatus"] == "COMPLETED", "describe")


def start():
    answer = CLIENT.start_fhir_export_job(
        JobName="nightly-export-of-ward-7", DatastoreId=STORE,
        DataAccessRoleArn="arn:aws:iam::123456789012:role/HealthLakeExportRole",
        OutputDataConfig={"S3Configuration": {
            "S3Uri": "s3://my-export-bucket/exports/nightly",
            "KmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"}})
    must_be(answer["JobStatus"] == "SUBMITTED", "start")


def list_jobs():
    jobs = CLIENT.list_fhir_export_jobs(DatastoreId=STORE)["ExportJobPropertiesList"]
    must_be(len(jobs) == 100 and jobs[-1]["JobStatus"] == "COMPLETED", "list")


def sign():
    SIGNER.add_auth(ONE_POST)
    if NETWORK.keep:
        NETWORK.note(ONE_POST)


def measure(work, iterations):
    begun = time.process_time_ns()
    for _ in range(iterations):
        work()
    return (time.process_time_ns() - begun) / iterations


def main():
    cases = {"describe": describe, "start": start, "list": list_jobs, "sign": sign}
    for line in sys.stdin:
        verb, argument = line.split()
        if verb == "version":
            print(f"{boto3.__version__}, Python {platform.python_version()}", flush=True)
            continue
        NETWORK.keep = verb == "check"
        name = argument if NETWORK.keep else verb
        if name not in cases:
            fail(f"there is no case {name}")
        if name != "sign":
            NETWORK.body = pathlib.Path(sys.argv[1], f"{name}.json").read_bytes()
        if NETWORK.keep:
            cases[name]()
            print(NETWORK.last, flush=True)
        else:
            print(measure(cases[name], int(argument)), "-", flush=True)


main()

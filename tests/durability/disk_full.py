#!/usr/bin/env python3
"""healthlake-local on a disk that is really full, and on one that is read-only: a small tmpfs, if one may be mounted;
otherwise a limit on the size of files takes the place of the full disk.

Invariants:
- the service answers: reads with 200, changes with 200 or, while there is no room, with an InternalServerException that
  says that the journal cannot be written;
- it accepts changes again when there is room, without a restart;
- after a kill and a restart, every job that was acknowledged is there, and what is COMPLETED has its files;
- on a read-only disk it does not start, and says why.

power_loss.cpp tests what happens if a single call fails.

disk_full.py PROGRAM
"""

import argparse
import json
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import kills  # noqa: E402


def mounted(folder):
    return subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", folder], stderr=subprocess.DEVNULL).returncode == 0


def fail(what):
    print("FAILED:", what)
    sys.exit(1)


class Client(kills.Connection):
    """Errors are values."""

    def send(self, operation, **members):
        self.http.request("POST", "/", json.dumps(members), {
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "HealthLake." + operation})
        response = self.http.getresponse()
        return response.status, json.loads(response.read())

    def start(self, name):
        return self.send(
            "StartFHIRExportJob", JobName=name, ClientToken=name, DatastoreId=kills.DATASTORE,
            OutputDataConfig={"S3Configuration": {"S3Uri": "s3://bucket/out", "KmsKeyId": "alias/key"}},
            DataAccessRoleArn="arn:aws:iam::123456789012:role/Export")

    def jobs(self):
        jobs, token = [], {}
        while True:
            status, page = self.send("ListFHIRExportJobs", DatastoreId=kills.DATASTORE, MaxResults=500, **token)
            if status != 200:
                return status, page
            jobs += page["ExportJobPropertiesList"]
            if "NextToken" not in page:
                return 200, jobs
            token = {"NextToken": page["NextToken"]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=pathlib.Path)
    arguments = parser.parse_args()
    work = pathlib.Path(tempfile.mkdtemp(prefix="healthlake-full-"))
    disk = work / "disk"
    disk.mkdir()
    on_tmpfs = mounted(disk)
    try:
        return run(arguments.program.resolve(), work, disk, on_tmpfs)
    finally:
        if on_tmpfs:
            subprocess.run(["umount", disk], check=False)
        shutil.rmtree(work, ignore_errors=True)


def run(program, work, disk, on_tmpfs):
    data = work / "data" / kills.DATASTORE
    data.mkdir(parents=True)
    (data / "x.ndjson").write_text('{"resourceType":"Patient","id":"1"}\n')
    for name in ("state", "s3"):
        (disk / name).mkdir()
    (work / "state").symlink_to(disk / "state")
    (work / "s3").symlink_to(disk / "s3")
    service = kills.Service(program, work)
    if not on_tmpfs:
        resource.setrlimit(resource.RLIMIT_FSIZE, (256 << 10, resource.RLIM_INFINITY))
    service.spawn()
    service.wait_until_up()
    client = Client(service.port)

    acknowledged, refused, serial = {}, 0, 0
    while refused < 20 and serial < 5000:
        serial += 1
        status, body = client.start(f"job-{serial}")
        if status == 200:
            acknowledged[f"job-{serial}"] = body["JobId"]
        elif status == 500 and "The journal cannot be written" in body["Message"]:
            refused += 1
            status, body = client.send("ListFHIRDatastores")
            if status != 200:
                fail(f"a read is refused on a full disk: {status} {body}")
        else:
            fail(f"an unexpected answer on a full disk: {status} {body}")
    if refused < 20:
        fail("the disk does not become full")
    if on_tmpfs:
        subprocess.run(["mount", "-o", "remount,size=8m", disk], check=True)
    else:
        resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    for number in range(20):
        status, body = client.start(f"later-{number}")
        if status != 200:
            fail(f"a change is refused although there is room again: {status} {body}")
        acknowledged[f"later-{number}"] = body["JobId"]

    service.kill()
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    service.spawn()
    service.wait_until_up()
    client = Client(service.port)
    deadline = time.monotonic() + 60
    while True:
        status, jobs = client.jobs()
        if status != 200:
            fail(f"jobs cannot be listed: {status} {jobs}")
        by_name = {job["JobName"]: job for job in jobs}
        if len(by_name) != len(jobs):
            fail("a job is doubled")
        for name, job_id in acknowledged.items():
            if by_name.get(name, {}).get("JobId") != job_id:
                fail(f"lost: {name}")
        if all(job["JobStatus"] not in kills.RANK for job in jobs):
            break
        if time.monotonic() > deadline:
            fail("jobs do not end")
        time.sleep(0.2)
    completed = 0
    for job in jobs:
        if job["JobStatus"] == "COMPLETED":
            completed += 1
            folder = disk / "s3/bucket/out" / f"{kills.DATASTORE}-FHIR_EXPORT-{job['JobId']}"
            if (folder / "Patient/Patient-001.ndjson").read_text() != (data / "x.ndjson").read_text():
                fail(f"{job['JobName']} is COMPLETED without its file")
        elif job["JobStatus"] != "FAILED" or "cannot be written" not in job.get("Message", ""):
            fail(f"{job['JobName']} is {job['JobStatus']}: {job.get('Message')}")
    service.process.send_signal(signal.SIGTERM)
    service.process.wait()
    service.process.stdout.close()

    read_only = "not tried"
    if on_tmpfs:
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        service.spawn()
        if service.process.wait(timeout=20) != 2:
            fail("the service starts on a read-only disk")
        service.process.stdout.close()
        read_only = (work / "log").read_text().strip().splitlines()[-1].replace(str(work), "DIR")
    print(f"full disk ({'a tmpfs' if on_tmpfs else 'a limit of the size of files'}): {len(acknowledged)} jobs acknowledged, "
          f"{completed} COMPLETED with their files, {len(jobs) - completed} FAILED with the reason; read-only disk: {read_only}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

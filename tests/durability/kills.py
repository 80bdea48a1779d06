#!/usr/bin/env python3
"""Kills healthlake-local with SIGKILL at random moments, under load from several connections, and starts it again.

Invariants, checked after every start, and of all jobs at the end:
- every job whose Start request was answered is there, with its id: none is lost;
- every job that is there was asked for: none is invented; and there is one of each name: none is there twice;
- a request that got no response, sent again with its ClientToken, has one job, however often it was handled;
- no status goes back, and a job that has ended keeps its status;
- every job that is COMPLETED has all its files, complete.

The load: each thread starts export jobs, describes some, and lists. Kills come at random moments: while the service is
busy, while it starts, in quick succession. What SIGKILL cannot show is what happens to data that is not on the disk yet:
that is what power_loss.cpp does.

kills.py PROGRAM [--kills N] [--seed S] [--threads T]
"""

import argparse
import collections
import http.client
import json
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

DATASTORE = "c0ffee00c0ffee00c0ffee00c0ffee00"
RANK = {"SUBMITTED": 0, "QUEUED": 1, "IN_PROGRESS": 2}
RESOURCES = {
    "Patient": [{"resourceType": "Patient", "id": str(i), "name": [{"family": "F" * (50 + i)}]} for i in range(40)],
    "Observation": [{"resourceType": "Observation", "id": str(i), "status": "final"} for i in range(25)],
}


class NoAnswer(Exception):
    """The connection broke: the request may have been handled or not."""


class Service:
    """The program, on a port that it chooses anew with every start."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.process = None
        self.port = None
        self.replayed = ""

    def spawn(self):
        self.port = None
        self.process = subprocess.Popen(
            [self.program, "--data", self.folder / "data", "--s3-root", self.folder / "s3", "--state",
             self.folder / "state", "--listen", "127.0.0.1:0", "--no-auth", "--no-page", "--time-scale", "1000"],
            stdout=subprocess.PIPE, stderr=open(self.folder / "log", "w"), text=True)

    def wait_until_up(self):
        # A service that hangs is killed, and the end of its output is read here.
        watchdog = threading.Timer(60, self.process.kill)
        watchdog.start()
        line = self.process.stdout.readline()
        watchdog.cancel()
        if not line.startswith("listening on http://"):
            raise SystemExit(f"FAILED: the service does not start: {(self.folder / 'log').read_text()}")
        self.port = int(line.rsplit(":", 1)[1])

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()


class Connection:
    def __init__(self, port):
        self.http = http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    def call(self, operation, **members):
        try:
            if self.http.sock is None:
                self.http.connect()
                self.http.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.http.request("POST", "/", json.dumps(members), {
                "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "HealthLake." + operation})
            response = self.http.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(str(error)) from None
        if response.status != 200:
            raise SystemExit(f"FAILED: {operation}: {response.status} {body[:300]}")
        return json.loads(body)


class World:
    """What the clients know."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lock = threading.Lock()
        self.asked = set()  # names
        self.acknowledged = {}  # id by name
        self.unanswered = collections.deque()  # names
        self.seen = {}  # state by id
        self.complete = set()  # ids whose files were checked
        self.repeated = 0
        self.serial = 0
        self.failures = []

    def fail(self, what):
        with self.lock:
            self.failures.append(what)

    def see(self, job):
        state, job_id = job["JobStatus"], job["JobId"]
        with self.lock:
            before = self.seen.get(job_id, "SUBMITTED")
            self.seen[job_id] = state
        if RANK.get(before, 3) > RANK.get(state, 3) or (before not in RANK and before != state):
            self.fail(f"{job_id} went from {before} to {state}")

    def acknowledge(self, name, job_id):
        with self.lock:
            if self.acknowledged.setdefault(name, job_id) != job_id:
                self.failures.append(f"{name} has two jobs: {self.acknowledged[name]} and {job_id}")


def start(world, connection, name):
    output = connection.call(
        "StartFHIRExportJob", JobName=name, ClientToken=name, DatastoreId=DATASTORE,
        OutputDataConfig={"S3Configuration": {"S3Uri": "s3://bucket/out", "KmsKeyId": "alias/key"}},
        DataAccessRoleArn="arn:aws:iam::123456789012:role/Export")
    world.acknowledge(name, output["JobId"])


def work(world, service, number, stop):
    """One client: until the service is killed."""
    generator = random.Random(f"{number} {world.serial} {service.port}")
    connection = Connection(service.port)
    name = None
    try:
        while not stop.is_set():
            with world.lock:
                again = world.unanswered.popleft() if world.unanswered and generator.random() < 0.5 else None
                world.serial += 1
                name = again or f"job-{world.serial}"
                world.asked.add(name)
                world.repeated += again is not None
            start(world, connection, name)
            name = None
            if generator.random() < 0.2:
                with world.lock:
                    job_id = generator.choice(list(world.acknowledged.values()))
                world.see(connection.call("DescribeFHIRExportJob", DatastoreId=DATASTORE,
                                          JobId=job_id)["ExportJobProperties"])
    except NoAnswer:
        if name:
            with world.lock:
                world.unanswered.append(name)
    except BaseException as error:
        world.fail(f"{type(error).__name__}: {error}")


def expected_files():
    return {f"{kind}/{kind}-001.ndjson": "".join(json.dumps(one) + "\n" for one in many)
            for kind, many in RESOURCES.items()}


def check(world, service, expected):
    """Compares what the service reports with what the clients know."""
    connection = Connection(service.port)
    jobs, token = [], {}
    while True:
        page = connection.call("ListFHIRExportJobs", DatastoreId=DATASTORE, MaxResults=500, **token)
        jobs += page["ExportJobPropertiesList"]
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    by_name = {}
    for job in jobs:
        name = job["JobName"]
        if name in by_name:
            world.fail(f"doubled: {name}")
        by_name[name] = job["JobId"]
        if name not in world.asked:
            world.fail(f"invented: {name}")
        world.see(job)
        if job["JobStatus"] == "COMPLETED" and job["JobId"] not in world.complete:
            world.complete.add(job["JobId"])
            check_files(world, service, job["JobId"], expected)
    for name, job_id in world.acknowledged.items():
        if by_name.get(name) != job_id:
            world.fail(f"lost: {name}, acknowledged as {job_id}, is {by_name.get(name)}")
    return jobs


def check_files(world, service, job_id, expected):
    folder = service.folder / "s3/bucket/out" / f"{DATASTORE}-FHIR_EXPORT-{job_id}"
    files = {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*")
             if path.is_file() and not path.name.startswith(".healthlake-tmp-")}
    if files != expected:
        world.fail(f"{job_id} is COMPLETED without its files; it has {sorted(files)}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=4)
    arguments = parser.parse_args()

    folder = pathlib.Path(tempfile.mkdtemp(prefix="healthlake-kills-"))
    data = folder / "data" / DATASTORE
    data.mkdir(parents=True)
    for kind, many in RESOURCES.items():
        (data / f"{kind}.ndjson").write_text("".join(json.dumps(one) + "\n" for one in many))

    world = World(arguments.seed)
    service = Service(arguments.program, folder)
    expected = expected_files()
    begin = time.monotonic()
    starting = 0
    for kill in range(arguments.kills):
        service.spawn()
        # Some are killed before they are up: during the replay, or before they listen.
        if world.random.random() < 0.15:
            time.sleep(world.random.uniform(0, 0.1))
            service.kill()
            starting += 1
            continue
        service.wait_until_up()
        check(world, service, expected)
        stop = threading.Event()
        threads = [threading.Thread(target=work, args=(world, service, number, stop))
                   for number in range(arguments.threads)]
        for thread in threads:
            thread.start()
        time.sleep(world.random.uniform(0.02, 0.8))
        service.kill()
        stop.set()
        for thread in threads:
            thread.join()
        if world.failures:
            break

    # At the end, every request that got no answer is repeated, and every job ends.
    if not world.failures:
        service.spawn()
        service.wait_until_up()
        check(world, service, expected)
        connection = Connection(service.port)
        for name in list(world.unanswered):
            start(world, connection, name)
        if set(world.acknowledged) != world.asked:
            world.fail("not every request that was asked for has a job")
        jobs = check(world, service, expected)
        deadline = time.monotonic() + 60 + len(jobs) / 20
        while any(job["JobStatus"] != "COMPLETED" for job in jobs):
            if time.monotonic() > deadline or any(job["JobStatus"] not in RANK | {"COMPLETED": 3} for job in jobs):
                world.fail(f"not all jobs complete: {collections.Counter(job['JobStatus'] for job in jobs)}")
                break
            time.sleep(0.2)
            jobs = check(world, service, expected)
        world.complete.clear()
        check(world, service, expected)
        service.process.send_signal(signal.SIGTERM)
        if service.process.wait() != 0:
            world.fail("the service does not end with status 0 after SIGTERM")
        service.process.stdout.close()

    left = sum(1 for _ in (folder / "s3").rglob(".healthlake-tmp-*"))
    journal = (folder / "state/journal.ndjson").stat().st_size
    print(f"seed {arguments.seed}: {arguments.kills} kills, {starting} of them while starting; "
          f"{len(world.acknowledged)} jobs acknowledged, {world.repeated} requests repeated after a kill, "
          f"{len(world.complete)} jobs COMPLETED with their files; journal of {journal} bytes, "
          f"{left} unfinished files left; {time.monotonic() - begin:.1f} s")
    for failure in world.failures[:20]:
        print("FAILED:", failure)
    if world.failures:
        print(f"{len(world.failures)} failures; the folder is {folder}")
        return 1
    shutil.rmtree(folder)
    if len(world.acknowledged) < arguments.kills:
        print("FAILED: too little load to show anything")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

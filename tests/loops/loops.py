"""Every loop of examples/loops as its user sees it: 100 exports in one thread, against healthlake-local.

Invariants, the same for each loop: every export ends, with an outcome of the library; no job is started twice, whatever
becomes of a request; the time limit and a signal end the whole run soon, even if the server does not answer; what was
cut off is continued by another loop; the process has one thread.

Every check prints one line; the last line is `N passed, N failed`.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

LOOPS = ["curl-multi", "poll", "coroutine", "callback", "httplib"]
STORE = "c0ffee00c0ffee00c0ffee00c0ffee00"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDLOOPS", "AWS_SECRET_ACCESS_KEY": "loops-secret"}
COUNT = 100
# Longer than any run may take: what waits for this response has to be cut off.
NO_RESPONSE = {"LatencyMs": 120_000}
# The time within which a run has to end that was cut off.
SOON = 20

results = []


def check(name, holds, detail=""):
    results.append(bool(holds))
    print(f"{'ok    ' if holds else 'FAILED'}  {name}" + ("" if holds else f"\n        {detail}"), flush=True)
    return holds


def environment():
    clean = {name: value for name, value in os.environ.items()
             if not name.startswith("AWS_") and not name.lower().endswith("_proxy")}
    return {**clean, **KEYS}


class Server:
    """healthlake-local with one small data store."""

    def __init__(self, binaries, folder, scale, faults=()):
        self.binaries, self.root = binaries, pathlib.Path(tempfile.mkdtemp(dir=folder))
        root = self.root
        (root / "data" / STORE).mkdir(parents=True)
        (root / "data" / STORE / "Patient.ndjson").write_text('{"resourceType":"Patient","id":"p1"}\n')
        (root / "faults").write_text("".join(json.dumps(fault) + "\n" for fault in faults))
        self.process = subprocess.Popen(
            [binaries / "healthlake-local", "--data", root / "data", "--s3-root", root / "s3", "--listen", "127.0.0.1:0",
             "--access-key", KEYS["AWS_ACCESS_KEY_ID"], "--secret-key", KEYS["AWS_SECRET_ACCESS_KEY"],
             "--time-scale", str(scale), "--fault", root / "faults"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = self.process.stdout.readline().removeprefix("listening on ").strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)

    def ended(self):
        """How many jobs have ended; sends no request."""
        return len(list(self.root.glob("s3/example-bucket/loops/*-FHIR_EXPORT-*")))

    def jobs(self):
        """The ids of all jobs; sends one request for each 100."""
        ran = subprocess.run([self.binaries / "healthlake-export", "list", "--json", "--endpoint", self.url, "--region",
                              "us-east-1", "--datastore-id", STORE], env=environment(), capture_output=True, text=True,
                             timeout=60)
        return [json.loads(line)["JobId"] for line in ran.stdout.splitlines() if line.startswith("{")]


class Loop:
    """A run of a loop program in the background."""

    def __init__(self, binaries, name, *arguments, before=()):
        self.began = time.monotonic()
        self.threads = 0
        self.process = subprocess.Popen([*before, binaries / f"loop-{name}", *map(str, arguments)], env=environment(),
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def count_threads(self):
        try:
            self.threads = max(self.threads, len(os.listdir(f"/proc/{self.process.pid}/task")))
        except FileNotFoundError:
            pass

    def end(self):
        """Waits for the end, and reads the report."""
        while self.process.poll() is None:
            self.count_threads()
            if time.monotonic() - self.began > 100:
                self.process.kill()
            time.sleep(0.02)
        self.seconds = time.monotonic() - self.began
        self.status = self.process.returncode
        self.out, self.err = self.process.communicate()
        lines = re.findall(r"^(.{11})  job (\S+)  token (\S+)", self.out, re.M)
        self.ends = collections.Counter(end.strip() for end, _, _ in lines)
        self.by_token = {token: job for _, job, token in lines}
        self.known = [job for _, job, _ in lines if job != "-"]
        return self

    def told(self):
        """What the program said, without the hundred lines."""
        return (self.status, self.ends, round(self.seconds, 1), self.out[-300:], self.err[-300:])


def on(server, *more):
    return ["--endpoint", server.url, "--datastore-id", STORE, "--exports", COUNT, *more]


def counts(loop):
    """The last but one or last line has the numbers of the lines before it."""
    names = ["completed", "job failed", "timed out", "cancelled", "call failed"]
    return ", ".join(f"{loop.ends[name]} {name}" for name in names) in loop.out.splitlines()


def finish(binaries, folder, name):
    with Server(binaries, folder, scale=500) as server:
        loop = Loop(binaries, name, *on(server, "--poll", 0.05)).end()
        check(f"{name}: 100 exports complete", loop.status == 0 and loop.ends == {"completed": COUNT} and counts(loop),
              loop.told())
        jobs = server.jobs()
        check(f"{name}: each job is started exactly once", len(jobs) == COUNT and sorted(jobs) == sorted(loop.known) and
              len(loop.by_token) == COUNT, (len(jobs), len(loop.known)))
        check(f"{name}: one thread", loop.threads == 1, loop.threads)


def by_name(binaries, folder, name):
    """localhost may have an address of IPv6 as well, at which nothing listens."""
    with Server(binaries, folder, scale=500) as server:
        loop = Loop(binaries, name, *on(server, "--poll", 0.05), "--exports", 5, "--endpoint",
                    server.url.replace("127.0.0.1", "localhost")).end()
        check(f"{name}: a host by its name", loop.status == 0 and loop.ends == {"completed": 5}, loop.told())


def dropping_address(binaries, folder, name):
    """The first address of the host drops what is sent to it."""
    hosts = pathlib.Path(tempfile.mkdtemp(dir=folder)) / "hosts"
    hosts.write_text("::1 two.example\n127.0.0.1 two.example\n")
    # In a name space of its own, the program has another file of hosts.
    with_hosts = ["unshare", "-m", "sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"', hosts]
    found = subprocess.run([*with_hosts, "getent", "ahosts", "two.example"], capture_output=True, text=True).stdout
    if not found.startswith("::1 "):
        return check(f"{name}: an address that drops packets: not tried, for want of IPv6 or of the right to mount", True)
    with Server(binaries, folder, scale=500) as server, socket.socket(socket.AF_INET6) as hole, \
            socket.socket(socket.AF_INET6) as filler:
        hole.bind(("::1", int(server.url.rpartition(":")[2])))
        # Linux drops what asks for a connection while the queue is full.
        hole.listen(0)
        filler.connect(hole.getsockname())
        # cpp-httplib tries it at each request.
        count, most = (1, 50) if name == "httplib" else (3, 30)
        loop = Loop(binaries, name, *on(server, "--poll", 0.5, "--deadline", 60), "--exports", count, "--endpoint",
                    server.url.replace("127.0.0.1", "two.example"), before=with_hosts).end()
        check(f"{name}: an address that drops packets", loop.status == 0 and loop.ends == {"completed": count} and
              loop.seconds < most, loop.told())
        hole.setblocking(False)
        hole.accept()[0].close()
        check(f"{name}: nobody but the filler was connected to it", not accepts(hole))


def accepts(listener):
    try:
        listener.accept()[0].close()
        return True
    except BlockingIOError:
        return False


def faults(binaries, folder, name):
    """A quarter of the requests meets a fault; some of them were handled all the same, or twice."""
    def refused(status, code):
        return {"Refused": {"HttpStatus": status, "Code": code, "Message": "not now"}}
    kinds = [{"Broken": {"Handled": True}}, {"Broken": {}}, refused(429, "ThrottlingException"), {"HandledTwice": {}},
             refused(503, "ServiceUnavailableException"), {"LatencyMs": 300}, {"Broken": {"Handled": True}}]
    script = [step for i in range(28) for step in (kinds[i % len(kinds)], {}, {}, {})]
    with Server(binaries, folder, scale=500, faults=script) as server:
        loop = Loop(binaries, name, *on(server, "--poll", 0.05, "--deadline", 60)).end()
        check(f"{name}, faults: 100 exports complete", loop.status == 0 and loop.ends == {"completed": COUNT},
              loop.told())
        jobs = server.jobs()
        check(f"{name}, faults: each job is started exactly once", len(jobs) == COUNT and
              sorted(jobs) == sorted(loop.known), (len(jobs), len(loop.known)))


def deadline(binaries, folder, name):
    script = [NO_RESPONSE if i in (70, 130) else {} for i in range(131)]
    with Server(binaries, folder, scale=1, faults=script) as server:
        loop = Loop(binaries, name, *on(server, "--poll", 0.1, "--deadline", 2)).end()
        check(f"{name}, deadline: every export times out, soon", loop.status == 3 and
              loop.ends == {"timed out": COUNT} and counts(loop) and loop.seconds < SOON, loop.told())
        check(f"{name}, deadline: the report has every job that the service told of", len(loop.known) >= 60 and
              len(loop.by_token) == COUNT and set(loop.known) <= set(server.jobs()), loop.told())


def interrupted(binaries, folder, name):
    # One of the starts, and one of the polls; cpp-httplib does not get beyond the first.
    silent = (60,) if name == "httplib" else (60, 150)
    script = [NO_RESPONSE if i in silent else {} for i in range(151)]
    with Server(binaries, folder, scale=100, faults=script) as server:
        arguments = on(server, "--poll", 0.1)
        loop = Loop(binaries, name, *arguments)
        while server.ended() < 15 and loop.process.poll() is None:
            time.sleep(0.02)
        loop.count_threads()
        signaled = time.monotonic()
        loop.process.send_signal(signal.SIGINT)
        loop.end()
        check(f"{name}, SIGINT: what is not complete is cancelled, soon", loop.status == 130 and
              loop.ends["cancelled"] > 0 and loop.ends["completed"] + loop.ends["cancelled"] == COUNT and
              counts(loop) and time.monotonic() - signaled < SOON, loop.told())
        check(f"{name}, SIGINT: one thread", loop.threads == 1, loop.threads)
        run = re.search(r"^to continue: the same command with (--run) (\S+)$", loop.out, re.M)
        if not check(f"{name}, SIGINT: the report says how to continue", run, loop.out[-300:]):
            return
        other = LOOPS[(LOOPS.index(name) + 1) % len(LOOPS)]
        rest = Loop(binaries, other, *arguments, *run.groups()).end()
        check(f"{name}, SIGINT: {other} continues it", rest.status == 0 and rest.ends == {"completed": COUNT},
              rest.told())
        jobs = server.jobs()
        check(f"{name}, SIGINT: no job is started twice", len(jobs) == COUNT and sorted(jobs) == sorted(rest.known) and
              all(job in ("-", rest.by_token[token]) for token, job in loop.by_token.items()),
              (len(jobs), len(rest.known)))


def odd_reply(binaries, folder, name):
    """A JobId that no service returns; the job may be running all the same."""
    body = json.dumps({"JobId": "\x1b[31m" + "x" * 40, "JobStatus": "SUBMITTED", "DatastoreId": STORE})
    script = [{"WrongContent": {"HttpStatus": 200, "ContentType": "application/x-amz-json-1.0", "Body": body}}]
    with Server(binaries, folder, scale=500, faults=script) as server:
        loop = Loop(binaries, name, *on(server, "--poll", 0.05), "--exports", 1).end()
        check(f"{name}: an invalid JobId", loop.status == 3 and loop.ends == {"call failed": 1} and "\x1b" not in loop.out
              and "JobId" in loop.out and "may have been carried out" in loop.out, loop.told())


def nothing_there(binaries, folder, name):
    with Server(binaries, folder, scale=1) as server:
        pass
    loop = Loop(binaries, name, *on(server)).end()
    check(f"{name}: nothing listens", loop.status == 3 and loop.ends == {"call failed": COUNT} and
          loop.out.count("connect failed") == COUNT, loop.told())
    loop = Loop(binaries, name, *on(server), "--endpoint", "http://host.invalid:1", "--deadline", 5).end()
    check(f"{name}: a host that does not exist", loop.status == 3 and loop.seconds < SOON and
          (loop.err.startswith("host.invalid: ") or sum(loop.ends.values()) == COUNT), loop.told())
    for wrong in (["--deadline", "soon"], ["--exports", "0"], ["--nothing", "1"], ["--poll"], ["--endpoint", "ftp://x"],
                  ["--run", "not a token"]):
        loop = Loop(binaries, name, *on(server), *wrong).end()
        told = "usage:" in loop.err or wrong[0] == "--run" and loop.ends == {"call failed": COUNT}
        check(f"{name}: {' '.join(wrong)}", loop.status == 2 and told, loop.told())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, type=pathlib.Path, help="the folder of the programs")
    parser.add_argument("--loop", choices=LOOPS, action="append", help="only this one")
    options = parser.parse_args()
    parts = [dropping_address, finish, by_name, faults, deadline, interrupted, odd_reply, nothing_there]
    # A job's files are on the disk before it ends; without a disk, that takes no time.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as folder, concurrent.futures.ThreadPoolExecutor(5) as pool:
        for each in [pool.submit(part, options.bin, folder, name) for part in parts for name in options.loop or LOOPS]:
            each.result()
    failed = results.count(False)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""Measures the same calls done by this library and by the SDKs that can be had, interleaved in one run.

Usage: measure.py BUILD [--rounds N] [--write], where BUILD/ours and BUILD/go_peer are built, and BUILD/js holds the
JavaScript SDK (run.sh sees to that). Prints the tables of docs/performance.md and keeps the figures in
BUILD/peers.json; --write puts both into docs/. A peer that fails or answers wrongly ends the run.

A peer is a program that is given the folder of the responses' bodies. It reads lines and answers each with one:
- `version 0`: what it is and what runs it.
- `check CASE`: makes the call once and tells what it would have sent: X-Amz-Target, Authorization, body; tabs between.
- `CASE N`: makes the call N times and tells the CPU nanoseconds (user and system, all threads) and the allocations of
  one; `-` where its runtime does not count them. It has looked at each answer.
Each answers its calls itself, with status 200, no headers and the body: no socket, no retry, keys that do not change.
"""
import argparse
import datetime
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

import plot

HERE = pathlib.Path(__file__).resolve().parent
DOCS = HERE.parents[2] / "docs"
BEGIN, END = "<!-- peers: begin; written by tests/bench/peers/run.sh --write -->", "<!-- peers: end -->"

STORE, JOB_ID = "c0ffee00c0ffee00c0ffee00c0ffee00", "0123456789abcdef0123456789abcdef"
OUTPUT = {"S3Configuration": {"S3Uri": "s3://my-export-bucket/exports/nightly", "KmsKeyId":
                              "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"}}
ROLE = "arn:aws:iam::123456789012:role/HealthLakeExportRole"
JOB = {"JobId": JOB_ID, "JobName": "nightly-export-of-ward-7", "JobStatus": "COMPLETED",
       "SubmitTime": 1786145687.25, "EndTime": 1786145999.5, "DatastoreId": STORE, "OutputDataConfig": OUTPUT,
       "DataAccessRoleArn": ROLE, "Message": "Export job completed in 312 s, 1234 files"}
DESCRIBE = {"DatastoreId": STORE, "JobId": JOB_ID}

# Per case: the operation, what every peer has to send, what it is answered.
CASES = {
    "describe": ("DescribeFHIRExportJob", DESCRIBE, {"ExportJobProperties": JOB}),
    "start": ("StartFHIRExportJob", {"JobName": JOB["JobName"], "OutputDataConfig": OUTPUT, "DatastoreId": STORE,
                                     "DataAccessRoleArn": ROLE}, {"JobId": JOB_ID, "JobStatus": "SUBMITTED"}),
    "list": ("ListFHIRExportJobs", {"DatastoreId": STORE}, {"ExportJobPropertiesList": [JOB] * 100}),
    "sign": ("DescribeFHIRExportJob", DESCRIBE, None),
}
TITLES = {"describe": "DescribeFHIRExportJob", "start": "StartFHIRExportJob", "list": "ListFHIRExportJobs, 100 jobs",
          "sign": "SigV4 of one POST", "start_cpu": "process start to first answer, CPU",
          "start_wall": "process start to first answer, wall"}
NAMES = {"ours": "this library", "go": "AWS SDK for Go v2", "boto3": "boto3", "js": "AWS SDK for JavaScript v3"}

# CPU seconds of one measurement, and how long a peer is warmed up: V8 goes on compiling for a while.
BATCH, WARM_UP = 0.1, 2.0


class Peer:
    def __init__(self, name, command):
        environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "AWS_EC2_METADATA_DISABLED": "true",
                       "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
                       "NODE_NO_WARNINGS": "1"}
        self.name = name
        self.process = subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, env=environment, text=True, bufsize=1)

    def ask(self, line):
        try:
            self.process.stdin.write(line + "\n")
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            sys.exit(f"{self.name} ended at `{line}` with {self.process.wait()}; expected an answer, see above")
        return answer.rstrip("\n")

    def run(self, case, iterations):
        """CPU nanoseconds and allocations (or None) of one call."""
        spent, allocations = self.ask(f"{case} {iterations}").split()
        return float(spent), None if allocations == "-" else float(allocations)

    def end(self):
        """Lets it end and gives the CPU nanoseconds of its whole life."""
        self.process.stdin.close()
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        if self.process.returncode != 0:
            sys.exit(f"{self.name} ended with {self.process.returncode}; expected 0, see above")
        self.process.stdout.close()
        return (usage.ru_utime + usage.ru_stime) * 1e9


def check(peer, case):
    operation, sent, _ = CASES[case]
    target, authorization, body = peer.ask(f"check {case}").split("\t")
    found = json.loads(body)
    token = found.pop("ClientToken", None)
    faults = [f"the target is {target}"] if target != f"HealthLake.{operation}" else []
    if not re.fullmatch(r"AWS4-HMAC-SHA256 Credential=\w+/\d{8}/us-east-1/healthlake/aws4_request, ?"
                        r"SignedHeaders=[^,]+, ?Signature=[0-9a-f]{64}", authorization):
        faults.append(f"the signature is {authorization}")
    if found != sent or (token is not None) != (case == "start"):
        faults.append(f"the body is {body}, expected {sent} and, of a start only, a ClientToken")
    if faults:
        sys.exit(f"{peer.name}: {case}: {'; '.join(faults)}")


def warm_up(peer, case):
    """Gives how many calls make one measurement."""
    iterations, total = 1, 0.0
    while True:
        spent = peer.run(case, iterations)[0] * iterations / 1e9
        total += spent
        if total >= WARM_UP:
            return max(1, round(iterations * BATCH / spent))
        iterations = iterations * 2 if spent < BATCH else iterations


def first_answer(name, command):
    """CPU and wall nanoseconds of a process that makes one call."""
    begun = time.perf_counter_ns()
    peer = Peer(name, command)
    peer.run("describe", 1)
    wall = time.perf_counter_ns() - begun
    return peer.end(), wall


def measure(commands, rounds):
    peers = {name: Peer(name, command) for name, command in commands.items()}
    versions = {name: peer.ask("version 0") for name, peer in peers.items()}
    iterations = {}
    for case in CASES:
        for name, peer in peers.items():
            check(peer, case)
            iterations[case, name] = warm_up(peer, case)
    runs = {(case, name): [] for case in TITLES for name in peers}
    for number in range(rounds):
        print(f"\rround {number + 1} of {rounds} ", end="", file=sys.stderr, flush=True)
        for case in CASES:
            for name, peer in peers.items():
                runs[case, name].append(peer.run(case, iterations[case, name]))
        for name, command in commands.items():
            cpu, wall = first_answer(name, command)
            runs["start_cpu", name].append((cpu, None))
            runs["start_wall", name].append((wall, None))
    print(file=sys.stderr)
    for peer in peers.values():
        peer.end()
    cases = {case: {name: {"median": statistics.median(time for time, _ in runs[case, name]),
                           "minimum": min(time for time, _ in runs[case, name]),
                           "allocations": middle([allocations for _, allocations in runs[case, name]])}
                    for name in peers} for case in TITLES}
    return versions, cases


def middle(allocations):
    return None if None in allocations else statistics.median(allocations)


def table(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def ratio(cases, case, name, kind="median"):
    return cases[case][name][kind] / cases[case]["ours"][kind]


def figures(data):
    cases, names = data["cases"], list(data["versions"])
    rows = [["", *(NAMES[name] for name in names)]]
    for case, title in TITLES.items():
        cells = [title]
        for name in names:
            found = cases[case][name]
            text = f"{plot.time_text(found['median'])} ({plot.time_text(found['minimum'])})"
            if found["allocations"] is not None:
                text += f", {found['allocations']:,.0f} alloc."
            cells.append(text if name == "ours" else f"**{plot.three_digits(ratio(cases, case, name))} ×** {text}")
        rows.append(cells)
    return table(rows)


def targets(data):
    cases = data["cases"]
    rows = [["target", "found", ""]]

    def add(target, found, met):
        rows.append([target, found, "met" if met else "missed"])

    for case, part in (("describe", 20), ("start", 20), ("list", 8)):
        fastest = min((name for name in cases[case] if name != "ours"), key=lambda name: cases[case][name]["median"])
        found, least = (ratio(cases, case, fastest, kind) for kind in ("median", "minimum"))
        add(f"{TITLES[case]}: at most 1/{part} of the fastest SDK's time",
            f"1/{found:.1f} of {NAMES[fastest]} (minima: 1/{least:.1f})", found >= part)
    for case in ("describe", "start"):
        found = cases[case]["ours"]["allocations"]
        add(f"{TITLES[case]}: at most 12 allocations", f"{found:,.0f}", round(found) <= 12)
    return table(rows)


def report(data):
    versions = ", ".join(f"{NAMES[name]} ({version})" for name, version in data["versions"].items())
    return "\n".join([
        f"Measured on {data['date']} on {data['machine']}, {data['rounds']} rounds: {versions}.", "",
        figures(data), "", targets(data), "",
        "![Bar chart of the medians in the table, on a logarithmic scale](performance.svg)"])


def machine():
    text = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = re.search(r"^model name\s*: (.*)$", text, re.M)
    return f"{os.cpu_count()} cores of a shared {model[1] if model else 'machine'}"


def write(data):
    page = DOCS / "performance.md"
    before, rest = page.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n{report(data)}\n{END}{after}", encoding="utf-8")
    (DOCS / "performance.svg").write_text(plot.chart(data), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error("expected at least one round")

    bodies = arguments.build / "bodies"
    bodies.mkdir(exist_ok=True)
    for case, (_, _, answer) in CASES.items():
        if answer:
            (bodies / f"{case}.json").write_text(json.dumps(answer, separators=(",", ":")), encoding="utf-8")
    versions, cases = measure({
        "ours": [arguments.build / "ours", bodies],
        "go": [arguments.build / "go_peer", bodies],
        # Debian's own interpreter: others have other versions of boto3, or none.
        "boto3": ["/usr/bin/python3", "-B", HERE / "boto3_peer.py", bodies],
        "js": ["node", HERE / "js_peer.mjs", bodies, arguments.build / "js"],
    }, arguments.rounds)
    data = {"date": datetime.date.today().isoformat(), "machine": machine(), "rounds": arguments.rounds,
            "versions": versions, "titles": TITLES, "names": NAMES, "cases": cases}
    (arguments.build / "peers.json").write_text(json.dumps(data, indent=1), encoding="utf-8")
    print(report(data))
    if arguments.write:
        write(data)


main()

"""The FHIR REST export over the wire: requests that botocore signs, against healthlake-local, which verifies them; and
healthlake-export --rest against healthlake-local and against services that answer as they should not.

Every check prints one line; the last line is `N passed, N failed`.
"""
import argparse
import datetime
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

import interop
from interop import KEY, KMS, REGION, ROLE, SECRET, STORE, check, environment
from scripted import Scripted, response

JOB = "0123456789abcdef0123456789abcdef"
BODY = {"DataAccessRoleArn": ROLE, "OutputDataConfig": {"S3Configuration": {"S3Uri": "s3://results/rest", "KmsKeyId": KMS}}}
START_HEADERS = {"Content-Type": "application/fhir+json", "Prefer": "respond-async"}
SHOWN = {"COMPLETED", "COMPLETED_WITH_ERRORS", "FAILED", "CANCEL_COMPLETED"}
program = None  # the path of healthlake-export


def data_with_groups(data, folder):
    """A copy of the data stores in which two patients are a group."""
    copy = folder / "data"
    shutil.copytree(data, copy)
    patients = [json.loads(line)["id"] for line in (copy / STORE / "Patient.ndjson").read_text().splitlines()[:2]]
    group = {"resourceType": "Group", "id": "night", "type": "person", "actual": True,
             "member": [{"entity": {"reference": f"Patient/{patient}"}} for patient in patients]}
    (copy / STORE / "Group.ndjson").write_text(json.dumps(group) + "\n")
    return copy, patients


def signed(server, method, path, body=b"", headers=None, secret=SECRET):
    """Status, headers and body of the response to a request that botocore signed."""
    url = server.url + f"/datastore/{STORE}/r4" + path
    request = AWSRequest(method=method, url=url, data=body, headers=headers or {})
    SigV4Auth(Credentials(KEY, secret), "healthlake", REGION).add_auth(request)
    sent = urllib.request.Request(url, data=body or None, headers=dict(request.headers.items()), method=method)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(sent, timeout=20) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers, refused.read()


def start(server, path="/$export", body=None, headers=None, **more):
    return signed(server, "POST", path, json.dumps(body or BODY).encode(), {**START_HEADERS, **(headers or {})}, **more)


def described(server, job):
    return json.loads(signed(server, "GET", f"/export/{job}")[2])["exportJobProperties"]


def await_end(server, job, seconds=20):
    deadline = time.monotonic() + seconds
    while True:
        found = described(server, job)
        if found["jobStatus"] in SHOWN or time.monotonic() > deadline:
            return found
        time.sleep(0.05)


def exported(server, job, prefix="rest"):
    """The ids of the exported resources, by type."""
    folder = server.root / "results" / prefix / f"{STORE}-FHIR_EXPORT-{job}"
    found = {}
    for path in sorted(folder.rglob("*.ndjson")):
        found.setdefault(path.parent.name, set()).update(json.loads(line)["id"] for line in path.read_text().splitlines())
    return found


def by_botocore(binaries, data, patients):
    server = interop.Server(binaries, data, "--access-key", KEY, "--secret-key", SECRET, "--time-scale", "50")
    status, headers, body = start(server)
    started = json.loads(body)
    check("botocore signs POST /$export: 202 and a job", status == 202 and started["jobStatus"] == "SUBMITTED" and
          started["datastoreId"] == STORE, (status, body))
    job = started["jobId"]
    check("the Content-Location is that of the job",
          urllib.parse.urljoin(f"{server.url}/datastore/{STORE}/r4/$export", headers["Content-Location"]) ==
          f"{server.url}/datastore/{STORE}/r4/export/{job}", dict(headers))
    ended = await_end(server, job)
    check("GET /export/<job>: COMPLETED, with the members of the guide", ended["jobStatus"] == "COMPLETED" and
          {"jobId", "jobStatus", "submitTime", "endTime", "datastoreId", "outputDataConfig", "DataAccessRoleArn"} <= set(ended)
          and ended["outputDataConfig"]["s3Configuration"]["S3Uri"] == "s3://results/rest", ended)
    submitted = datetime.datetime.strptime(ended["submitTime"], "%b %d, %Y %I:%M:%S %p")
    check("submitTime is a time for people, in UTC",
          abs(submitted - datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)) < datetime.timedelta(minutes=5),
          ended)
    everything = exported(server, job)
    check("the files are those of every resource", {"Patient", "Group", "Organization"} <= set(everything), everything.keys())

    query = urllib.parse.urlencode({"_type": "Patient,Observation"})
    of_group = json.loads(start(server, f"/Group/night/$export?{query}")[2])["jobId"]
    await_end(server, of_group)
    found = exported(server, of_group)
    check("a group and types: its patients, and what belongs to them", found.get("Patient") == set(patients) and
          set(found) <= {"Patient", "Observation"}, found)
    encoded = urllib.parse.urlencode({"_type": "Patient,Group", "_since": "2000-01-01T00:00:00+01:00"})
    of_patients = json.loads(start(server, f"/Patient/$export?{encoded}")[2])["jobId"]
    await_end(server, of_patients)
    check("patients, types and an instant with an offset", set(exported(server, of_patients)) == {"Patient", "Group"},
          exported(server, of_patients).keys())
    # botocore signs a query as it is sent, so what is not percent-encoded is not signed in the canonical form.
    check("a comma as it is, which botocore does not sign in the canonical form: 403",
          start(server, "/$export?_type=Patient,Group")[0] == 403)

    slow = interop.Server(binaries, data, "--access-key", KEY, "--secret-key", SECRET)
    running = json.loads(start(slow)[2])["jobId"]
    status, _, body = signed(slow, "DELETE", f"/export/{running}")
    check("DELETE: 202 and CANCEL_SUBMITTED", status == 202 and
          json.loads(body)["exportJobProperties"]["jobStatus"] == "CANCEL_SUBMITTED", (status, body))
    check("a cancelled job ends as CANCEL_COMPLETED and writes nothing", await_end(slow, running)["jobStatus"] ==
          "CANCEL_COMPLETED" and not exported(slow, running), described(slow, running))
    check("the server ends cleanly", slow.stop() == 0)

    for name, sent, wanted, code in (
            ("another secret", lambda: start(server, secret="other"), 403, None),
            ("`$` sent and signed as %24", lambda: start(server, "/%24export"), 202, None),
            ("no Prefer", lambda: start(server, headers={"Prefer": "x"}), 400, "required"),
            ("application/json", lambda: start(server, headers={"Content-Type": "application/json"}), 415, "not-supported"),
            ("an unknown type", lambda: start(server, "/$export?_type=Patients"), 400, "invalid"),
            ("an unknown parameter", lambda: start(server, "/$export?_typeFilter=x"), 400, "invalid"),
            ("an instant without a zone", lambda: start(server, "/$export?_since=2020-01-01T00%3A00%3A00"), 400, "invalid"),
            ("no such group", lambda: start(server, "/Group/day/$export"), 404, "not-found"),
            ("no body", lambda: start(server, body={"x": 1}), 400, "invalid"),
            ("GET", lambda: signed(server, "GET", "/Patient/$export"), 405, "not-supported"),
            ("no such job", lambda: signed(server, "GET", "/export/none"), 404, "not-found"),
            ("a search", lambda: signed(server, "GET", "/Patient?name=x"), 404, "not-supported"),
            ("a cancel of what has ended", lambda: signed(server, "DELETE", f"/export/{job}"), 409, "conflict")):
        status, headers, body = sent()
        outcome = json.loads(body)
        good = status == wanted and (code is None or outcome.get("resourceType") == "OperationOutcome" and
                                     outcome["issue"][0]["code"] == code and outcome["issue"][0]["diagnostics"])
        check(f"{name}: {wanted}" + (f", {code}" if code else ""), good and headers["x-amzn-RequestId"], (status, body))
    check("the server ends cleanly", server.stop() == 0)


def restart(binaries, data, patients, folder):
    """A job goes on after a restart with what it selects."""
    state = folder / "state"
    arguments = ("--access-key", KEY, "--secret-key", SECRET, "--time-scale", "4", "--state", state)
    before = interop.Server(binaries, data, *arguments)
    job = json.loads(start(before, "/Group/night/$export?_type=Patient")[2])["jobId"]
    cancelled = json.loads(start(before)[2])["jobId"]
    signed(before, "DELETE", f"/export/{cancelled}")
    before.process.kill()
    before.process.wait()
    after = interop.Server(binaries, data, *arguments)
    check("after a kill, the job completes", await_end(after, job)["jobStatus"] == "COMPLETED", described(after, job))
    check("after a kill, the job has its selection", exported(after, job) == {"Patient": set(patients)}, exported(after, job))
    check("after a kill, a cancelled job stays so", await_end(after, cancelled)["jobStatus"] == "CANCEL_COMPLETED",
          described(after, cancelled))
    check("the server ends cleanly", after.stop() == 0)


def run(*arguments):
    return subprocess.run([program, *map(str, arguments)], env=environment(), capture_output=True, text=True, timeout=60)


def on(server, *more):
    return ["--endpoint", server.url, "--datastore-id", STORE, "--rest", "--poll", "0.02", *more]


TO = ["--s3-uri", "s3://results/program", "--kms-key-id", KMS, "--role-arn", ROLE]


def by_program(binaries, data, patients):
    server = interop.Server(binaries, data, "--access-key", KEY, "--secret-key", SECRET, "--time-scale", "50")
    ran = run(*on(server, *TO, "--group", "night", "--type", "Patient,Group", "--job-name", "night"))
    job = ran.stdout.split()[1] if ran.stdout.startswith("job ") else ""
    check("healthlake-export --rest --group: completed, and says where the files are", ran.returncode == 0 and
          f"files are below s3://results/program/{STORE}-FHIR_EXPORT-{job}/" in ran.stdout, (ran.stdout, ran.stderr))
    check("healthlake-export --rest --group: the files are those of the group",
          exported(server, job, "program") == {"Patient": set(patients), "Group": {"night"}}, exported(server, job, "program"))
    check("it says what the next --since is", "for what has changed since: --since 20" in ran.stdout, ran.stdout)
    ran = run(*on(server, *TO, "--patient", "--since", "2100-01-01T00:00:00+02:00", "--json"))
    shown = json.loads(ran.stdout)
    check("--patient --since in the future: only what has no time of its last update; --json", ran.returncode == 0 and
          shown["jobStatus"] == "COMPLETED" and exported(server, shown["jobId"], "program") == {"Group": {"night"}},
          (ran.stdout, ran.stderr))
    ran = run(*on(server, "--job-id", job))
    check("--rest --job-id waits for a job", ran.returncode == 0 and "files are below" in ran.stdout, (ran.stdout, ran.stderr))
    ran = run(*on(server, "--job-id", job, "--cancel"))
    check("--cancel of a job that has ended: 3, conflict", ran.returncode == 3 and "conflict" in ran.stderr, ran.stderr)
    ran = run(*on(server, *TO, "--group", "day"))
    check("no such group: 3, and no job was started", ran.returncode == 3 and "This call started no job" in ran.stderr,
          ran.stderr)
    check("the server ends cleanly", server.stop() == 0)

    slow = interop.Server(binaries, data, "--access-key", KEY, "--secret-key", SECRET)
    running = json.loads(start(slow)[2])["jobId"]
    ran = run(*on(slow, "--job-id", running, "--cancel"))
    check("--cancel: the job is cancelled", ran.returncode == 0 and f"job {running} is cancelled" in ran.stdout,
          (ran.stdout, ran.stderr))
    ran = run(*on(slow, "--job-id", running))
    check("waiting for a cancelled job: 1", ran.returncode == 1 and "CANCEL_COMPLETED" in ran.stderr, ran.stderr)
    check("the server ends cleanly", slow.stop() == 0)


def lost_cancel(binaries, data, folder):
    """The first cancel is carried out and its response lost; the job has ended before the second one, a conflict."""
    script = folder / "lost_cancel.faults"
    script.write_text('{}\n{"Broken":{"Handled":true},"LatencyMs":1000}\n')  # the start, and the first cancel
    server = interop.Server(binaries, data, "--access-key", KEY, "--secret-key", SECRET, "--time-scale", "4", "--fault",
                            script)
    job = json.loads(start(server)[2])["jobId"]
    ran = run(*on(server, "--job-id", job, "--cancel"))
    check("--cancel whose response is lost, repeated after the end of the job: cancelled", ran.returncode == 0 and
          f"job {job} is cancelled" in ran.stdout, (ran.stdout, ran.stderr))
    check("the job was cancelled", described(server, job)["jobStatus"] == "CANCEL_COMPLETED", described(server, job))
    ran = run(*on(server, "--job-id", job, "--cancel"))
    check("--cancel of a job that was cancelled before: 3, conflict", ran.returncode == 3 and "conflict" in ran.stderr,
          (ran.stdout, ran.stderr))
    check("the server ends cleanly", server.stop() == 0)


def refusals():
    server = Scripted(lambda request: None)
    for name, arguments, told in (
            ("--patient and --group", [*TO, "--patient", "--group", "g"], "exclude each other"),
            ("a group id with a slash", [*TO, "--group", "a/b"], "--group: groupId"),
            ("a misspelt type", [*TO, "--type", "Patients"], "--type: _type[0]"),
            ("a malformed instant", [*TO, "--since", "2010-03-14T09:00:00.000-4:00"], "--since: expected"),
            ("a tag without a system", [*TO, "--tag", "x"], "--tag: _tag[0]"),
            ("a client token", [*TO, "--client-token", "mine"], "has no token"),
            ("--preview", [*TO, "--preview"], "exclude each other"),
            ("--cancel without a job", [*TO, "--cancel"], "--cancel needs --job-id"),
            ("a filter for a job that exists", ["--job-id", JOB, "--patient"], "cannot be changed"),
            ("no destination", [], "--s3-uri is missing")):
        ran = run(*on(server, *arguments))
        check(f"refused: {name}", ran.returncode == 2 and told in ran.stderr and not server.requests, (ran.returncode, ran.stderr))
    ran = run("--endpoint", server.url, "--datastore-id", STORE, *TO, "--group", "g")
    check("refused: --group without --rest", ran.returncode == 2 and "--group needs --rest" in ran.stderr, ran.stderr)


def outcome(status, code):
    return response(status, {"resourceType": "OperationOutcome", "issue": [{"code": code}]})


def state(status, job=JOB, **more):
    """A description of the job."""
    return response(200, {"exportJobProperties": {"jobId": job, "jobStatus": status, "datastoreId": STORE, **more}})


def hostile_services():
    """Services that answer as they should not: each start is sent once, and nothing goes to another host."""
    evil = Scripted(lambda request: response(200, {}))
    answers = []
    server = Scripted(lambda request: answers.pop(0) if len(answers) > 1 else answers[0])
    status = {"exportJobProperties": {"JobId": JOB, "JobStatus": "COMPLETED", "submitTime": "sometime", "datastoreId": STORE}}

    answers[:] = [response(202, b"", [("Content-Location", f"{evil.url}/datastore/{STORE}/r4/export/{JOB}"), ("Retry-After", "7200")]),
                  response(202, b"", [("X-Progress", "85% complete")]), response(502, b"<html>"),
                  response(200, status)]
    ran = run(*on(server, *TO))
    check("a foreign Content-Location, a 202, a 502 and members in the other case: completed", ran.returncode == 0,
          (ran.stdout, ran.stderr))
    check("nothing was sent to the other host", not evil.requests and not evil.connects, evil.requests)
    check("the start has no X-Amz-Target, and `$` as it is",
          server.requests[0].line == f"POST /datastore/{STORE}/r4/$export HTTP/1.1" and
          "x-amz-target" not in server.requests[0].headers and
          server.requests[0].headers["prefer"] == "respond-async", server.requests[0].line)
    for name, answer in (("lost", None), ("HTML", response(502, b"<html>")), ("cut off", response(202, b'{"jobId": "01')),
                         ("without a job", response(202, b"{}"))):
        answers[:], count = [answer], len(server.requests)
        ran = run(*on(server, *TO))
        check(f"a start whose answer is {name}: 3, sent once, and may be running", ran.returncode == 3 and
              len(server.requests) == count + 1 and "may be running" in ran.stderr and " list " in ran.stderr, ran.stderr)
    answers[:], count = [response(429, {"resourceType": "OperationOutcome", "issue": [{"code": "throttled"}]})], len(server.requests)
    ran = run(*on(server, *TO))
    check("429 at the start: repeated, then no job was started", ran.returncode == 3 and len(server.requests) == count + 3 and
          "This call started no job" in ran.stderr, ran.stderr)
    answers[:] = [None, response(404, b"")]
    ran = run(*on(server, "--job-id", JOB, "--cancel"))
    check("a cancel whose first answer is lost, and whose second is 404: gone", ran.returncode == 0 and "is gone" in ran.stdout,
          (ran.stdout, ran.stderr))
    for name, second, then, status, told in (
            ("404 of a proxy: 3", response(404, b"<html>"), None, 3, "404"),
            ("404 of a gateway: 3", response(404, {"message": "Not Found"}), None, 3, "404"),
            ("409, and the job is cancelled: 0", outcome(409, "conflict"), state("CANCEL_COMPLETED"), 0, "is cancelled"),
            ("409, and the job is gone: 0", outcome(409, "conflict"), outcome(404, "processing"), 0, "is gone"),
            ("409, and the job completed: 1", outcome(409, "conflict"), state("COMPLETED"), 1, "status COMPLETED"),
            ("400: 3", outcome(400, "invalid"), None, 3, "invalid")):
        answers[:] = [None, second, *([then] if then else [])]
        ran = run(*on(server, "--job-id", JOB, "--cancel"))
        check(f"a cancel whose first answer is lost, and whose second is {name}", ran.returncode == status and
              told in ran.stdout + ran.stderr, (ran.returncode, ran.stdout, ran.stderr))
    answers[:] = [outcome(409, "conflict"), state("CANCEL_COMPLETED")]
    ran = run(*on(server, "--job-id", JOB, "--cancel"))
    check("a cancel that is refused at once with 409: 3", ran.returncode == 3 and "conflict" in ran.stderr,
          (ran.stdout, ran.stderr))
    for code in (404, 410):
        answers[:] = [response(202, b""), state("CANCEL_SUBMITTED"), outcome(code, "processing")]
        ran = run(*on(server, "--job-id", JOB, "--cancel"))
        check(f"after a cancel, {code} with any code of an issue: gone", ran.returncode == 0 and "is gone" in ran.stdout,
              (ran.stdout, ran.stderr))


def hostile_waits():
    """A wait by FHIR REST watches the service as the other one does: the statuses, the trouble, the clock."""
    answers = []
    server = Scripted(lambda request: answers.pop(0) if len(answers) > 1 else answers[0])

    def waits(name, script, status, *told, arguments=("--job-id", JOB), **variables):
        answers[:] = script
        try:
            ran = subprocess.run([program, *map(str, on(server, *arguments))], env={**environment(), **variables},
                                 capture_output=True, text=True, timeout=20)
        except subprocess.TimeoutExpired as endless:
            return check(f"{name}: {status}", False, f"no end: {endless.stderr}")
        check(f"{name}: {status}", ran.returncode == status and all(text in ran.stdout + ran.stderr for text in told),
              (ran.returncode, ran.stdout, ran.stderr))
        return ran

    for how, arguments in (("", ("--job-id", JOB)), (", after a cancel", ("--job-id", JOB, "--cancel"))):
        begin = [response(202, b"")] if arguments[-1] == "--cancel" else []
        for name, answer in (("no job", response(200, {})), ("no status", response(200, {"exportJobProperties": {}})),
                             ("a status that is a number", state(7)), ("a status that is null", state(None)),
                             ("a status that is empty", state("")),
                             ("a job that is a list", response(200, {"ExportJobProperties": []}))):
            waits(f"{name}{how}", [*begin, state("IN_PROGRESS"), answer], 3, "5 times without its status", "--rest",
                  arguments=arguments)
    # What has a status in between is not a row.
    gaps = [response(200, {})] * 4
    waits("a status after 4 polls without one", [*gaps, state("IN_PROGRESS"), *gaps, state("COMPLETED")], 0, "COMPLETED")
    waits("another job", [state("COMPLETED", job="f" * 32)], 3, "another job")

    expired = response(400, {"message": "why"}, [("x-amzn-errortype", "ExpiredTokenException")])
    for name, answer in (("ExpiredTokenException", expired),
                         ("ExpiredToken", response(403, {"__type": "ExpiredToken"}))):
        waits(f"{name} while waiting with keys of the environment", [state("IN_PROGRESS"), answer], 3,
              "Set new credentials", "--rest")
    for name, bad in (("a lost connection", None), ("a proxy's page", response(502, b"<html>")),
                      ("throttling", outcome(429, "throttled"))):
        waits(f"{name} while waiting is borne", [bad] * 4 + [state("IN_PROGRESS"), state("COMPLETED")], 0, "still waiting",
              "the service answers again", "COMPLETED")
    late = [("Date", time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 3600)))]
    skewed = response(403, {"__type": "InvalidSignatureException", "Message": "x"}, late)
    for name, arguments, first in (("", ("--job-id", JOB), []), (", also of a start", TO, [response(202, {"jobId": JOB})]),
                                   (", also of a cancel", ("--job-id", JOB, "--cancel"), [response(202, b"")])):
        end = state("CANCEL_COMPLETED" if "--cancel" in arguments else "COMPLETED")
        ran = waits(f"a clock that is wrong is corrected, and told{name}", [skewed, *first, state("IN_PROGRESS"), end], 0,
                    "warning: this machine's clock", arguments=arguments)
        check(f"a clock that is wrong is told once{name}", ran and ran.stderr.count("this machine's clock") == 1, ran)

    place = {"outputDataConfig": {"s3Configuration": {"S3Uri": "s3://results/rest", "KmsKeyId": KMS}}}
    bare = response(200, {"exportJobProperties": {"jobStatus": "COMPLETED", **place}})
    waits("a description without ids: the place has those of the run", [bare], 0,
          f"files are below s3://results/rest/{STORE}-FHIR_EXPORT-{JOB}/\n")
    waits("a description without ids of a job that failed: the job is named",
          [response(200, {"exportJobProperties": {"jobStatus": "FAILED"}})], 1, f"job {JOB} ended with status FAILED")
    for uri in ("", "results/rest", "s3://", "s3://r/../x", "https://results/rest"):
        ran = waits(f"a place that is {uri!r}", [state("COMPLETED", outputDataConfig={"s3Configuration": {"S3Uri": uri}})], 0)
        check(f"a place that is {uri!r}: is not printed", ran and "files are below" not in ran.stdout, ran and ran.stdout)


def main():
    global program
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of healthlake-local, healthlake-export")
    parser.add_argument("--data", type=pathlib.Path, required=True, help="folder of the data stores")
    options = parser.parse_args()
    program = str((options.bin / "healthlake-export").resolve())
    folder = pathlib.Path(tempfile.mkdtemp(prefix="healthlake-rest-"))
    data, patients = data_with_groups(options.data, folder)
    by_botocore(options.bin, data, patients)
    restart(options.bin, data, patients, folder)
    by_program(options.bin, data, patients)
    lost_cancel(options.bin, data, folder)
    refusals()
    hostile_services()
    hostile_waits()
    shutil.rmtree(folder, ignore_errors=True)
    print(f"{interop.passed} passed, {interop.failed} failed")
    return 0 if interop.failed == 0 and interop.passed >= 100 else 1


if __name__ == "__main__":
    sys.exit(main())

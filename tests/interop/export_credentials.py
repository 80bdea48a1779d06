"""The credentials, region and endpoint of healthlake-export: from everywhere that the AWS command line looks, in its
order; renewed while a job is waited for; and every way in which that can fail.

A World plays all services: HealthLake, which refuses keys that it does not know or that have expired, STS, a
container's endpoint, an instance's metadata and IAM Identity Center. Nothing that a run prints may contain one of the
secrets that the World made or was sent.

Every check prints one line; the last line is `N passed, N failed`.
"""
import argparse
import concurrent.futures
import datetime
import hashlib
import json
import pathlib
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

import export_program
import hostile
import interop
from export_program import JOB, START, Service, commands_in, described, refused
from interop import STORE, check
from scripted import Scripted, response

ROLE = "arn:aws:iam::123456789012:role/Reader"
LONG = 3600  # seconds
folders = []


def at(seconds):
    """The time in so many seconds, as AWS writes it."""
    return datetime.datetime.fromtimestamp(time.time() + seconds, datetime.timezone.utc).isoformat(
        timespec="milliseconds").replace("+00:00", "Z")


class World(Service):
    def __init__(self, *describes, lifetime=LONG):
        self.lifetime, self.keys, self.signed, self.secrets, self.asked = lifetime, {}, [], [], []
        self.fault = None  # what the services that provide credentials answer instead
        self.instance_role = "instance-role"
        self.lock = threading.Lock()
        super().__init__(*describes)

    def secret(self, text=None):
        self.secrets.append(text or secrets.token_urlsafe(30))
        return self.secrets[-1]

    def new_keys(self, name, lifetime=None):
        """Keys that HealthLake accepts, named after who issued them."""
        with self.lock:
            key = f"ASIA{name.upper()}{len(self.keys):04}"
            lifetime = lifetime or self.lifetime
            self.keys[key] = {"secret": self.secret(), "token": self.secret(), "end": time.time() + lifetime,
                              "expiration": at(lifetime)}
        return key, self.keys[key]

    def forever(self, name):
        """A profile's properties with keys that do not expire."""
        key, parts = self.new_keys(name, 10 * LONG)
        return (f"aws_access_key_id = {key}\naws_secret_access_key = {parts['secret']}\n"
                f"aws_session_token = {parts['token']}\n")

    def by_script(self, request):
        if "x-amz-target" in request.headers:
            return self.healthlake(request)
        answer = self.credentials(request)
        return self.fault(request) if self.fault else answer

    def healthlake(self, request):
        key, date, region, *_ = re.search(r"Credential=([^,]+)", request.headers["authorization"])[1].split("/")
        parts = self.keys.get(key)
        self.signed.append((key, region))
        if not parts or request.headers.get("x-amz-security-token") != parts["token"]:
            return refused(403, "UnrecognizedClientException", "The security token included in the request is invalid.")
        if time.time() > parts["end"]:
            return refused(400, "ExpiredTokenException", "The security token included in the request is expired")
        answer = super().by_script(request)
        return answer() if callable(answer) else answer

    def credentials(self, request):
        method, path, _ = request.line.split()
        headers = request.headers
        if method == "PUT" and path == "/latest/api/token":
            return response(200, self.secret().encode(), [("x-aws-ec2-metadata-token-ttl-seconds", "21600")])
        if path.startswith("/latest/meta-data/iam/security-credentials/"):
            self.asked.append(("instance", headers.get("x-aws-ec2-metadata-token") in self.secrets))
            if path.endswith("/"):
                return response(200, self.instance_role.encode())
            key, parts = self.new_keys("instance")
            return response(200, {"Code": "Success", "Type": "AWS-HMAC", "AccessKeyId": key,
                                  "SecretAccessKey": parts["secret"], "Token": parts["token"],
                                  "LastUpdated": at(0), "Expiration": parts["expiration"]})
        if path.startswith("/federation/credentials"):
            self.asked.append(("sso", headers.get("x-amz-sso_bearer_token") in self.secrets))
            key, parts = self.new_keys("sso")
            return response(200, {"roleCredentials": {"accessKeyId": key, "secretAccessKey": parts["secret"],
                                                      "sessionToken": parts["token"],
                                                      "expiration": int(parts["end"] * 1000)}})
        if method == "GET":
            self.asked.append(("container", headers.get("authorization") in self.secrets))
            key, parts = self.new_keys("container")
            return response(200, {"AccessKeyId": key, "SecretAccessKey": parts["secret"], "Token": parts["token"],
                                  "Expiration": parts["expiration"]})
        return self.sts(urllib.parse.parse_qs(request.body.decode()), headers)

    def sts(self, form, headers):
        action = form["Action"][0]
        if action == "AssumeRole":
            self.asked.append((action, re.search(r"Credential=(\w+)/\d+/([^/]+)/sts/", headers["authorization"]).groups()))
        else:
            self.asked.append((action, form["WebIdentityToken"][0] in self.secrets and "authorization" not in headers))
        key, parts = self.new_keys("role" if action == "AssumeRole" else "web")
        inner = (f"<Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>{parts['secret']}</SecretAccessKey>"
                 f"<SessionToken>{parts['token']}</SessionToken><Expiration>{parts['expiration']}</Expiration>"
                 "</Credentials>")
        return response(200, f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result>'
                             f"{inner}</{action}Result></{action}Response>".encode())

    def names(self):
        """Who issued the keys that HealthLake saw, each once."""
        return list(dict.fromkeys(re.sub(r"^ASIA|\d+$", "", key).lower() for key, _ in self.signed))


class Home:
    """A home folder, and runs in it."""

    def __init__(self, world, config="", credentials="", mode=0o600):
        self.world = world
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="healthlake-home-"))
        folders.append(self.path)
        (self.path / ".aws").mkdir()
        self.write(".aws/config", config)
        self.write(".aws/credentials", credentials, mode)

    def write(self, name, text, mode=0o600):
        """Without a moment in which the file is half written."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_name(file.name + ".new")
        new.write_text(text)
        new.chmod(mode)
        new.rename(file)
        return file

    def environment(self, **more):
        nothing = dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CONFIG_FILE",
                                 "AWS_SHARED_CREDENTIALS_FILE"))
        return export_program.environment(**{**nothing, "HOME": str(self.path), **more})

    def start(self, *arguments, **variables):
        return subprocess.Popen([export_program.program, *map(str, arguments)], env=self.environment(**variables),
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.path)

    def end(self, process, seconds=60):
        out, error = process.communicate(timeout=seconds)
        hit = hostile.Hunt(self.world.secrets).found(out + "\n" + error)
        if hit:
            check("no secret is printed", False, (hit, out, error))
        return subprocess.CompletedProcess(process.args, process.returncode, out, error)

    def run(self, *arguments, **variables):
        return self.end(self.start(*arguments, **variables))

    def list(self, *arguments, **variables):
        """`list` against the World's HealthLake."""
        return self.run("list", "--endpoint", self.world.url, "--datastore-id", STORE, *arguments, **variables)


def told(name, ran, status, *texts):
    missing = [text for text in texts if text not in ran.stdout + ran.stderr]
    return check(f"{name}: {status}", ran.returncode == status and not missing,
                 (missing, ran.returncode, ran.stdout, ran.stderr))


def environment_keys(world, name):
    key, parts = world.new_keys(name)
    return {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": parts["secret"], "AWS_SESSION_TOKEN": parts["token"]}


def container(world):
    return {"AWS_CONTAINER_CREDENTIALS_FULL_URI": world.url + "/get", "AWS_CONTAINER_AUTHORIZATION_TOKEN": world.secret()}


def web_identity(world, home):
    token = home.write("token", world.secret() + "\n")
    return {"AWS_WEB_IDENTITY_TOKEN_FILE": str(token), "AWS_ROLE_ARN": ROLE, "AWS_ENDPOINT_URL_STS": world.url}


def instance(world):
    return {"AWS_EC2_METADATA_DISABLED": None, "AWS_EC2_METADATA_SERVICE_ENDPOINT": world.url}


def print_keys(world, home, lifetime=None):
    """A program that prints keys, for credential_process: new ones for each run."""
    listed = [world.new_keys("process", lifetime and lifetime * (number + 1)) for number in range(8)]
    for number, (key, parts) in enumerate(listed):
        home.write(f"keys/{number}", json.dumps({
            "Version": 1, "AccessKeyId": key, "SecretAccessKey": parts["secret"], "SessionToken": parts["token"],
            **({"Expiration": parts["expiration"]} if lifetime else {})}))
    script = home.write("print-keys", '#!/bin/sh\ncd "$(dirname "$0")/keys"\nset -- [0-9]\ncat "$1"\nrm "$1"\n', 0o700)
    return f"credential_process = {script}\n"


def order():
    """Which credentials are used, by who issued them. Each row: files, options and variables."""
    world = World()
    home = Home(world)
    config = (f"[default]\n{world.forever('default')}[profile dev]\n{world.forever('dev')}"
              f"[profile other]\n{world.forever('other')}"
              f"[profile process]\n{print_keys(world, home)}"
              f"[profile role]\nrole_arn = {ROLE}\nsource_profile = dev\nexternal_id = 12345\n"
              f"[profile of-container]\nrole_arn = {ROLE}\ncredential_source = EcsContainer\n"
              f"[profile of-role]\nrole_arn = {ROLE}Two\nsource_profile = role\n"
              f"[profile web]\nrole_arn = {ROLE}\nweb_identity_token_file = {home.path}/token\n"
              "[profile sso]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Reader\n"
              "[sso-session corp]\nsso_start_url = https://corp.example/start\nsso_region = eu-west-1\n"
              "[profile empty]\nregion = eu-west-2\n")
    home.write(".aws/config", config)
    home.write(f".aws/sso/cache/{hashlib.sha1(b'corp').hexdigest()}.json", json.dumps(
        {"accessToken": world.secret(), "expiresAt": at(LONG), "startUrl": "https://corp.example/start"}))
    web = web_identity(world, home)
    sts = {"AWS_ENDPOINT_URL_STS": world.url}
    for name, arguments, variables, expected in (
            ("the keys of the environment", [], environment_keys(world, "env"), "env"),
            ("the keys of the environment before AWS_PROFILE", [], {
                **environment_keys(world, "env"), "AWS_PROFILE": "dev"}, "env"),
            ("--profile before the keys of the environment", ["--profile", "dev"], environment_keys(world, "env"), "dev"),
            ("--profile before AWS_PROFILE", ["--profile", "dev"], {"AWS_PROFILE": "other"}, "dev"),
            ("--profile before a web identity of the environment", ["--profile", "dev"], web, "dev"),
            ("an empty --profile is none", ["--profile", ""], {"AWS_PROFILE": "other"}, "other"),
            ("AWS_PROFILE", [], {"AWS_PROFILE": "other"}, "other"),
            ("an empty AWS_PROFILE is none", [], {"AWS_PROFILE": ""}, "default"),
            ("the default profile", [], {}, "default"),
            ("the default profile before a container", [], container(world), "default"),
            ("a credential process", ["--profile", "process"], {}, "process"),
            ("a role", ["--profile", "role"], sts, "role"),
            ("a role of a role", ["--profile", "of-role"], sts, "role"),
            ("a role of a container", ["--profile", "of-container"], {**sts, **container(world)}, "role"),
            ("a web identity of a profile", ["--profile", "web"], sts, "web"),
            ("IAM Identity Center", ["--profile", "sso"], {"AWS_ENDPOINT_URL_SSO": world.url}, "sso"),
            ("a profile without credentials: the container's", ["--profile", "empty"], container(world), "container"),
            ("a profile without credentials: the instance's", ["--profile", "empty"], instance(world), "instance")):
        world.signed.clear()
        world.asked.clear()
        ran = home.list(*arguments, **variables)
        check(f"order: {name}", ran.returncode == 0 and world.names() == [expected] and not ran.stderr and
              all(good for _, good in world.asked), (world.names(), world.asked, ran))

    home.write(".aws/config", "")
    for name, variables, expected in (
            ("a web identity before a container", {**web, **container(world)}, "web"),
            ("a container before an instance", {**container(world), **instance(world)}, "container"),
            ("an instance", instance(world), "instance")):
        world.signed.clear()
        proxy = Scripted(lambda request: response(200, b"a proxy"))
        # What is on this machine is not asked for through a proxy.
        ran = home.list("--proxy-from-environment", http_proxy=proxy.url, no_proxy="127.0.0.1", **variables)
        check(f"order: {name}", ran.returncode == 0 and world.names() == [expected] and not proxy.requests, ran)
        proxy.close()

    home.write(".aws/config", config)
    for name, option, variables, expected in (
            ("the option", ["--region", "us-east-2"], {"AWS_REGION": "us-west-2"}, "us-east-2"),
            ("AWS_REGION", [], {"AWS_REGION": "us-west-2"}, "us-west-2"),
            ("AWS_DEFAULT_REGION", [], {"AWS_REGION": None, "AWS_DEFAULT_REGION": "eu-west-1"}, "eu-west-1")):
        world.asked.clear()
        world.signed.clear()
        ran = home.list("--profile", "role", *option, **sts, **variables)
        check(f"{name} is the region of STS, too", ran.returncode == 0 and world.asked[0][1][1] == expected ==
              world.signed[0][1], (world.asked, ran))
    world.close()


def places():
    """Region and endpoint, in the order of the command line."""
    world = World()
    others = {name: World() for name in ("service", "general", "section", "profile")}
    for other in others.values():
        other.keys, other.secrets = world.keys, world.secrets
    url = {name: other.url for name, other in others.items()}
    keys = world.forever("dev")
    section = f"services = mine\n[services mine]\ns3 =\n  endpoint_url = http://127.0.0.1:9\nhealthlake =\n  endpoint_url = {url['section']}\n"
    profile = f"endpoint_url = {url['profile']}\n"
    for name, config, option, variables, expected in (
            ("the option", profile + section, world, {}, "option"),
            ("the service's variable", profile + section, None, {
                "AWS_ENDPOINT_URL_HEALTHLAKE": url["service"], "AWS_ENDPOINT_URL": url["general"]}, "service"),
            ("the variable", profile + section, None, {"AWS_ENDPOINT_URL": url["general"]}, "general"),
            ("the services section", profile + section, None, {"AWS_ENDPOINT_URL": ""}, "section"),
            ("the services section alone", section, None, {}, "section"),
            ("a services section of others", profile + "services = mine\n[services mine]\ns3 =\n  endpoint_url = x\n",
             None, {}, "profile"),
            ("the profile's", profile, None, {}, "profile"),
            ("ignored by the variable", profile + section, None, {
                "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true", "AWS_ENDPOINT_URL": url["general"]}, "region"),
            ("ignored by the profile", "ignore_configured_endpoint_urls = true\n" + profile + section, None, {
                "AWS_ENDPOINT_URL": url["general"]}, "region"),
            ("not ignored, by the variable", "ignore_configured_endpoint_urls = true\n" + profile, None, {
                "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false"}, "profile"),
            ("the option, although others are ignored", "ignore_configured_endpoint_urls = true\n" + profile, world, {},
             "option"),
            ("none", "", None, {}, "region")):
        home = Home(world, f"[profile dev]\nregion = eu-west-2\n{keys}{config}")
        proxy = Scripted(None, tunnel=lambda request: response(403))
        for server in (world, *others.values()):
            server.signed.clear()
        ran = home.run("list", "--datastore-id", STORE, "--profile", "dev", "--proxy-from-environment",
                       *(["--endpoint", option.url] if option else []), AWS_REGION=None, no_proxy="127.0.0.1",
                       https_proxy=proxy.url, **variables)
        got = {name: server.signed for name, server in {"option": world, **others}.items() if server.signed}
        if [c.line for c in proxy.connects] == ["CONNECT healthlake.eu-west-2.amazonaws.com:443 HTTP/1.1"]:
            got["region"] = [(None, "eu-west-2")]
        check(f"endpoint: {name}", list(got) == [expected] and got[expected][0][1] == "eu-west-2", (got, ran))
        proxy.close()
    home = Home(world, f"[default]\nregion = eu-west-2\n{keys}[profile none]\n{keys}[profile bad]\nregion = eu west\n{keys}")
    for name, arguments, variables, expected in (
            ("the option", ["--region", "us-east-2"], {"AWS_REGION": "us-west-2"}, "us-east-2"),
            ("AWS_REGION", [], {"AWS_REGION": "us-west-2", "AWS_DEFAULT_REGION": "eu-west-1"}, "us-west-2"),
            ("AWS_DEFAULT_REGION", [], {"AWS_REGION": "", "AWS_DEFAULT_REGION": "eu-west-1"}, "eu-west-1"),
            ("the profile's", [], {"AWS_REGION": None, "AWS_DEFAULT_REGION": ""}, "eu-west-2")):
        world.signed.clear()
        ran = home.list(*arguments, **variables)
        check(f"region: {name}", ran.returncode == 0 and world.signed[0][1] == expected, (world.signed, ran))
    told("region: none", home.list("--profile", "none", AWS_REGION=None), 2, "the region of profile none")
    told("region: one that is none", home.list("--profile", "bad", AWS_REGION=None), 2,
         f"region in {home.path}/.aws/config:11: ", "region")
    home = Home(world, f"[default]\nregion = eu-west-2\n{keys}endpoint_url = http://user:pass-word@host\n")
    ran = home.run("list", "--datastore-id", STORE)
    told("endpoint: one that is none", ran, 2, f"endpoint_url in {home.path}/.aws/config:6: ")
    check("endpoint: one that is none is not repeated", "pass-word" not in ran.stderr, ran.stderr)
    for server in (world, *others.values()):
        server.close()


def misconfigured():
    """What is configured and wrong ends the run before anything is sent, and says what, where and what to do."""
    world = World()
    home = Home(world)
    home.write("token", world.secret())
    secret = world.secret()
    key = f"aws_access_key_id = AKIDHALF\n"
    for name, config, variables, texts in (
            ("a profile that is missing", "[dev]\n", {}, ["there is no profile dev", "config:1", "[profile dev]"]),
            ("half a key", f"[profile dev]\n{key}", {}, ["dev", "aws_secret_access_key"]),
            ("the other half", f"[profile dev]\naws_secret_access_key = {secret}\n", {}, ["dev", "aws_access_key_id"]),
            ("a file that is not one", f"[profile dev]\n{key}no equals sign {secret}\n", {}, [".aws/config:3: "]),
            ("a chain that comes back", f"[profile dev]\nrole_arn = {ROLE}\nsource_profile = b\n"
             f"[profile b]\nrole_arn = {ROLE}\nsource_profile = dev\n", {}, ["dev", "b"]),
            ("a role without a source", f"[profile dev]\nrole_arn = {ROLE}\n", {}, ["source_profile"]),
            ("a source that is missing", f"[profile dev]\nrole_arn = {ROLE}\nsource_profile = b\n", {}, ["profile b"]),
            ("a code of an MFA device", f"[profile dev]\nrole_arn = {ROLE}\nsource_profile = b\nmfa_serial = x\n", {},
             ["mfa_serial", "credential_process"]),
            ("a process that is missing", "[profile dev]\ncredential_process = /no/such/program\n", {},
             ["profile dev", "could not be started", "No such file"]),
            ("a process that fails", f"[profile dev]\ncredential_process = sh -c 'echo {secret}; echo log in first, not "
             f"with {secret} >&2; exit 3'\n", {}, ["log in first"]),
            ("a process that prints something else", f"[profile dev]\ncredential_process = echo {secret}\n", {}, ["JSON"]),
            ("a process whose keys have expired", "[profile dev]\ncredential_process = echo '" + json.dumps(
                {"Version": 1, "AccessKeyId": "A", "SecretAccessKey": secret, "SessionToken": secret,
                 "Expiration": "2020-01-01T00:00:00Z"}) + "'\n", {}, ["expired"]),
            ("a token file that is missing", f"[profile dev]\nrole_arn = {ROLE}\nweb_identity_token_file = /no/such\n", {},
             ["/no/such"]),
            ("a login that is missing", "[profile dev]\nsso_session = s\nsso_account_id = 1\nsso_role_name = R\n"
             "[sso-session s]\nsso_start_url = https://s\nsso_region = eu-west-1\n", {}, ["aws sso login"]),
            ("a services section that is missing", f"[profile dev]\n{world.forever('dev')}services = other\n", {},
             ["config:5: there is no section [services other]"]),
            ("an ignore that is neither", f"[profile dev]\n{world.forever('dev')}ignore_configured_endpoint_urls = 1\n",
             {}, ["config:5: expected true or false"]),
            ("a container of another host", "[profile dev]\nregion = a\n", {
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://127.0.0.1.evil.example/{secret}",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN": secret}, ["127.0.0.1.evil.example", "must not be sent"]),
            ("nothing anywhere", "[profile dev]\nregion = a\n", {}, ["no credentials found", "AWS_CONTAINER_CREDENTIALS",
                                                                "switches off", "--profile", "AWS_ACCESS_KEY_ID"])):
        home.write(".aws/config", config)
        ran = home.list("--profile", "dev", **{"AWS_EC2_METADATA_DISABLED": "true", **variables})
        told(f"misconfigured: {name}", ran, 2, *texts)
    check("misconfigured: nothing was sent", not world.requests, world.requests)
    home.write(".aws/config", f"[profile dev]\nrole_arn = {ROLE}\nsource_profile = b\n[profile b]\n{world.forever('b')}")
    told("misconfigured: the profile's role", home.list("--profile", "dev", AWS_PROFILE="b", AWS_ENDPOINT_URL_STS="x:y"), 2)

    home.write(".aws/config", "")
    half = environment_keys(world, "half")
    del half["AWS_ACCESS_KEY_ID"]
    told("half a key in the environment, and nothing else", home.list(**half), 2,
         "AWS_SECRET_ACCESS_KEY is set in the environment, but AWS_ACCESS_KEY_ID is not")
    ran = home.list(**half, **container(world))
    told("half a key in the environment: a warning, and the next", ran, 0, "warning: AWS_SECRET_ACCESS_KEY is set")
    check("half a key in the environment: it is not joined to others", world.names()[-1] == "container", world.names())

    for mode, warned in ((0o600, False), (0o640, False), (0o644, True)):
        open_home = Home(world, credentials=f"[default]\n{world.forever('file')}", mode=mode)
        ran = open_home.list()
        told(f"a credentials file of mode {mode:o}", ran, 0, *(["warning: other users", "chmod 600"] if warned else []))
        check(f"a credentials file of mode {mode:o}: warned {warned}", bool(ran.stderr) == warned, ran.stderr)

    ran = home.run("list", "--datastore-id", STORE, "--endpoint", "http://healthlake.invalid", "--timeout", "2",
                   **environment_keys(world, "env"))
    told("plain http", ran, 3, "warning: http://healthlake.invalid is plain HTTP")
    ran = home.list("--timeout", "2", **{**web_identity(world, home), "AWS_ENDPOINT_URL_STS": "http://sts.invalid"})
    told("plain http to STS", ran, 3, "warning: http://sts.invalid is plain HTTP", "Nothing was sent to HealthLake")
    world.close()


def refusing():
    """A service that is asked for credentials and refuses: nobody else is asked."""
    world = World()
    home = Home(world)
    sts_error = (b"<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized to perform"
                 b"</Message></Error></ErrorResponse>")
    for name, variables, fault, texts in (
            ("a container", container(world), response(403, {"code": "AccessDenied", "message": "no role"}),
             ["container", "403", "no role"]),
            ("a container with a page", container(world), response(200, b"<html>hello</html>"), ["container", "JSON"]),
            ("a container with old keys", container(world), response(200, {
                "AccessKeyId": "A", "SecretAccessKey": world.secret(), "Token": world.secret(), "Expiration": at(-60)}),
             ["expired"]),
            ("a container that redirects", container(world), response(302, b"", [("Location", "http://127.0.0.1:1/")]),
             ["redirects are not followed"]),
            ("a web identity", web_identity(world, home), response(403, sts_error),
             [ROLE, "AccessDenied", "not authorized"]),
            ("a web identity, a page", web_identity(world, home), response(200, b"<html>hello</html>"), ["STS"]),
            ("STS is down", web_identity(world, home), response(503, b"busy"), ["503"])):
        world.signed.clear()
        world.fault = lambda request: fault
        ran = home.list(**variables, **{**instance(world), "AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:9"})
        told(f"refusing: {name}", ran, 3, "Nothing was sent to HealthLake", *texts)
        check(f"refusing: {name}: nothing was sent", not world.signed, world.signed)
    for name, fault in (("no role", response(404, b"")), ("no token", response(403, b"")), ("nobody", None)):
        world.fault = lambda request: fault
        ran = home.list(**instance(world))
        told(f"an instance: {name}", ran, 2, "no credentials found", "the instance metadata", "--profile")
    world.close()


def repeated():
    """Whatever was sent to one service may come back from another: here from HealthLake."""
    sso = ("[default]\nsso_start_url = https://corp.example/start\nsso_region = eu-west-1\nsso_account_id = 1\n"
           "sso_role_name = Reader\n")
    for name in ("container", "web identity", "instance", "role", "sso"):
        for output in ([], ["--json"]):
            world = World(lambda: described("COMPLETED", Message=" ".join(world.secrets)))
            home = Home(world)
            variables = {"AWS_ENDPOINT_URL_STS": world.url, "AWS_ENDPOINT_URL_SSO": world.url}
            if name == "container":
                variables |= container(world)
            elif name == "web identity":
                variables |= web_identity(world, home)
            elif name == "instance":
                variables |= instance(world)
            elif name == "role":
                home.write(".aws/config", f"[default]\nrole_arn = {ROLE}\nsource_profile = base\n[profile base]\n"
                                          f"{world.forever('base')}")
            else:
                home.write(".aws/config", sso)
                home.write(f".aws/sso/cache/{hashlib.sha1(b'https://corp.example/start').hexdigest()}.json",
                           json.dumps({"accessToken": world.secret(), "expiresAt": at(LONG)}))
            ran = home.run("describe", "--endpoint", world.url, "--datastore-id", STORE, "--job-id", JOB, *output,
                           **variables)
            told(f"HealthLake repeats what was sent for credentials, {name} {output}", ran, 0, JOB, "*** *** ***")
            world.close()


def renewed(name, lifetime=3.0, seconds=11):
    """A wait during which keys expire, at least three times."""
    world = World(described("IN_PROGRESS"), lifetime=lifetime)
    home = Home(world)
    arguments, variables = [], {}
    if name == "container":
        variables = container(world)
    elif name == "web identity":
        variables = web_identity(world, home)
    elif name == "instance":
        variables = instance(world)
    elif name == "process":
        home.write(".aws/config", f"[default]\n{print_keys(world, home, lifetime)}")
    else:
        home.write(".aws/config", f"[profile dev]\nrole_arn = {ROLE}\nsource_profile = base\n[profile base]\n"
                                  f"{world.forever('base')}")
        arguments, variables = ["--profile", "dev"], {"AWS_ENDPOINT_URL_STS": world.url}
    process = home.start("start", "--endpoint", world.url, "--datastore-id", STORE, *START[:-1], "0.1", *arguments,
                         **variables)
    time.sleep(seconds)
    world.describes = [described()]
    ran = home.end(process)
    used = list(dict.fromkeys(key for key, _ in world.signed))
    expired = sum(world.keys[key]["end"] < time.time() for key in used)
    return (f"a wait through three expiries, {name}", ran.returncode == 0 and expired >= 3 and "COMPLETED" in ran.stdout and
            not ran.stderr, (used, ran))


def waits():
    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        for result in pool.map(renewed, ("container", "web identity", "instance", "process", "role")):
            check(*result)

    # Out of order while keys are valid, then until after they have expired.
    world = World(described("IN_PROGRESS"), lifetime=4)
    home = Home(world)
    process = home.start("start", "--endpoint", world.url, "--datastore-id", STORE, *START[:-1], "0.1", **container(world))
    while not world.signed:
        time.sleep(0.01)
    world.fault = lambda request: response(500, b"out of order")
    time.sleep(9)
    during = len(world.signed)
    time.sleep(0.3)
    check("renewals that fail: nothing is signed with keys that have expired", len(world.signed) == during and
          all(world.keys[key]["end"] > time.time() - 20 for key, _ in world.signed), world.signed)
    world.fault, world.describes = None, [described()]
    ran = home.end(process)
    told("renewals that fail: a warning, a wait, and the job's end", ran, 0, "could not be renewed", "Those in use expire",
         "out of order" if "out of order" in ran.stderr else "500", "still waiting", "answers again", "COMPLETED")
    world.close()

    # Keys in a file that expire are replaced there by a login; those of the environment cannot be.
    for name, fixed in (("a file", False), ("the environment", True)):
        world = World(described("IN_PROGRESS"), lifetime=10 * LONG)
        home = Home(world, credentials=f"[dev]\n{world.forever('old')}")
        variables = environment_keys(world, "old") if fixed else {"AWS_PROFILE": "dev"}
        process = home.start("start", "--endpoint", world.url, "--datastore-id", STORE, *START[:-1], "0.1", **variables)
        while len(world.signed) < 3:
            time.sleep(0.01)
        old = list(world.keys.values())
        if not fixed:
            home.write(".aws/credentials", f"[dev]\n{world.forever('new')}")
        for parts in old:
            parts["end"] = 0
        if fixed:
            ran = home.end(process)
            told("keys of the environment that expire: the wait ends", ran, 3, "ExpiredToken", "Set new credentials")
            offered = commands_in(ran.stderr)
            world.describes = [described()]
            again = home.end(subprocess.Popen(["sh", "-c", offered[0]], env=home.environment(
                **environment_keys(world, "new")), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
            told("keys of the environment that expire: the command goes on", again, 0, "COMPLETED")
        else:
            while world.names()[-1] != "new" and process.poll() is None:
                time.sleep(0.05)
            world.describes = [described()]
            ran = home.end(process, 90)
            told("keys of a file that expire: the wait goes on with new ones", ran, 0, "ExpiredToken",
                 "The credentials are from profile dev", "still waiting", "answers again", "COMPLETED")
        world.close()


def limits():
    """--timeout and signals hold for credentials as well."""
    world = World()
    home = Home(world, f"[profile slow]\ncredential_process = sleep 30\n[profile dev]\n{world.forever('dev')}")
    held = threading.Event()
    world.fault = lambda request: held.wait(30) and None
    for name, arguments, variables in (("a container", [], container(world)),
                                       ("a process", ["--profile", "slow"], {})):
        begin = time.monotonic()
        ran = home.list("--timeout", "1", *arguments, **variables)
        check(f"--timeout, {name} that says nothing", ran.returncode in (2, 3) and time.monotonic() - begin < 15, ran)
    for number in (signal.SIGINT, signal.SIGTERM):
        world.asked.clear()
        process = home.start("list", "--endpoint", world.url, "--datastore-id", STORE, **container(world))
        while not world.asked:
            time.sleep(0.01)
        process.send_signal(number)
        ran = home.end(process)
        told(f"{number.name} while a container is asked", ran, 128 + number, "interrupted")
    held.set()

    world.describes = [described("IN_PROGRESS")]
    ran = home.run("start", "--profile", "dev", "--endpoint", world.url, "--datastore-id", STORE, *START, "--timeout", "0.5")
    offered = commands_in(ran.stderr)
    check("a command to go on names the profile", ran.returncode == 3 and " --profile dev " in offered[0], ran)
    world.describes = [described()]
    again = home.end(subprocess.Popen(["sh", "-c", offered[0]], env=home.environment(), stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, text=True))
    told("a command to go on uses the profile", again, 0, "COMPLETED")
    world.keys.clear()
    ran = home.list("--profile", "dev")
    told("keys that HealthLake does not know", ran, 3, "UnrecognizedClientException",
         f"The credentials are from profile dev of {home.path}/.aws/config.")
    world.close()


def main():
    # The program leaves a signal ignored that it inherits as such, as a background job of a script does.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of healthlake-export")
    export_program.program = str((parser.parse_args().bin / "healthlake-export").resolve())
    # Most of a run is waiting.
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for part in [pool.submit(part) for part in (waits, refusing, limits, order, places, misconfigured, repeated)]:
            part.result()
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{interop.passed} passed, {interop.failed} failed")
    return 0 if interop.failed == 0 and interop.passed >= 100 else 1


if __name__ == "__main__":
    sys.exit(main())

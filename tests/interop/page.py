"""The page of healthlake-local in a real browser: Chromium, without a network beyond the loopback interface.

Clients put markup into everything that they may choose; the page must show it and run none of it. Every check prints one
line; the last line is `N passed, N failed`.
"""
import argparse
import html.parser
import http.client
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

import interop
from interop import STORE, check

# What a script could do: change the title, or the document.
HOSTILE = "\"'><script>document.title='ran'</script><img src=x onerror=\"document.title='ran'\"><b id=injected>"
# What the page's own markup has, and nothing else.
ELEMENTS = {"html", "head", "meta", "title", "link", "body", "header", "h1", "p", "main", "section", "h2", "small", "table",
            "thead", "tbody", "tr", "th", "td", "details", "summary", "dl", "dt", "dd", "ul", "ol", "li", "a", "span",
            "form", "input", "label", "textarea", "button"}


class Elements(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.seen, self.handlers = set(), []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.seen.add(tag)
        self.handlers += [name for name, _ in attributes if name.startswith("on")]


def ask(server, method, path, headers=None, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request(method, path, body=body, headers=headers or {})
    response = connection.getresponse()
    return response.status, response.getheaders(), response.read().decode()


def token_of(server):
    return re.search(r'name="token" value="([^"]+)"', ask(server, "GET", "/_local/faults")[2])[1]


def add_faults(server, script, **headers):
    form = urllib.parse.urlencode({"token": token_of(server), "faults": script})
    return ask(server, "POST", "/_local/faults", {"Content-Type": "application/x-www-form-urlencoded", **headers}, form)


def fill(server):
    """Puts markup into everything that a client can choose."""
    client = interop.client_of(server, validate=False)
    interop.start(client, JobName="night")
    client.create_fhir_datastore(DatastoreName="A ward", DatastoreTypeVersion="R4")
    ask(server, "POST", "/", {"X-Amz-Target": f"HealthLake.{HOSTILE}"}, "{}")
    ask(server, "GET", f"/{urllib.parse.quote(HOSTILE, safe='<>=()')}?{HOSTILE[:9]}")
    script = [{"Refused": {"HttpStatus": 429, "Code": HOSTILE, "Message": HOSTILE}},
              {"WrongContent": {"ContentType": "text/" + HOSTILE, "Body": HOSTILE}}]
    status, _, text = add_faults(server, "\r\n".join(json.dumps(fault) for fault in script))
    check("the form adds to the fault script", status == 303, text)
    status, _, text = ask(server, "POST", "/", {"X-Amz-Target": "HealthLake.ListFHIRDatastores"}, "{}")
    check("which the next request of a client meets", status == 429, text)


def dump(page, folder):
    """The document as the browser has it once everything has run."""
    return subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--user-data-dir={folder}",
         "--virtual-time-budget=1000", "--dump-dom", page], capture_output=True, text=True, timeout=120).stdout


def in_the_browser(server):
    folder = tempfile.mkdtemp(prefix="healthlake-chromium-")
    try:
        for path in ("/_local?refresh=off", "/_local/faults"):
            document = dump(server.url + path, folder)
            seen = Elements(document)
            check(f"Chromium shows {path}", "<h1>healthlake-local</h1>" in document, document[:500])
            check("  what clients chose is text", "&lt;script&gt;document.title='ran'&lt;/script&gt;" in document, document)
            check("  no script ran", "<title>healthlake-local</title>" in document, document[:500])
            check("  no element of theirs is in the document", seen.seen <= ELEMENTS and not seen.handlers,
                  seen.seen - ELEMENTS)
        # The browser finds that other names lead here, too: it must not get the page by them.
        rebound = subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             f"--user-data-dir={folder}", "--host-resolver-rules=MAP evil.example 127.0.0.1", "--dump-dom",
             f"http://evil.example:{server.port}/_local.json"], capture_output=True, text=True, timeout=120).stdout
        check("by another name, the browser does not get the page",
              STORE not in rebound and "This page is for the machine" in rebound, rebound)
        attack = pathlib.Path(folder) / "attack.html"
        attack.write_text(f"<form method=post action='{server.url}/_local/faults'><input name=token value=x>"
                          f"<input name=faults value='{{}}'></form><iframe src='{server.url}/_local'></iframe>"
                          f"<script src='{server.url}/_local.json'></script><script>document.forms[0].submit()</script>")
        answer = dump(attack.as_uri(), folder)
        check("a form of another site is refused", "another site" in answer, answer)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def over_http(server):
    status, headers, text = ask(server, "GET", "/_local")
    found = {name.lower(): value for name, value in headers}
    check("the page is HTML that is not kept", status == 200 and found["cache-control"] == "no-store", headers)
    check("and allows no script", found["content-security-policy"].startswith("default-src 'none'"), headers)
    overview = json.loads(ask(server, "GET", "/_local.json")[2])
    check("as JSON: data stores, jobs, requests, faults", overview["Datastores"]["Total"] == 3 and
          overview["Jobs"][0]["Total"] == 1 and overview["FaultCount"] == 1 and overview["RequestCount"] >= 4, overview)
    codes = {request["Error"] for request in overview["Requests"]}
    check("requests have their errors", {"", "MissingAuthenticationTokenException", HOSTILE} <= codes, codes)
    check("the key and its secret are not there", interop.SECRET not in text + json.dumps(overview), "")
    before = overview["FaultCount"]
    for name, headers in {"another origin": {"Origin": "http://evil.example"}, "another Host": {"Host": "evil.example"},
                          "another site": {"Sec-Fetch-Site": "cross-site"}}.items():
        check(f"no form from {name}", add_faults(server, "{}", **headers)[0] == 403)
    check("no page for another Host", ask(server, "GET", "/_local", {"Host": "evil.example"})[0] == 403)
    check("nothing was added", json.loads(ask(server, "GET", "/_local.json")[2])["FaultCount"] == before)


def where_it_is_served(options):
    for arguments, page, form in ((["--no-page"], False, False), ([], True, False), (["--fault-control"], True, True)):
        server = interop.Server(options.bin, options.data, "--no-auth", *arguments)
        found = tuple(ask(server, "GET", path)[0] == 200 for path in ("/_local", "/_local/faults"))
        check(f"with {arguments}, page and form are there or not", found == (page, form), found)
        check("  healthlake-local ends with 0", server.stop() == 0)
        shutil.rmtree(server.jail, ignore_errors=True)
    refused = subprocess.run([options.bin / "healthlake-local", "--data", options.data, "--s3-root", "/nonexistent",
                              "--no-auth", "--listen", "0.0.0.0:0", "--fault-control"], capture_output=True, text=True)
    check("not on every address of the machine, unless a host is named",
          refused.returncode == 2 and "--page-host" in refused.stderr, refused.stderr)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    options = parser.parse_args()
    server = interop.Server(options.bin, options.data, "--access-key", interop.KEY, "--secret-key", interop.SECRET,
                            "--time-scale", "10", "--fault-control")
    try:
        fill(server)
        over_http(server)
        in_the_browser(server)
    finally:
        check("healthlake-local ends with 0", server.stop() == 0)
        shutil.rmtree(server.jail, ignore_errors=True)
    where_it_is_served(options)
    print(f"{interop.passed} passed, {interop.failed} failed")
    return 1 if interop.failed else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Looks at a built site in Chromium, in a window as narrow as a phone's and in a wide one: no page is wider than the
window, and nothing in it stands out to the right unless it can be scrolled by itself. Pictures are for people.

usage: phone.py HTML [--width N]... [--pictures DIR] [PAGE...]

By default: every page that is not of the reference, and some that are, at 390 and 1280 pixels.
"""
import argparse
import base64
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

REFERENCE = ["classhealthlake_1_1Client.html", "structhealthlake_1_1Error.html", "structhealthlake_1_1CallOptions.html",
             "client_8hpp.html", "annotated.html", "files.html", "namespacehealthlake.html", "examples.html"]
GENERATED = ("class", "struct", "namespace", "concept", "functions", "globals", "dir_", "hierarchy", "union")

# The elements that stand out of the window, unless one around them scrolls, and the width of the page.
MEASURE = """(() => {
  const scrolls = element => {
    for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (at.id !== 'doc-content' && /auto|scroll/.test(style.overflowX) && at.clientWidth <= innerWidth) return true;
    }
    return false;
  };
  const out = [];
  for (const element of document.querySelectorAll('.contents *, .header *')) {
    const box = element.getBoundingClientRect();
    if (box.width > 0 && box.right > innerWidth + 1 && getComputedStyle(element).visibility !== 'hidden' && !scrolls(element))
      out.push(element.tagName.toLowerCase() + '.' + element.className + ' ' + Math.round(box.right) + ' ' +
               element.textContent.trim().slice(0, 40));
  }
  return JSON.stringify({width: document.documentElement.scrollWidth, window: innerWidth, out: out.slice(0, 3)});
})()"""


class Browser:
    """Chromium, spoken to by the DevTools protocol over two pipes."""

    def __init__(self, profile):
        self.read, theirs_out = os.pipe()
        theirs_in, self.write = os.pipe()
        # Chromium expects them at 3 and 4.
        command = ["sh", "-c", f'exec "$0" "$@" 3<&{theirs_in} 4>&{theirs_out}', shutil.which("chromium"), "--headless",
                   "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                   f"--user-data-dir={profile}", "--remote-debugging-pipe", "about:blank"]
        self.process = subprocess.Popen(command, pass_fds=[theirs_in, theirs_out], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        os.close(theirs_in)
        os.close(theirs_out)
        self.rest, self.number, self.session, self.loaded = b"", 0, None, False
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Page.enable")

    def receive(self):
        while b"\0" not in self.rest:
            more = os.read(self.read, 1 << 20)
            if not more:
                sys.exit("chromium ended")
            self.rest += more
        message, _, self.rest = self.rest.partition(b"\0")
        message = json.loads(message)
        self.loaded = self.loaded or message.get("method") == "Page.loadEventFired"
        return message

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    sys.exit(f"{method}: {answer['error']}")
                return answer["result"]

    def open(self, url, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=width < 700)
        self.loaded = False
        self.call("Page.navigate", url=url)
        while not self.loaded:
            self.receive()
        # The theme arranges the page after it was loaded.
        self.call("Runtime.evaluate", expression="new Promise(done => setTimeout(done, 60))", awaitPromise=True)

    def measure(self):
        return json.loads(self.call("Runtime.evaluate", expression=MEASURE)["result"]["value"])

    def picture(self, file):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        file.write_bytes(base64.b64decode(data))

    def close(self):
        os.close(self.write)
        self.process.wait(10)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("html", type=pathlib.Path)
    parser.add_argument("--width", type=int, action="append")
    parser.add_argument("--height", type=int, default=1400)
    parser.add_argument("--pictures", type=pathlib.Path)
    parser.add_argument("pages", nargs="*")
    options = parser.parse_intermixed_args()
    signal.alarm(300)  # a browser that hangs ends this program
    root = options.html.resolve()
    pages = options.pages or [*sorted(
        page.name for page in root.glob("*.html")
        if not page.name.startswith(GENERATED) and not page.stem.endswith(("_8hpp", "-example", "_source"))), *REFERENCE]
    pages = list(dict.fromkeys(page for page in pages if (root / page.partition("#")[0]).is_file()))
    faults = 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(profile)
        for width in options.width or [390, 1280]:
            for page in pages:
                browser.open(f"{root.as_uri()}/{page}", width, options.height)
                found = browser.measure()
                if options.pictures:
                    browser.picture(options.pictures / f"{page.partition('.')[0]}-{width}.png")
                if found["width"] > width or found["window"] > width or found["out"]:
                    faults += 1
                    print(f"{page} at {width}: {found['width']} pixels wide, {'; '.join(found['out'])}")
        browser.close()
    print(f"{len(pages)} pages looked at, {faults} are too wide")
    return 1 if faults or len(pages) < 20 and not options.pages else 0


if __name__ == "__main__":
    sys.exit(main())

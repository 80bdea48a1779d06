"""Runs the scenario of each client against a healthlake-local of its own, and adds up what they say."""
import argparse
import collections
import pathlib
import shutil
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import interop  # the server, its keys and a clean environment

HERE = pathlib.Path(__file__).resolve().parent
# Jobs take 6 seconds at a time scale of 1. They have to be still running when the next command of a client gets there,
# and the AWS command line takes a second or more to start.
QUICK, SLOW = "6", "1"
# Seconds after which a scenario is stopped.
PATIENCE = 150
# How many operations each client has to have called.
PACKAGED, ALL = 13, 26


def lines_of(folder, pattern):
    """The lines of all files, and how often each is there."""
    return collections.Counter(line for path in folder.rglob(pattern) for line in path.read_text("utf-8").splitlines())


class Client:
    def __init__(self, name, operations, scale, *command, **environment):
        self.name, self.operations, self.scale = name, operations, scale
        self.command, self.environment = command, environment

    def run(self, options):
        print(f"\n== {self.name}", flush=True)
        began = time.monotonic()
        server = interop.Server(options.bin, options.data, "--access-key", interop.KEY, "--secret-key", interop.SECRET,
                                "--time-scale", self.scale)
        incoming = server.root / "clinic-bucket" / "incoming"
        shutil.copytree(options.data / interop.STORE, incoming)
        documents = server.root / "clinic-bucket" / "documents"
        documents.mkdir()
        for number in range(3):
            (documents / f"{number}.xml").write_text(f"<ClinicalDocument><id root='{number}'/></ClinicalDocument>\n")
        passed, failed, counts = 0, 0, {"operations": 0, "calls": 0}
        process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True, cwd=server.jail, env={
            **interop.environment(), **self.environment, "HEALTHLAKE_ENDPOINT": server.url,
            "HEALTHLAKE_S3_ROOT": str(server.root), "PYTHONDONTWRITEBYTECODE": "1"})
        stop = threading.Timer(PATIENCE, process.kill)
        stop.start()
        try:
            for line in process.stdout:
                print(line, end="", flush=True)
                passed += line.startswith("ok   ")
                failed += line.startswith("FAIL ")
                name, _, number = line.partition(": ")
                if name in counts:
                    counts[name] = int(number)
            status = process.wait(10)
        finally:
            stop.cancel()
            process.kill()
            server_status = server.stop()
        results = server.root / "results-bucket" / "out"
        checks = {
            "the scenario ends with 0": status == 0,
            f"{self.operations} operations were called": counts["operations"] == self.operations,
            "what was exported is what was imported": self._same(incoming, results),
            "imports wrote their manifest": any(results.glob("*-FHIR_IMPORT-*/manifest.json")),
            "no file outside the root": not server.outside(),
            "healthlake-local ends with 0": server_status == 0}
        for name, good in checks.items():
            print(f"{'ok  ' if good else 'FAIL'} {name}")
            passed, failed = passed + good, failed + (not good)
        shutil.rmtree(server.jail, ignore_errors=True)
        print(f"{self.name}: {counts['calls']} calls of {counts['operations']} operations in "
              f"{time.monotonic() - began:.0f} s, {passed} passed, {failed} failed", flush=True)
        return passed, failed, counts["calls"]

    @staticmethod
    def _same(incoming, results):
        imported = lines_of(incoming, "*.ndjson")
        exports = [lines_of(folder, "*.ndjson") for folder in results.glob("*-FHIR_EXPORT-*")]
        return bool(imported) and bool(exports) and all(export == imported for export in exports)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of healthlake-local")
    parser.add_argument("--data", type=pathlib.Path, required=True, help="folder of the data stores")
    parser.add_argument("--conformance", type=pathlib.Path, required=True, help="folder of the conformance data")
    parser.add_argument("--aws", required=True, help="the AWS command line")
    parser.add_argument("--node", required=True)
    parser.add_argument("--js-modules", type=pathlib.Path, required=True, help="folder with the SDK's node_modules")
    parser.add_argument("--go-scenario", type=pathlib.Path, required=True, help="go/scenario.go, built")
    parser.add_argument("--only", action="append", help="run this client only; may be repeated")
    options = parser.parse_args()

    conformance = {"HEALTHLAKE_CONFORMANCE": str(options.conformance.resolve())}
    clients = [
        Client("boto3", PACKAGED, QUICK, sys.executable, HERE / "boto3_scenario.py", **conformance),
        Client("JavaScript SDK", PACKAGED, QUICK, options.node, HERE / "js" / "scenario.mjs",
               options.js_modules.resolve(), AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED="true"),
        Client("Go SDK", PACKAGED, QUICK, options.go_scenario.resolve(), HERE / "facts.json"),
        Client("AWS CLI", PACKAGED, SLOW, sys.executable, HERE / "cli_scenario.py", HEALTHLAKE_AWS_CLI=options.aws),
        Client("service model", ALL, QUICK, sys.executable, HERE / "model_scenario.py", **conformance)]
    began = time.monotonic()
    ran = [(client.name, *client.run(options)) for client in clients
           if not options.only or client.name in options.only]
    passed, failed = sum(one[1] for one in ran), sum(one[2] for one in ran)
    print("\ncalls: " + ", ".join(f"{calls} by {name}" for name, _, _, calls in ran) +
          f"; {time.monotonic() - began:.0f} s")
    print(f"{passed} passed, {failed} failed")
    return 0 if ran and failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())

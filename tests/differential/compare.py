#!/usr/bin/env python3
"""Compares the library with botocore on generated requests and values: signatures and validation.

compare.py PEER MODEL [--requests N] [--values N] [--seed S]

Requests. Invariant: our signer and botocore's SigV4Auth produce the same Authorization, date and token for the same
request. Known differences, which are counted:
- botocore signs the query as it is. AWS specifies that it is percent-encoded: a bare comma is %2C. If a query is not in
  that form (percent-encoded once, no empty parameter), botocore is given the form that is computed here.
- Of a path that ends in `.` or `..`, botocore removes the slash before it, too. RFC 3986, 5.2.4, which AWS refers to,
  keeps it. botocore is then given the path with a slash after it, which by RFC 3986 means the same.

Values. Invariant: botocore refuses nothing that we accept, and of the rules that it checks, it refuses what we refuse.
It checks required members, types, that a union has one member that it knows, and minimum lengths and numbers. It does not
check maxima, patterns, the values of enumerations, the length of blobs and the number of entries of maps. The form of
OutputDataConfig that only the preview of the service had, and that the library still reads, is added to the model.
"""

import argparse
import base64
import collections
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import time
import urllib.parse

import botocore
import botocore.model
import botocore.validate
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

UNRESERVED = "-._~"


def lines_of(peer, mode, count, seed):
    process = subprocess.Popen([peer, mode, str(count), str(seed)], stdout=subprocess.PIPE)
    for line in process.stdout:
        yield json.loads(line)
    if process.wait() != 0:
        raise SystemExit(f"FAILED: {peer} {mode} ended with status {process.returncode}")


def decode(text):
    return base64.b64decode(text).decode("utf-8")


def canonical_query(query):
    """The query with each name and value percent-encoded once, and without empty parameters."""
    pieces = []
    for piece in query.split("&"):
        if not piece:
            continue
        name, _, value = piece.partition("=")
        both = [urllib.parse.quote(urllib.parse.unquote_to_bytes(part), safe=UNRESERVED) for part in (name, value)]
        pieces.append("=".join(both))
    return "&".join(pieces)


def with_equals(query):
    """As botocore completes it: each parameter with a `=`."""
    return "&".join(piece if "=" in piece else piece + "=" for piece in query.split("&")) if query else query


def sign(line, url, added):
    request = AWSRequest(method=line["method"], url=url, data=base64.b64decode(line["body"]))
    for name, value in line["headers"]:
        request.headers.add_header(decode(name), decode(value))
    if "X-Amz-Content-Sha256" in added:
        request.headers["X-Amz-Content-SHA256"] = hashlib.sha256(base64.b64decode(line["body"])).hexdigest()
    auth = SigV4Auth(Credentials(line["access_key"], line["secret_key"], line["token"] or None),
                     line["service"], line["region"])
    request.context["timestamp"] = added["X-Amz-Date"]
    auth._modify_request_before_signing(request)
    canonical = auth.canonical_request(request)
    signature = auth.signature(auth.string_to_sign(request, canonical), request)
    auth._inject_signature_to_request(request, signature)
    return request.headers, canonical


def compare_requests(peer, count, seed):
    begin = time.monotonic()
    counts = collections.Counter()
    causes = collections.Counter()
    failures = []
    for line in lines_of(peer, "requests", count, seed):
        counts["requests"] += 1
        if "refused" in line:
            counts["refused"] += 1
            failures.append(f"our signer refuses {line['method']} {line['url']}: {decode(line['refused'])}")
            continue
        added = {decode(name): decode(value) for name, value in line["added"]}
        target, _, query = line["url"].partition("?")
        canonical = canonical_query(query)
        if with_equals(query) != canonical:
            counts["canonical query"] += 1
            for cause in "!$'()*,;:@+":
                causes[f"a bare {cause}"] += cause in query
            causes["an empty parameter"] += "" in query.split("&")
            causes["%2c in lower case"] += "%2c" in query
            headers, _ = sign(line, line["url"], added)
            counts["botocore itself differs"] += headers["Authorization"] != added["Authorization"]
        if target.endswith(("/.", "/..")):
            counts["dot segment"] += 1
            target += "/"
        url = target + ("?" + canonical if canonical else "")
        headers, text = sign(line, url, added)
        for name in ("Authorization", "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Content-Sha256"):
            if headers.get(name) != added.get(name):
                failures.append(f"{name} of {line['method']} {line['url']}\n  ours: {added.get(name)}\n"
                                f"  botocore: {headers.get(name)}\n{text}")
                break
        else:
            counts["equal"] += 1
    print(f"signatures against botocore {botocore.__version__}, seed {seed}: {counts['requests']} requests, "
          f"{counts['equal']} equal; in {counts['canonical query']}, the query is not in its canonical form, which "
          f"botocore does not make ({counts['botocore itself differs']} of them it signs otherwise): "
          + ", ".join(f"{cause} in {n}" for cause, n in causes.most_common())
          + f"; {counts['dot segment']} paths end in a dot segment; {time.monotonic() - begin:.1f} s")
    return failures


def size_at(value, shape, path):
    """How long or large the value at a path is, and the least that its shape allows; None where botocore looks at none."""
    for step in re.findall(r"[^.\[\]]+|\[\d+\]", path):
        if shape.type_name == "structure":
            value, shape = value[step], shape.members[step]
        elif shape.type_name == "list":
            value, shape = value[int(step[1:-1])], shape.member
        else:
            return None
    if shape.type_name in ("map", "blob") or "min" not in shape.metadata:
        return None
    return (len(value) if hasattr(value, "__len__") else value), shape.metadata["min"]


def too_little(line, shape):
    """Whether something that we refuse is less than the least that is allowed."""
    sizes = [size_at(line["value"], shape, decode(path)) for rule, path in line["violations"] if rule in ("length", "range")]
    return any(size and size[0] < size[1] for size in sizes)


def compare_values(peer, model_path, count, seed):
    begin = time.monotonic()
    description = json.loads(pathlib.Path(model_path).read_text())
    description["shapes"]["OutputDataConfig"]["members"]["S3Uri"] = {"shape": "S3Uri"}
    model = botocore.model.ServiceModel(description)
    validator = botocore.validate.ParamValidator()
    counts = collections.Counter()
    failures = []
    for line in lines_of(peer, "values", count, seed):
        report = validator.validate(line["value"], model.shape_for(line["shape"]))
        errors = [(kind, name) for kind, name, _ in report._errors]
        rules = {rule for rule, _ in line["violations"]}
        counts["values"] += 1
        counts[line["kind"]] += 1
        what = f"{line['shape']} ({line['kind']}): ours {line['violations']}, botocore's {report.generate_report()}, " \
               f"value {json.dumps(line['value'])[:600]}"
        if errors and not rules:
            failures.append("botocore refuses what we accept: " + what)
        elif "missing" in rules and not errors:
            failures.append("botocore accepts what lacks something required: " + what)
        elif not errors and too_little(line, model.shape_for(line["shape"])):
            failures.append("botocore accepts what we find too short or too small: " + what)
        elif any(kind in ("missing required field", "empty input") for kind, _ in errors) and "missing" not in rules:
            failures.append("botocore misses something that we do not: " + what)
        elif any(kind == "invalid length" for kind, _ in errors) and "length" not in rules:
            failures.append("botocore refuses a length that we accept: " + what)
        elif any(kind == "invalid range" for kind, _ in errors) and "range" not in rules:
            failures.append("botocore refuses a number that we accept: " + what)
        elif any(kind == "unknown field" for kind, _ in errors) and "enumeration" not in rules:
            failures.append("botocore does not know a member that we accept: " + what)
        elif any(kind in ("invalid type", "more than one input") for kind, _ in errors):
            failures.append("botocore expects another type: " + what)
        elif errors:
            counts["refused by both"] += 1
        elif rules:
            counts["refused by us alone"] += 1
            for rule in rules:
                counts[f"alone: {rule}"] += 1
        else:
            counts["accepted by both"] += 1
    for kind in ("accepted by both", "refused by both", "valid", "broken", "wild"):
        if not counts[kind] and not failures:
            failures.append(f"nothing was {kind}")
    print(f"validation against botocore {botocore.__version__}, seed {seed}: {counts['values']} values ({counts['valid']} "
          f"valid, {counts['broken']} with one rule broken, {counts['wild']} of any kind): {counts['accepted by both']} "
          f"accepted by both, {counts['refused by both']} refused by both, {counts['refused by us alone']} by us alone ("
          + ", ".join(f"{name[7:]} {n}" for name, n in sorted(counts.items()) if name.startswith("alone: "))
          + f"), 0 by botocore alone; {time.monotonic() - begin:.1f} s" if not failures else "validation: failures")
    return failures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("peer")
    parser.add_argument("model", help="healthlake-2017-07-01.json of the service model")
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--values", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    failures = compare_requests(arguments.peer, arguments.requests, arguments.seed)
    failures += compare_values(arguments.peer, arguments.model, arguments.values, arguments.seed)
    for failure in failures[:20]:
        print("FAILED:", failure)
    if failures:
        print(f"{len(failures)} differences")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

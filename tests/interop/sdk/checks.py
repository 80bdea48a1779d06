"""What the scenarios in Python share: the facts of the scenario, checks that print a line each, and the last lines.

run_clients.py starts each scenario with HEALTHLAKE_ENDPOINT and the usual AWS_* variables set, and counts the lines.
"""
import collections
import json
import os
import pathlib
import sys
import time

FACTS = json.loads(pathlib.Path(__file__).with_name("facts.json").read_text(encoding="utf-8"))
ENDPOINT = os.environ["HEALTHLAKE_ENDPOINT"]
REGION = os.environ["AWS_DEFAULT_REGION"]
KEY, SECRET = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
WRONG_SECRET = "not the secret"

calls = collections.Counter()  # by operation
failures = 0


def check(name, good, found=""):
    global failures
    failures += not good
    print(f"{'ok  ' if good else 'FAIL'} {name}" + ("" if good else f": {found}"), flush=True)
    return good


def check_equal(name, found, expected):
    return check(name, found == expected, found)


def pages_of(fetch, key):
    """All pages of a list: `fetch` takes the token, as NextToken, if there is one."""
    pages, token = [], {}
    while True:
        page = fetch(**token)
        pages.append(page[key])
        if not page.get("NextToken") or len(pages) > 50:
            return pages
        token = {"NextToken": page["NextToken"]}


def check_pages(name, pages, limit, key, expected):
    """That no page is longer than it may be, none but the last shorter, and that each expected id is there once."""
    ids = [entry[key] for page in pages for entry in page]
    sizes = [len(page) for page in pages]
    check(name, len(pages) > 1 and all(size == limit for size in sizes[:-1]) and 0 < sizes[-1] <= limit and
          len(ids) == len(set(ids)) and set(expected) <= set(ids), (sizes, ids, expected))


def until(name, wanted, fetch, seconds=30):
    """Asks until the status is one of `wanted`; gives the last answer. `fetch` gives (status, answer)."""
    deadline = time.monotonic() + seconds
    while True:
        status, answer = fetch()
        if status in wanted or time.monotonic() > deadline:
            check(f"{name}: {status}", status in wanted, answer)
            return answer
        time.sleep(0.05)


def finish():
    print(f"operations: {len(calls)}")
    print(f"calls: {sum(calls.values())}")
    sys.exit(1 if failures else 0)

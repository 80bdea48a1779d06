#!/usr/bin/env python3
"""Prints the figures of a benchmark run and how they stand to each other: ratios.py BENCH.JSON

BENCH.JSON is what healthlake_bench prints with --benchmark_format=json and repetitions. A time is CPU time; the median
of the repetitions counts, and the minimum stands beside it, since noise only ever adds. A ratio is of two medians, and
in brackets of two minima.
"""
import json
import statistics
import sys

# (what, benchmark, the benchmark it is measured by, the most the ratio may be or None)
RATIOS = [
    ("list of 100, decoded, to simdjson", "decode_list/100", "decode_list_simdjson/100", 2.0),
    ("list of 500, decoded, to simdjson", "decode_list/500", "decode_list_simdjson/500", None),
    ("Describe, decoded, to simdjson", "decode_describe", "decode_describe_simdjson", None),
    ("SigV4 to its hashes, OpenSSL", "sign_post<OpensslSha256>", "sign_floor<KeptContext>", 1.5),
    ("SigV4 to its hashes, portable", "sign_post<Sha256>", "sign_floor<Portable>", 1.5),
    ("list of 100, nlohmann's SAX to ours", "decode_list_nlohmann_sax/100", "decode_list/100", None),
    ("list of 100, nlohmann's DOM to ours", "decode_list_nlohmann_dom/100", "decode_list/100", None),
]
# (what, benchmark, the most allocations)
ALLOCATIONS = [
    ("SigV4, OpenSSL", "sign_post<OpensslSha256>", 2),
    ("SigV4, portable", "sign_post<Sha256>", 2),
    ("DescribeFHIRExportJob, whole call", "call_describe", 12),
    ("StartFHIRExportJob, whole call", "call_start", 12),
]


def read(path):
    """{name: {"times": [microseconds...], "allocs": ..., "bytes": ...}}, in the order of the program."""
    to_us = {"ns": 1e-3, "us": 1.0, "ms": 1e3, "s": 1e6}
    results = {}
    with open(path, encoding="utf-8") as file:
        entries = json.load(file)["benchmarks"]
    for entry in entries:
        if entry.get("error_occurred"):
            sys.exit(f"{entry['name']} failed: {entry['error_message']}")
    # Interleaved repetitions are listed in the order of their random run.
    for entry in sorted(entries, key=lambda entry: (entry["family_index"], entry["per_family_instance_index"])):
        if entry["run_type"] != "iteration":
            continue
        result = results.setdefault(entry["run_name"], {"times": []})
        result["times"].append(entry["cpu_time"] * to_us[entry["time_unit"]])
        result.update(allocs=entry["allocs"], bytes=entry["bytes"])
    if not results:
        sys.exit(f"{path}: no benchmark ran; is the filter right?")
    return results


def verdict(value, limit):
    if limit is None:
        return ""
    return f"at most {limit:g}: {'met' if value <= limit else 'MISSED'}"


def main():
    results = read(sys.argv[1])
    median = {name: statistics.median(result["times"]) for name, result in results.items()}
    least = {name: min(result["times"]) for name, result in results.items()}

    print(f"{'':34}{'median us':>11}{'(minimum)':>12}{'allocations':>13}{'bytes':>10}")
    for name, result in results.items():
        print(f"{name:34}{median[name]:11.2f}{f'({least[name]:.2f})':>12}{result['allocs']:13.0f}{result['bytes']:10.0f}")

    print(f"\n{'ratio':40}{'median':>8}{'(minimum)':>12}")
    for what, name, other, limit in RATIOS:
        if name in results and other in results:
            ratio = median[name] / median[other]
            print(f"{what:40}{ratio:8.2f}{f'({least[name] / least[other]:.2f})':>12}  {verdict(ratio, limit)}".rstrip())

    print("\nallocations")
    for what, name, limit in ALLOCATIONS:
        if name in results:
            count = round(results[name]["allocs"])
            print(f"{what:40}{count:8}{'':12}  {verdict(count, limit)}")


if __name__ == "__main__":
    main()

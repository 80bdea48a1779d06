#!/bin/sh
# run.sh [--write] [ROUNDS]: measures this library beside the SDKs for Go, Python and JavaScript, interleaved in one
# run (about two minutes), and prints the ratios. With --write, docs/performance.md and its plot show them. Builds in
# build/peers, or in BUILD. See measure.py.
set -eu
cd "$(dirname "$0")/../../.."

write=
[ "${1:-}" != --write ] || { write=--write && shift; }
rounds=${1:-15}

packages="ca-certificates g++ golang-github-aws-aws-sdk-go-v2-dev golang-go libssl-dev python3 python3-boto3"
# A Node.js from elsewhere brings its own npm, and Debian's would remove it.
command -v node >/dev/null 2>&1 || packages="$packages nodejs"
command -v npm >/dev/null 2>&1 || packages="$packages npm"
# shellcheck disable=SC2086
sh cmake/need_packages.sh $packages

build=${BUILD:-$PWD/build/peers}
mkdir -p "$build/js"
g++ -std=c++20 -O2 -Iinclude tests/bench/peers/ours.cpp tests/bench/allocations.cpp -lcrypto -o "$build/ours"

# Debian's Go packages are sources below /usr/share/gocode, for a GOPATH without modules: nothing is downloaded.
GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$build/gocache GOFLAGS=-p=2 \
  go build -o "$build/go_peer" tests/bench/peers/go/peer.go

# The version that the interoperability tests are run with; installed anew only when that has changed.
pinned=tests/interop/sdk/js/package.json
if ! cmp -s "$pinned" "$build/js/package.json" || [ ! -f "$build/js/installed" ]; then
  rm -rf "$build/js"
  mkdir -p "$build/js"
  cp "$pinned" "$build/js/"
  (cd "$build/js" && npm install --no-audit --no-fund --no-package-lock --loglevel=error && touch installed)
fi

exec /usr/bin/python3 -B tests/bench/peers/measure.py "$build" --rounds "$rounds" $write

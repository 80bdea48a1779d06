#!/bin/sh
# Runs every operation that the packaged clients know (boto3, AWS CLI, JavaScript SDK, Go SDK) against healthlake-local,
# and all 26 operations with a client made from the service model alone; see README.md. Then downloads the results of an
# export from a real S3 server with healthlake-fetch. Installs what is missing, the JavaScript packages below
# build/interop. Arguments are passed on, and then only the clients run: `run.sh --only boto3`.
set -eu
cd "$(dirname "$0")/../../.."

HEALTHLAKE_CONFORMANCE=${HEALTHLAKE_CONFORMANCE:-../shared/conformance}
[ -f "$HEALTHLAKE_CONFORMANCE/model/healthlake-2017-07-01.json" ] || {
  echo "HEALTHLAKE_CONFORMANCE has to name the folder of the conformance data" >&2
  exit 1
}

packages="awscli ca-certificates cmake g++ golang-github-aws-aws-sdk-go-v2-dev golang-go libboost-dev libcli11-dev
  libcurl4-openssl-dev libexpat1-dev libmbedtls-dev libssl-dev make nlohmann-json3-dev python3 python3-boto3"
# A Node.js from elsewhere brings its own npm, and Debian's would remove it.
command -v node >/dev/null 2>&1 || packages="$packages nodejs"
command -v npm >/dev/null 2>&1 || packages="$packages npm"
# shellcheck disable=SC2086
sh cmake/need_packages.sh $packages

cmake --preset default >/dev/null
cmake --build --preset default --target healthlake-local healthlake-fetch

work=build/interop
mkdir -p "$work/js" "$work/go"

# Only when the version asked for has changed.
if ! cmp -s tests/interop/sdk/js/package.json "$work/js/package.json" || [ ! -f "$work/js/installed" ]; then
  rm -rf "$work/js"
  mkdir -p "$work/js"
  cp tests/interop/sdk/js/package.json "$work/js/"
  (cd "$work/js" && npm install --no-audit --no-fund --no-package-lock --loglevel=error && touch installed)
fi

# Debian's Go packages are sources below /usr/share/gocode, for a GOPATH without modules: nothing is downloaded.
GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$PWD/$work/go/cache GOFLAGS=-p=2 \
  go build -o "$work/go/scenario" tests/interop/sdk/go/scenario.go

# Debian's own interpreter and command line: others on the PATH have other versions of botocore, or none.
python=/usr/bin/python3
[ -x "$python" ] || python=python3
aws=/usr/bin/aws
[ -x "$aws" ] || aws=aws
status=0
if [ $# -eq 0 ]; then
  # Beside the clients: both spend most of their time waiting.
  "$python" -B tests/interop/fetch.py --bin build/bin --data examples/data/datastores --js-modules "$work/js" \
    >"$work/fetch.log" 2>&1 &
  fetch=$!
fi
"$python" -B tests/interop/sdk/run_clients.py --bin build/bin --data examples/data/datastores \
  --conformance "$HEALTHLAKE_CONFORMANCE" --aws "$aws" --node node --js-modules "$work/js" \
  --go-scenario "$work/go/scenario" "$@" || status=1
if [ $# -eq 0 ]; then
  wait "$fetch" || status=1
  cat "$work/fetch.log"
fi
exit $status

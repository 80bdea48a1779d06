#!/bin/sh
# Builds the examples, serves the sample data as a HealthLake service on a free local port, and runs a FHIR export
# against it over HTTP, with signed requests. Shows the files that the export wrote, then removes them.
set -eu
cd "$(dirname "$0")/.."

sh cmake/need_packages.sh ca-certificates cmake g++ libboost-dev libcli11-dev libcurl4-openssl-dev libexpat1-dev \
  libmbedtls-dev libssl-dev make nlohmann-json3-dev

cmake --preset default
cmake --build --preset default

work=$(mktemp -d)
server=
clean_up() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# A key for this server only; it gives access to nothing else.
AWS_ACCESS_KEY_ID=AKIDLOCALEXAMPLE
AWS_SECRET_ACCESS_KEY=local-example-secret
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
unset AWS_SESSION_TOKEN
region=us-east-1

mkdir "$work/s3"
build/bin/healthlake-local --data examples/data/datastores --s3-root "$work/s3" --listen 127.0.0.1:0 --region "$region" \
  --access-key "$AWS_ACCESS_KEY_ID" --secret-key "$AWS_SECRET_ACCESS_KEY" >"$work/server.log" 2>&1 &
server=$!

endpoint=
tries=0
while [ -z "$endpoint" ]; do
  endpoint=$(sed -n 's/^listening on \(http.*\)$/\1/p' "$work/server.log")
  tries=$((tries + 1))
  if [ -z "$endpoint" ] && { [ "$tries" -gt 100 ] || ! kill -0 "$server" 2>/dev/null; }; then
    echo "healthlake-local did not start:" >&2
    cat "$work/server.log" >&2
    exit 1
  fi
  sleep 0.1
done

# Each directory is a data store, named by its id.
datastore=
for folder in examples/data/datastores/*/; do
  if [ -z "$datastore" ] && ls "$folder"*.ndjson >/dev/null 2>&1; then datastore=$(basename "$folder"); fi
done
if [ -z "$datastore" ]; then
  echo "examples/data/datastores contains no data store: a directory with *.ndjson files" >&2
  exit 1
fi

echo
echo "== export of data store $datastore from $endpoint"
status=0
build/bin/healthlake-export --endpoint "$endpoint" --region "$region" --datastore-id "$datastore" \
  --s3-uri s3://example-bucket/export --role-arn arn:aws:iam::123456789012:role/HealthLakeExport \
  --kms-key-id arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555 \
  --job-name example --poll 0.5 --timeout 120 || status=$?
if [ "$status" -ne 0 ]; then
  echo "the export failed with status $status; output of the server:" >&2
  cat "$work/server.log" >&2
  exit "$status"
fi

echo
echo "== files written below s3://example-bucket"
cd "$work/s3/example-bucket"
find . -type f | sort >"$work/files"
while read -r file; do
  printf '%8d lines %10d bytes  %s\n' "$(wc -l <"$file")" "$(wc -c <"$file")" "${file#./}"
done <"$work/files"
first=$(grep '\.ndjson$' "$work/files" | head -n 1)
if [ -z "$first" ] || [ ! -s "$first" ]; then
  echo "the export completed but wrote no resources" >&2
  exit 1
fi
echo
echo "== first line of ${first#./}"
head -n 1 "$first" | cut -c 1-400

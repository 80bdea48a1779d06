#!/bin/sh
# Lets boto3, the AWS command line and healthlake-export talk to healthlake-local over HTTP, signed and verified, and
# looks at the files that come of it. No network beyond the loopback interface.
set -eu
cd "$(dirname "$0")/../.."

sh cmake/need_packages.sh awscli ca-certificates cmake g++ libboost-dev libcli11-dev libcurl4-openssl-dev \
  libmbedtls-dev libssl-dev make nlohmann-json3-dev python3 python3-boto3

cmake --preset default >/dev/null
cmake --build --preset default

# Debian's own interpreter and command line: others on the PATH have other versions of botocore, or none.
python=/usr/bin/python3
[ -x "$python" ] || python=python3
aws=/usr/bin/aws
[ -x "$aws" ] || aws=aws
exec "$python" tests/interop/interop.py --bin build/bin --data examples/data/datastores --aws "$aws"

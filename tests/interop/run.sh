#!/bin/sh
# Lets boto3, the AWS command line and healthlake-export talk to healthlake-local over HTTP, signed and verified, and
# looks at the files that come of it. Then tries out all that healthlake-export can do, where it finds credentials, lets
# hostile servers repeat every secret to it, and looks at the page of healthlake-local in Chromium. The programs are those
# that cmake --install installs. No network beyond the loopback interface.
set -eu
cd "$(dirname "$0")/../.."

sh cmake/need_packages.sh awscli ca-certificates chromium cmake g++ libboost-dev libcli11-dev libcurl4-openssl-dev \
  libexpat1-dev libmbedtls-dev libssl-dev make nlohmann-json3-dev openssl python3 python3-boto3

cmake --preset default >/dev/null
cmake --build --preset default
installed=$(mktemp -d)
trap 'rm -rf "$installed"' EXIT
cmake --install build --prefix "$installed" >/dev/null
bin=$installed/bin

# Debian's own interpreter and command line: others on the PATH have other versions of botocore, or none.
python=/usr/bin/python3
[ -x "$python" ] || python=python3
aws=/usr/bin/aws
[ -x "$aws" ] || aws=aws
failed=0
"$python" tests/interop/interop.py --bin "$bin" --data examples/data/datastores --aws "$aws" || failed=1
"$python" tests/interop/export_program.py --bin "$bin" --data examples/data/datastores || failed=1
"$python" tests/interop/export_credentials.py --bin "$bin" || failed=1
"$python" tests/interop/hostile.py --bin "$bin" || failed=1
"$python" tests/interop/rest_export.py --bin "$bin" --data examples/data/datastores || failed=1
"$python" tests/interop/page.py --bin "$bin" --data examples/data/datastores || failed=1
exit $failed

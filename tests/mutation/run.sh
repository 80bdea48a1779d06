#!/bin/sh
# tests/mutation/run.sh [FOLDER]...: mutation tests of these folders of include/healthlake (run.py says what they are).
#
# Without a folder: of one header, in half a minute; of every folder if HEALTHLAKE_NIGHTLY is 1, in about two hours.
set -u
cd "$(dirname "$0")/../.." || exit 1
# Debian's, which has the bindings of libclang.
python=/usr/bin/python3

if [ $# -eq 0 ]; then
  if [ "${HEALTHLAKE_NIGHTLY:-}" != 1 ]; then
    exec $python tests/mutation/run.py text --only=base64 --tests=text/base64_test.cpp
  fi
  set -- text core json protocol sign flow server credentials
fi

failed=0
for folder in "$@"; do
  $python tests/mutation/run.py "$folder" || failed=1
done
exit $failed

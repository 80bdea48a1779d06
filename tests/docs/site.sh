#!/bin/sh
# site.sh [OUT]: builds the site (README.md, docs/ and the reference of all headers) in OUT/html, by default
# build/site/html. Fails if a public name has no comment, a link is broken, or a page is too wide for a phone. The last is
# checked if there is a Chromium.
#
# Installs doxygen and doxygen-awesome-css if they are missing.
set -eu
cd "$(dirname "$0")/../.."

sh cmake/need_packages.sh doxygen doxygen-awesome-css python3
out=${1:-build/site}
python3 tests/docs/site/self_test.py .
python3 tests/docs/site/build.py . "$out"
if command -v chromium >/dev/null 2>&1; then
  python3 tests/docs/site/phone.py "$out/html"
else
  echo "there is no chromium, so nobody looked at the pages"
fi

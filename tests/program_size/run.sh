#!/bin/sh
# run.sh: builds the program of the README that starts an export and waits for it, with libcurl and OpenSSL as shared
# libraries, and checks how large it is and that nothing of it runs before main or in a thread. Takes seconds.
set -eu
cd "$(dirname "$0")/../.."

sh cmake/need_packages.sh binutils g++ libcurl4-openssl-dev libssl-dev python3
exec python3 tests/program_size/check.py

#!/bin/sh
# run.sh [BUILD]: the programs of examples/snippets, and healthlake-local as the server of those that need one, under
# valgrind. BUILD is a build folder of the tests (default build/dev).
#
# Invariant: no program reads what is not initialized or not its own, and none loses memory. What a program prints is not
# compared here; its own test does that.
set -eu
cd "$(dirname "$0")/../.."

sh cmake/need_packages.sh python3 valgrind
programs=$(cd "${1:-build/dev}/bin" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/logs"

# A program of the same name that runs the real one under valgrind.
under_valgrind() {
  cat >"$work/bin/$1" <<END
#!/bin/sh
exec valgrind -q --leak-check=full --show-leak-kinds=definite --log-file="$work/logs/$1.%p" "$programs/$1" "\$@"
END
  chmod +x "$work/bin/$1"
}

count=0
with_server=
for program in "$programs"/snippet_*; do
  name=$(basename "$program")
  under_valgrind "$name"
  count=$((count + 1))
  case $name in
    snippet_blocking_curl | snippet_first_call | snippet_async_beast) with_server="$with_server $work/bin/$name" ;;
    snippet_fuzz_target) "$work/bin/$name" tests/fuzz/seeds/read_response >/dev/null ;;
    snippet_fuzz_my_transport) "$work/bin/$name" tests/fuzz/seeds/my_transport >/dev/null ;;
    snippet_credentials) AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=s AWS_EC2_METADATA_DISABLED=true \
      AWS_REGION=eu-west-2 AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null "$work/bin/$name" >/dev/null ;;
    *) "$work/bin/$name" >/dev/null ;;
  esac
done
under_valgrind docs_healthlake_local
# shellcheck disable=SC2086  # one program per word
python3 tests/docs/with_server.py --slow --server="$work/bin/docs_healthlake_local" --data=examples/data/datastores \
  $with_server >/dev/null

failed=0
for log in "$work"/logs/*; do
  [ -s "$log" ] || continue
  echo "$(basename "$log"):"
  cat "$log"
  failed=1
done
echo "$((count + 1)) programs"
exit $failed

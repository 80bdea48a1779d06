#!/bin/sh
# need_packages.sh PACKAGE...: makes sure that these Debian packages are installed. Installs what is missing if it may
# (root, or sudo), and says what to install otherwise. On other systems it does nothing: CMake will say what it misses.
set -eu

command -v dpkg-query >/dev/null 2>&1 || exit 0

missing=
for package in "$@"; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

sudo=
if [ "$(id -u)" -ne 0 ]; then
  # sudo may ask for a password only where there is someone to ask.
  if command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    sudo=sudo
  else
    echo "missing packages; install them first: apt-get install$missing" >&2
    exit 1
  fi
fi
echo "installing$missing"
$sudo apt-get update -q
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing

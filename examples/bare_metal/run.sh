#!/bin/sh
# Builds the programs for a Cortex-M4, runs each in qemu against the scripted peer, and prints their flash, RAM, heap and
# stack. Fails if a program or its peer fails, or if a limit of docs/bare-metal.md is exceeded.
set -eu
cd "$(dirname "$0")/../.."

sh cmake/need_packages.sh gcc-arm-none-eabi libnewlib-arm-none-eabi libstdc++-arm-none-eabi-newlib make python3 \
  qemu-system-arm

build=$PWD/build/bare_metal
make -C examples/bare_metal -j 2 --no-print-directory BUILD="$build"

# run <program> <script>: the serial line is qemu's standard input and output, the console its standard error.
run() {
  echo
  echo "== $1"
  status=0
  python3 examples/bare_metal/peer.py "$2" qemu-system-arm -M mps2-an386 -display none -monitor none -serial stdio \
    -semihosting-config enable=on,target=native -kernel "$build/$1.elf" >"$build/$1.log" 2>&1 || status=$?
  cat "$build/$1.log"
  [ "$status" -eq 0 ] || exit "$status"
}
run empty none
run sign_only sign
run export_start_describe export
run all_operations all

echo
python3 examples/bare_metal/sizes.py "$build"

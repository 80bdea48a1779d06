#!/bin/sh
# Builds the programs for a Cortex-M4, and one of them for a Cortex-M0 too, runs each in qemu against the scripted peer,
# and prints their flash, RAM, heap and stack. Fails if a program or its peer fails, or if a limit of docs/bare-metal.md is exceeded.
set -eu
cd "$(dirname "$0")/../.."

sh cmake/need_packages.sh gcc-arm-none-eabi libnewlib-arm-none-eabi libstdc++-arm-none-eabi-newlib make python3 \
  qemu-system-arm

build=$PWD/build/bare_metal
make -C examples/bare_metal -j 2 --no-print-directory BUILD="$build"
make -C examples/bare_metal -j 2 --no-print-directory BUILD="$build/microbit" BOARD=microbit PROGRAMS=export_start_describe

# run <program> <script> <machine> <folder>: the serial line is qemu's standard input and output, the console its standard error.
run() {
  echo
  echo "== $1 on $3"
  status=0
  python3 examples/bare_metal/peer.py "$2" qemu-system-arm -M "$3" -display none -monitor none -serial stdio \
    -semihosting-config enable=on,target=native -kernel "$4/$1.elf" >"$4/$1.log" 2>&1 || status=$?
  cat "$4/$1.log"
  [ "$status" -eq 0 ] || exit "$status"
}
run empty none mps2-an386 "$build"
run sign_only sign mps2-an386 "$build"
run sign_class sign mps2-an386 "$build"
run export_start_describe export mps2-an386 "$build"
run all_operations all mps2-an386 "$build"
run export_start_describe export microbit "$build/microbit"

echo
python3 examples/bare_metal/sizes.py "$build"

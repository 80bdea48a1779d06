#!/bin/sh
# run.sh libcxx | ubsan | s390x | armhf | i686 | mingw: tests the library on platforms other than x86-64 with g++ or
# clang 14.
#
#   libcxx  clang 19 with libc++: every header compiles, and the tests of the directories below run
#   ubsan   g++ with -fsanitize=undefined: the tests of the directories below run
#   s390x   64 bits, big-endian   \
#   armhf   32 bits                > Debian's cross compilers: the tests of the directories below run under qemu-user
#   i686    32 bits, x87          /
#   mingw   Windows: every header that does not need POSIX compiles (see docs/platforms.md)
#
# The tests of sign/openssl.hpp and sign/mbedtls.hpp are left out: they need those libraries for the target.
set -eu
cd "$(dirname "$0")/../.."

platform=${1-}
folders="text core json sign protocol"
warnings="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wno-psabi -Werror"
work=build/platforms/$platform
mkdir -p "$work/include" "$work/objects"
# The two header-only libraries of the tests, and nothing else of the machine's include directory.
for library in doctest nlohmann; do
  [ -e "$work/include/$library" ] || ln -s "/usr/include/$library" "$work/include/$library"
done

headers() { (cd include && find healthlake -name '*.hpp' ! -name '*src.hpp' | sort); }

# compile_headers <command>...: compiles each header of standard input by itself, also after a failure.
compile_headers() {
  xargs -P 2 -I{} sh -c 'header=$1; shift; echo "#include \"$header\"" | "$@" -fsyntax-only -x c++ - ||
    { echo "$header does not compile"; exit 1; }' sh {} "$@"
}

# run_tests <runner> <command>...: builds one program of all tests of $folders and runs it.
run_tests() {
  runner=$1
  shift
  for folder in $folders; do ls tests/"$folder"/*_test.cpp; done | grep -vE '/(openssl|mbedtls)_test' |
    xargs -P 2 -I{} sh -c 'source=$1; objects=$2; shift 2
      "$@" -c "$source" -o "$objects/$(echo "$source" | tr / _).o" || { echo "$source does not compile"; exit 1; }' \
      sh {} "$work/objects" "$@"
  "$@" tests/main.cpp "$work"/objects/*.o -o "$work/tests"
  $runner "$work/tests"
}

common="-std=c++20 -Iinclude -I. -isystem $work/include"
rm -f "$work"/objects/*.o
# Word splitting of the lists above is intended.
# shellcheck disable=SC2086
case $platform in
  libcxx)
    sh cmake/need_packages.sh clang-19 doctest-dev libboost-dev libc++-19-dev libc++abi-19-dev libcurl4-openssl-dev \
      libexpat1-dev libmbedtls-dev libssl-dev nlohmann-json3-dev
    compiler="clang++-19 -stdlib=libc++"
    # Asio of Boost 1.74 uses std::result_of, which C++20 has removed and libc++ with it.
    headers | compile_headers $compiler -std=c++20 -Iinclude $warnings -Wsign-conversion \
      -DBOOST_ASIO_HAS_STD_INVOKE_RESULT=1
    run_tests "" $compiler $common $warnings
    ;;
  ubsan)
    sh cmake/need_packages.sh doctest-dev g++ nlohmann-json3-dev
    run_tests "" g++ $common $warnings -fsanitize=undefined -fno-sanitize-recover=all
    ;;
  s390x | armhf | i686)
    case $platform in
      s390x) triplet=s390x-linux-gnu emulator=qemu-s390x ;;
      armhf) triplet=arm-linux-gnueabihf emulator=qemu-arm ;;
      i686) triplet=i686-linux-gnu emulator=qemu-i386 ;;
    esac
    sh cmake/need_packages.sh doctest-dev "g++-$triplet" nlohmann-json3-dev qemu-user
    run_tests "$emulator" "$triplet-g++" -static $common $warnings
    ;;
  mingw)
    sh cmake/need_packages.sh g++-mingw-w64-x86-64-posix nlohmann-json3-dev
    posix='/(transport/(curl|beast)|runtime/random|sign/(openssl|mbedtls)'
    posix="$posix|local/storage/(posix_file|file_store|file_journal|data_directory|src)|credentials/(system|expat))"
    headers | grep -vE "$posix" |
      compile_headers x86_64-w64-mingw32-g++-posix $common $warnings
    ;;
  *)
    echo "usage: sh tests/platforms/run.sh libcxx | ubsan | s390x | armhf | i686 | mingw" >&2
    exit 2
    ;;
esac

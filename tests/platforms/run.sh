#!/bin/sh
# run.sh libcxx | clang22 | ubsan | tsan | s390x | armhf | i686 | mingw | integer: tests the library with compilers,
# standard libraries, processors and sanitizers other than x86-64 with g++ or clang 14.
#
#   libcxx   clang 19 with libc++: every header compiles as C++20, 23 and 26; the tests of the directories below run
#   clang22  clang 22 with libstdc++: the same, and the tests run with -funsigned-char, compiled as C++26
#   ubsan    g++ with -fsanitize=undefined: the tests of the directories below run
#   tsan     clang 14 with -fsanitize=thread: the tests of what threads may share run
#   s390x    64 bits, big-endian, char is unsigned   \
#   armhf    32 bits, char is unsigned                > Debian's cross compilers: the tests run under qemu-user
#   i686     32 bits, x87                            /
#   mingw    Windows: every header that does not need POSIX compiles (see docs/platforms.md)
#   integer  clang 14 with -fsanitize=integer: lists where unsigned numbers wrap; not in .ci/run, see docs/verification.md
#
# The tests are compiled in separate mode. The headers are compiled all together for each standard; with
# HEALTHLAKE_NIGHTLY=1 also each by itself. The tests of sign/openssl.hpp and sign/mbedtls.hpp are left out: they need
# those libraries for the target.
set -eu
cd "$(dirname "$0")/../.."

platform=${1-}
tests=
for folder in text core json sign protocol; do tests="$tests $(ls tests/$folder/*_test.cpp)"; done
bodies=src.hpp
warnings="-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wno-psabi -Werror"
work=build/platforms/$platform
mkdir -p "$work/include" "$work/objects"
# The two header-only libraries of the tests, and nothing else of the machine's include directory.
for library in doctest nlohmann; do
  [ -e "$work/include/$library" ] || ln -s "/usr/include/$library" "$work/include/$library"
done

headers() { (cd include && find healthlake -name '*.hpp' ! -name '*src.hpp' | sort); }

# compile_headers <command>...: compiles the headers of standard input in one file, and with HEALTHLAKE_NIGHTLY=1 each by
# itself, also after a failure.
compile_headers() {
  sed 's/.*/#include "&"/' >"$work/headers.cpp"
  "$@" -fsyntax-only "$work/headers.cpp"
  [ "${HEALTHLAKE_NIGHTLY-}" != 1 ] ||
    xargs -d '\n' -P 2 -I{} sh -c 'line=$1; shift; echo "$line" | "$@" -fsyntax-only -x c++ - ||
      { echo "$line does not compile"; exit 1; }' sh {} "$@" <"$work/headers.cpp"
}

# run_tests <runner> <command>...: builds one program of $tests, with the function bodies of $bodies, and runs it.
run_tests() {
  runner=$1
  shift
  for body in $bodies; do echo "#include \"healthlake/$body\"" >"$work/bodies_$(echo "$body" | tr / _).cpp"; done
  # shellcheck disable=SC2086
  ls $tests tests/main.cpp "$work"/bodies_*.cpp | grep -vE "/(openssl|mbedtls)_test" |
    xargs -P 2 -I{} sh -c 'source=$1; objects=$2; shift 2
      "$@" -c "$source" -o "$objects/$(echo "$source" | tr / _).o" || { echo "$source does not compile"; exit 1; }' \
      sh {} "$work/objects" "$@" -DHEALTHLAKE_SEPARATE_COMPILATION
  # shellcheck disable=SC2086
  "$@" "$work"/objects/*.o -o "$work/tests" ${libraries-}
  $runner "$work/tests"
}

common="-std=c++20 -Iinclude -I. -isystem $work/include"
rm -f "$work"/objects/*.o "$work"/bodies_*.cpp
# Word splitting of the lists above is intended.
# shellcheck disable=SC2086
case $platform in
  libcxx)
    sh cmake/need_packages.sh clang-19 doctest-dev libboost-dev libc++-19-dev libc++abi-19-dev libcurl4-openssl-dev \
      libexpat1-dev libmbedtls-dev libssl-dev nlohmann-json3-dev
    compiler="clang++-19 -stdlib=libc++"
    # Asio of Boost 1.74 uses std::result_of, which C++20 has removed and libc++ with it.
    for standard in c++20 c++23 c++26; do
      headers | compile_headers $compiler -std=$standard -Iinclude $warnings -Wsign-conversion \
        -DBOOST_ASIO_HAS_STD_INVOKE_RESULT=1
    done
    run_tests "" $compiler $common $warnings
    ;;
  clang22)
    sh cmake/need_packages.sh clang-22 doctest-dev libboost-dev libcurl4-openssl-dev libexpat1-dev libmbedtls-dev \
      libssl-dev nlohmann-json3-dev
    for standard in c++20 c++23 c++26; do
      headers | compile_headers clang++-22 -std=$standard -Iinclude $warnings -Wsign-conversion
    done
    # doctest uses __COUNTER__, which this version takes for an extension of a coming C.
    run_tests "" clang++-22 $common $warnings -Wno-c2y-extensions -std=c++26 -funsigned-char
    ;;
  ubsan)
    sh cmake/need_packages.sh doctest-dev g++ nlohmann-json3-dev
    run_tests "" g++ $common $warnings -fsanitize=undefined -fno-sanitize-recover=all
    ;;
  tsan)
    sh cmake/need_packages.sh clang-14 doctest-dev libboost-dev libclang-rt-14-dev libcurl4-openssl-dev libexpat1-dev \
      libssl-dev nlohmann-json3-dev
    # Those that use threads; but not those that replace operator new, which the sanitizer does itself.
    tests="$(grep -lE 'std::j?thread|scripted_peer' tests/*/*_test.cpp tests/*/*/*_test.cpp | grep -v ^tests/exceptions/)"
    bodies="src.hpp credentials/src.hpp testing/src.hpp transport/src.hpp transport/curl_src.hpp transport/beast_src.hpp"
    libraries="-lcurl -lexpat -lssl -lcrypto -lpthread"
    run_tests "" clang++-14 $common $warnings -fsanitize=thread -g1
    ;;
  integer)
    sh cmake/need_packages.sh clang-14 doctest-dev libclang-rt-14-dev nlohmann-json3-dev
    run_tests "" clang++-14 $common $warnings -fsanitize=integer -fno-sanitize=unsigned-shift-base -g1
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
    echo "usage: sh tests/platforms/run.sh libcxx | clang22 | ubsan | tsan | s390x | armhf | i686 | mingw | integer" >&2
    exit 2
    ;;
esac

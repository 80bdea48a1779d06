// Invariants: a token is what the file has between white space, or nothing is; an error names the file and shows none
// of its content.
#include "healthlake/credentials/token_file.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <string>

#include "../support/test_machine.hpp"

using namespace healthlake;

namespace {
std::string error_of(TestMachine& machine) {
  auto const token = detail::read_token(machine, "/run/token");
  return token ? "a token" : token.error();
}
}  // namespace

TEST_CASE("token file: the token stands between white space") {
  TestMachine machine;
  for (auto const* content : {"abc.DEF-1", " \tabc.DEF-1\r\n\n", "abc.DEF-1\n"}) {
    machine.files["/run/token"] = content;
    auto const token = detail::read_token(machine, "/run/token");
    REQUIRE(token);
    CHECK(token->reveal() == "abc.DEF-1");
  }
  machine.files["/run/token"] = "Bearer abc";
  CHECK(detail::read_token(machine, "/run/token")->reveal() == "Bearer abc");
  machine.files["/run/token"] = std::string(max_token_file_bytes, 'x');
  CHECK(detail::read_token(machine, "/run/token"));
}

TEST_CASE("token file: what is wrong with it") {
  TestMachine machine;
  CHECK(error_of(machine) == "the token file /run/token does not exist");
  machine.files["/run/token"] = " \n";
  CHECK(error_of(machine) == "the token file /run/token is empty");
  for (auto const* content : {"abc\ndef", "abc\x01", "abc\xC3\xA9"}) {
    machine.files["/run/token"] = content;
    CHECK(error_of(machine) ==
          "the token file /run/token contains a line break, another control or a non-ASCII character");
  }
  machine.files["/run/token"] = std::string(max_token_file_bytes + 1, 'x');
  CHECK(error_of(machine) == "the token file /run/token is larger than 65536 bytes");
  machine.locked_files = {"/run/token"};
  CHECK(error_of(machine) == "the token file /run/token cannot be read: Permission denied");
}

TEST_CASE("token file: a message shows at most 256 characters of its path, and no control") {
  TestMachine machine;
  for (std::size_t const size : {std::size_t{256}, std::size_t{257}}) {
    auto const token = detail::read_token(machine, "/" + std::string(size - 1, 'p'));
    REQUIRE(!token);
    CHECK(token.error() == "the token file /" + std::string(255, 'p') + (size > 256 ? "..." : "") + " does not exist");
  }
  CHECK(detail::read_token(machine, "/t\n").error() == "the token file /t\\x0a does not exist");
}

#include "healthlake/sign/credentials.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <new>
#include <sstream>
#include <string>
#include <utility>

#include "healthlake/sign/environment.hpp"

using namespace healthlake;

// Called when any array of this program is freed, so that a test can inspect what a secret leaves behind.
namespace {
void const* watched = nullptr;
std::size_t watched_size = 0;
int freed_clean = 0;
int freed_dirty = 0;

void look_before_free(void const* memory) {
  if (memory == nullptr || memory != watched) return;
  auto const* bytes = static_cast<char const*>(memory);
  bool const clean = std::all_of(bytes, bytes + watched_size, [](char c) { return c == 0; });
  ++(clean ? freed_clean : freed_dirty);
  watched = nullptr;
}

void watch(Secret const& secret) {
  watched = secret.reveal().data();
  watched_size = secret.reveal().size();
  freed_clean = 0;
  freed_dirty = 0;
}
}  // namespace

void* operator new[](std::size_t size) {
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) std::abort();
  return memory;
}
void operator delete[](void* memory) noexcept {
  look_before_free(memory);
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  look_before_free(memory);
  std::free(memory);
}

namespace {
template <class T>
concept Streamable = requires(std::ostream& out, T const& value) { out << value; };
static_assert(!Streamable<Secret>);
static_assert(!Streamable<Credentials>);
static_assert(Streamable<std::string>);
static_assert(!std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_convertible_v<std::string_view, Secret>);

using Variables = std::map<std::string, std::string>;
Result<Credentials> read(Variables const& variables) {
  return credentials_from(
      [&](char const* name) {
        auto const found = variables.find(name);
        return found == variables.end() ? nullptr : found->second.c_str();
      },
      "a map");
}
std::string failure(Variables const& variables) {
  auto const credentials = read(variables);
  REQUIRE_FALSE(credentials);
  auto const* setup = credentials.error().as<SetupError>();
  REQUIRE(setup != nullptr);
  CHECK(setup->phase == SetupPhase::credentials);
  CHECK(setup->message.find("looked for in a map") != std::string::npos);
  return setup->message;
}
}  // namespace

TEST_CASE("a secret keeps, copies and moves its string") {
  Secret secret{"wJalrXUtnFEMI"};
  CHECK(secret.reveal() == "wJalrXUtnFEMI");
  CHECK_FALSE(secret.empty());
  Secret const copy = secret;
  CHECK(copy == secret);
  CHECK(copy.reveal().data() != secret.reveal().data());
  Secret moved = std::move(secret);
  CHECK(moved == copy);
  CHECK(secret.empty());
  CHECK(secret.reveal().empty());
  Secret assigned{"other"};
  CHECK_FALSE(assigned == copy);
  assigned = copy;
  CHECK(assigned == copy);
  auto const& self = assigned;
  assigned = self;
  CHECK(assigned == copy);
  auto& same = assigned;
  assigned = std::move(same);
  CHECK(assigned == copy);
  Secret const taken = std::move(assigned);
  CHECK(assigned.empty());  // NOLINT(bugprone-use-after-move)
  Secret target;
  target = std::move(moved);
  CHECK(target == copy);
  CHECK(moved.empty());  // NOLINT(bugprone-use-after-move)
  CHECK(moved.reveal().empty());
  target.clear();
  CHECK(target.empty());
  CHECK(target.reveal().empty());
  CHECK(taken == copy);
  CHECK(Secret{}.empty());
  CHECK(Secret{""} == Secret{});
}

TEST_CASE("a secret is wiped before its memory is freed") {
  SUBCASE("when it is destroyed") {
    Secret secret{"wJalrXUtnFEMI"};
    watch(secret);
    { Secret const gone = std::move(secret); }
    CHECK(freed_clean == 1);
  }
  SUBCASE("when it is cleared") {
    Secret secret{"wJalrXUtnFEMI"};
    watch(secret);
    secret.clear();
    CHECK(freed_clean == 1);
  }
  SUBCASE("when it is copied over") {
    Secret secret{"wJalrXUtnFEMI"};
    Secret const other{"x"};
    watch(secret);
    secret = other;
    CHECK(freed_clean == 1);
  }
  SUBCASE("when it is moved over") {
    Secret secret{"wJalrXUtnFEMI"};
    watch(secret);
    secret = Secret{"x"};
    CHECK(freed_clean == 1);
  }
  CHECK(freed_dirty == 0);
}

TEST_CASE("printed credentials contain at most the access key id") {
  Credentials credentials{"AKIDEXAMPLE", Secret{"wJalrXUtnFEMI"}, {}};
  CHECK(to_string(credentials) == "access key AKIDEXAMPLE");
  credentials.session_token = Secret{"token"};
  CHECK(to_string(credentials) == "access key AKIDEXAMPLE with a session token");
  CHECK(credentials == Credentials{credentials});
  CHECK_FALSE(credentials == Credentials{});
}

TEST_CASE("credentials come from a lookup by name") {
  auto const long_term = read({{"AWS_ACCESS_KEY_ID", "AKID"}, {"AWS_SECRET_ACCESS_KEY", "s3cret/+="}});
  REQUIRE(long_term);
  CHECK(*long_term == Credentials{"AKID", Secret{"s3cret/+="}, {}});
  auto const temporary =
      read({{"AWS_ACCESS_KEY_ID", "ASIA"}, {"AWS_SECRET_ACCESS_KEY", "s"}, {"AWS_SESSION_TOKEN", "t//=="}});
  REQUIRE(temporary);
  CHECK(*temporary == Credentials{"ASIA", Secret{"s"}, Secret{"t//=="}});
  auto const empty_token =
      read({{"AWS_ACCESS_KEY_ID", "AKID"}, {"AWS_SECRET_ACCESS_KEY", "s"}, {"AWS_SESSION_TOKEN", ""}});
  REQUIRE(empty_token);
  CHECK(empty_token->session_token.empty());
}

TEST_CASE("a lookup may use one buffer for all names") {
  std::string buffer;
  auto const credentials = credentials_from([&](char const* name) {
    buffer = std::string{"of-"} + name;
    return buffer.c_str();
  });
  REQUIRE(credentials);
  CHECK(credentials->access_key_id == "of-AWS_ACCESS_KEY_ID");
  CHECK(credentials->secret_access_key.reveal() == "of-AWS_SECRET_ACCESS_KEY");
  CHECK(credentials->session_token.reveal() == "of-AWS_SESSION_TOKEN");
}

TEST_CASE("what is missing or invalid is named, and no value is shown") {
  auto const none = failure({});
  CHECK(none.find("AWS_ACCESS_KEY_ID is missing") != std::string::npos);
  CHECK(none.find("AWS_SECRET_ACCESS_KEY is missing") != std::string::npos);
  CHECK(none.find("AWS_SESSION_TOKEN") == std::string::npos);
  CHECK(none ==
        "AWS_ACCESS_KEY_ID is missing or empty, AWS_SECRET_ACCESS_KEY is missing or empty (looked for in a map); set "
        "both parts of the access key, and the session token if the key is temporary");

  auto const no_secret = failure({{"AWS_ACCESS_KEY_ID", "AKID"}, {"AWS_SECRET_ACCESS_KEY", ""}});
  CHECK(no_secret.find("AWS_ACCESS_KEY_ID") == std::string::npos);
  CHECK(no_secret.find("AWS_SECRET_ACCESS_KEY is missing or empty") != std::string::npos);

  for (std::string const wrong : {"hidden\n", "hid den", "\thidden", "hidd\xc3\xa9n", "hidden\x7f"}) {
    for (std::string const name : {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}) {
      Variables variables{{"AWS_ACCESS_KEY_ID", "AKID"}, {"AWS_SECRET_ACCESS_KEY", "s"}};
      variables[name] = wrong;
      auto const message = failure(variables);
      CHECK(message.find(name + " contains a space") != std::string::npos);
      CHECK(message.find("hid") == std::string::npos);
    }
  }
}

TEST_CASE("credentials come from the environment") {
  ::setenv("AWS_ACCESS_KEY_ID", "AKIDENV", 1);
  ::setenv("AWS_SECRET_ACCESS_KEY", "fromenv", 1);
  ::unsetenv("AWS_SESSION_TOKEN");
  auto const credentials = credentials_from_environment();
  REQUIRE(credentials);
  CHECK(*credentials == Credentials{"AKIDENV", Secret{"fromenv"}, {}});
  ::unsetenv("AWS_SECRET_ACCESS_KEY");
  auto const missing = credentials_from_environment();
  REQUIRE_FALSE(missing);
  CHECK(to_string(missing.error()).find("AWS_SECRET_ACCESS_KEY is missing or empty (looked for in the environment") !=
        std::string::npos);
  ::unsetenv("AWS_ACCESS_KEY_ID");
}

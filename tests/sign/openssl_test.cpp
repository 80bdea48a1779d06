// Invariant: OpensslSha256 is SHA-256, whether it calls OpenSSL's own code or goes through EVP; and it goes through EVP
// wherever EVP would not run OpenSSL's own code.
#include "healthlake/sign/openssl.hpp"

#include <doctest/doctest.h>

#if OPENSSL_VERSION_NUMBER >= 0x30000000L
#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/params.h>
#endif

#include <algorithm>
#include <cstddef>
#include <utility>

#include "../support/hash_engines.hpp"

using namespace healthlake;

TEST_CASE_TEMPLATE(
    "OpenSSL's SHA-256: the examples of FIPS 180 and RFC 4231, agreement with the portable one, a signature", H,
    OpensslSha256, detail::EvpSha256) {
  hash_engines::check_sha256<H>();
  hash_engines::check_hmac<H>();
  hash_engines::check_against_the_portable_one<H>();
  hash_engines::check_copies<H>();
  hash_engines::check_finish_without_reset<H>();
  hash_engines::check_signature<H>();
}

TEST_CASE("an OpenSSL hash is wiped when it is destroyed") {
  // But for two flags.
  hash_engines::check_wiped<OpensslSha256>(2);
}

TEST_CASE_TEMPLATE("an OpenSSL hash can be moved, and fails after it was moved from", H, OpensslSha256,
                   detail::EvpSha256) {
  H hash;
  H moved{std::move(hash)};
  CHECK(hash_engines::hash_hex(moved, "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Digest digest;
  CHECK_FALSE(hash_of(hash, as_bytes("abc"), digest));  // NOLINT(bugprone-use-after-move)
  H copy{hash};                                         // NOLINT(bugprone-use-after-move)
  CHECK_FALSE(hash_of(copy, as_bytes("abc"), digest));
  hash = moved;
  CHECK(hash_of(hash, as_bytes("abc"), digest));
  // Moved in the middle of a message, it goes on with it, and the other one has none.
  hash.reset();
  hash.update(as_bytes("ab"));
  H onward;
  onward = std::move(hash);
  hash.update(as_bytes("c"));  // NOLINT(bugprone-use-after-move)
  CHECK_FALSE(hash.finish(digest));
  onward.update(as_bytes("c"));
  Digest moved_digest{};
  REQUIRE(onward.finish(moved_digest));
  CHECK(hash_engines::hex(moved_digest) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

#if OPENSSL_VERSION_NUMBER >= 0x30000000L
// As under a policy that no provider of this process satisfies: what is not OpenSSL's own choice is not bypassed.
TEST_CASE("an OpenSSL hash obeys the default properties of its library") {
  struct Policy {
    explicit Policy(char const* properties) { REQUIRE(EVP_set_default_properties(nullptr, properties) == 1); }
    ~Policy() { EVP_set_default_properties(nullptr, ""); }
  };
  Digest digest;
  {
    Policy const nobody{"provider=nobody"};
    OpensslSha256 hash;
    CHECK_FALSE(hash_of(hash, as_bytes("abc"), digest));
    OpensslSha256 moved{std::move(hash)};
    CHECK_FALSE(hash_of(moved, as_bytes("abc"), digest));
  }
  OpensslSha256 hash;
  CHECK(hash_of(hash, as_bytes("abc"), digest));
}

namespace {

// A provider of this test's own, whose SHA-256 is the portable one: it is not OpenSSL's, so that every message has to
// go through EVP.
struct TestProvider {
  static inline int messages = 0;

  static void* make(void*) { return new Sha256; }
  static void free(void* hash) { delete static_cast<Sha256*>(hash); }
  static void* copy(void* hash) { return new Sha256{*static_cast<Sha256*>(hash)}; }
  static int begin(void* hash, OSSL_PARAM const*) {
    ++messages;
    static_cast<Sha256*>(hash)->reset();
    return 1;
  }
  static int update(void* hash, unsigned char const* data, std::size_t size) {
    static_cast<Sha256*>(hash)->update({data, size});
    return 1;
  }
  static int finish(void* hash, unsigned char* out, std::size_t* written, std::size_t size) {
    Digest digest;
    if (size < digest.size() || !static_cast<Sha256*>(hash)->finish(digest)) return 0;
    std::copy(digest.begin(), digest.end(), out);
    *written = digest.size();
    return 1;
  }
  static int sizes(OSSL_PARAM wanted[]) {
    if (OSSL_PARAM* const it = OSSL_PARAM_locate(wanted, OSSL_DIGEST_PARAM_BLOCK_SIZE)) OSSL_PARAM_set_size_t(it, 64);
    if (OSSL_PARAM* const it = OSSL_PARAM_locate(wanted, OSSL_DIGEST_PARAM_SIZE)) OSSL_PARAM_set_size_t(it, 32);
    return 1;
  }
  template <class F>
  static void (*of(F* function))() {
    return reinterpret_cast<void (*)()>(function);
  }
  static OSSL_ALGORITHM const* query(void*, int operation, int* no_cache) {
    static OSSL_DISPATCH const functions[] = {
        {OSSL_FUNC_DIGEST_NEWCTX, of(&make)},      {OSSL_FUNC_DIGEST_FREECTX, of(&TestProvider::free)},
        {OSSL_FUNC_DIGEST_DUPCTX, of(&copy)},      {OSSL_FUNC_DIGEST_INIT, of(&begin)},
        {OSSL_FUNC_DIGEST_UPDATE, of(&update)},    {OSSL_FUNC_DIGEST_FINAL, of(&finish)},
        {OSSL_FUNC_DIGEST_GET_PARAMS, of(&sizes)}, {0, nullptr}};
    static OSSL_ALGORITHM const digests[] = {{"SHA2-256:SHA256", "provider=test", functions, nullptr},
                                             {nullptr, nullptr, nullptr, nullptr}};
    *no_cache = 0;
    return operation == OSSL_OP_DIGEST ? digests : nullptr;
  }
  static int init(OSSL_CORE_HANDLE const* handle, OSSL_DISPATCH const*, OSSL_DISPATCH const** out, void** context) {
    static OSSL_DISPATCH const functions[] = {{OSSL_FUNC_PROVIDER_QUERY_OPERATION, of(&query)}, {0, nullptr}};
    *out = functions;
    *context = const_cast<OSSL_CORE_HANDLE*>(handle);
    return 1;
  }
};

}  // namespace

TEST_CASE("an OpenSSL hash is computed by the provider that the library's default properties choose") {
  CHECK(detail::evp_is_openssl_itself());
  OpensslSha256 own;
  REQUIRE(OSSL_PROVIDER_add_builtin(nullptr, "test", &TestProvider::init) == 1);
  // Loading a provider ends the one that is loaded without being asked for.
  OSSL_PROVIDER* const usual = OSSL_PROVIDER_load(nullptr, "default");
  OSSL_PROVIDER* const test = OSSL_PROVIDER_load(nullptr, "test");
  REQUIRE(usual != nullptr);
  REQUIRE(test != nullptr);
  REQUIRE(EVP_set_default_properties(nullptr, "provider=test") == 1);
  CHECK_FALSE(detail::evp_is_openssl_itself());
  {
    OpensslSha256 other;
    TestProvider::messages = 0;
    CHECK(hash_engines::hash_hex(own, "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(TestProvider::messages == 0);
    CHECK(hash_engines::hash_hex(other, "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(TestProvider::messages == 1);
    hash_engines::check_sha256<OpensslSha256>();
    hash_engines::check_copies<OpensslSha256>();
    hash_engines::check_finish_without_reset<OpensslSha256>();
    hash_engines::check_signature<OpensslSha256>();
    // From the one kind to the other, and back.
    OpensslSha256 onward = own;
    other.reset();
    other.update(as_bytes("ab"));
    onward = other;
    onward.update(as_bytes("c"));
    Digest digest;
    REQUIRE(onward.finish(digest));
    CHECK(hash_engines::hex(digest) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    own.reset();
    onward = own;
    TestProvider::messages = 0;
    CHECK(hash_engines::hash_hex(onward, "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(TestProvider::messages == 0);
  }
  EVP_set_default_properties(nullptr, "");
  OSSL_PROVIDER_unload(test);
  OSSL_PROVIDER_unload(usual);
}
#endif

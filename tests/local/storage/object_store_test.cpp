#include "healthlake/local/storage/object_store.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace healthlake;

TEST_CASE("an S3 URI is a bucket and a key, as they stand there") {
  CHECK(parse_s3_uri("s3://bucket/a/b") == S3Location{"bucket", "a/b"});
  CHECK(parse_s3_uri("s3://bucket/a/b/") == S3Location{"bucket", "a/b/"});
  CHECK(parse_s3_uri("s3://bucket/") == S3Location{"bucket", ""});
  CHECK(parse_s3_uri("s3://bucket") == S3Location{"bucket", ""});
  CHECK(parse_s3_uri("s3://bucket//x") == S3Location{"bucket", "/x"});
  CHECK(parse_s3_uri("s3://bucket/%2e%2e/..") == S3Location{"bucket", "%2e%2e/.."});
  for (std::string const bad :
       {"", "s3:/bucket/a", "s3://", "s3:///a", "S3://bucket/a", "https://bucket/a", "bucket/a"})
    CHECK_MESSAGE(!parse_s3_uri(bad), bad);
}

TEST_CASE("bucket names follow the rules of S3") {
  for (std::string const good : {"abc", "a-b", "a.b.c", "0bucket9", "1.2.3.4.5", "1.2.3", "1.2.3.a", "a.2.3.4",
                                 "amzn-s3-demo-bucket", "xn-bucket"})
    CHECK_MESSAGE(bucket_fault(good).empty(), good);
  CHECK(bucket_fault(std::string(63, 'a')).empty());
  CHECK_FALSE(bucket_fault(std::string(64, 'a')).empty());
  for (std::string const bad : {"",
                                "a",
                                "ab",
                                "..",
                                "...",
                                "a..b",
                                ".ab",
                                "ab.",
                                "-ab",
                                "ab-",
                                "Abc",
                                "a_b",
                                "a/b",
                                "a b",
                                "a\\b",
                                "a%2e",
                                "a:b",
                                "b\xc3\xbc"
                                "ck",
                                "127.0.0.1",
                                "1.2.3.4",
                                "999.999.999.999",
                                "xn--bucket",
                                "sthree-bucket",
                                "bucket-s3alias",
                                "bucket--ol-s3",
                                "bucket.mrap",
                                "bucket--x-s3",
                                "bucket--table-s3"})
    CHECK_MESSAGE(!bucket_fault(bad).empty(), bad);
  CHECK_FALSE(bucket_fault(std::string{"a\0bc", 4}).empty());
  // Not an IP address: other characters than digits, or other numbers of dots.
  for (std::string const good : {"1.2.3.4-5", "1.2.3.4a", "1.2.3-4", "12345"})
    CHECK_MESSAGE(bucket_fault(good).empty(), good);
}

TEST_CASE("a key must have 1 to 1024 bytes of UTF-8") {
  CHECK(key_fault("a/../b").empty());
  CHECK(key_fault(std::string(1024, 'k')).empty());
  CHECK_FALSE(key_fault(std::string(1025, 'k')).empty());
  CHECK_FALSE(key_fault("").empty());
  CHECK_FALSE(key_fault("a\xff").empty());
}

TEST_CASE("memory keeps what was put last, bucket by bucket") {
  MemoryStore store;
  REQUIRE(store.put("one", "b", "1"));
  REQUIRE(store.put("one", "a/x", std::string_view{"\0\n", 2}));
  REQUIRE(store.put("one", "a/y", "old"));
  REQUIRE(store.put("one", "a/y", "new"));
  REQUIRE(store.put("two", "b", "2"));
  CHECK(*store.get("one", "b") == "1");
  CHECK(*store.get("two", "b") == "2");
  CHECK(*store.get("one", "a/y") == "new");
  CHECK(store.get("one", "a/x")->size() == 2);
  CHECK(*store.list("one", "") == std::vector<std::string>{"a/x", "a/y", "b"});
  CHECK(*store.list("one", "a/") == std::vector<std::string>{"a/x", "a/y"});
  CHECK(store.list("one", "c")->empty());
  CHECK(store.list("three", "")->empty());
}

TEST_CASE("memory says why it has or takes no object") {
  MemoryStore store;
  CHECK(store.get("one", "a").error() == "no such bucket");
  REQUIRE(store.put("one", "a", ""));
  CHECK(store.get("one", "b").error() == "no such key");
  CHECK(store.put("Bad", "a", "").error().find("bucket") != std::string::npos);
  CHECK(store.put("one", "", "").error().find("key") != std::string::npos);
  store.deny("one");
  CHECK(store.put("one", "a", "x").error() == "access denied");
  CHECK(*store.get("one", "a") == "");
  CHECK(store.put("two", "a", "x"));
}

#include "healthlake/model/s3_location.hpp"

#include <doctest/doctest.h>

#include <string>

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

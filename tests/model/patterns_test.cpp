#include "healthlake/model/patterns.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>

namespace {
namespace patterns = healthlake::patterns;
using healthlake::Pattern;
using namespace std::string_literals;

void accepts(Pattern const& pattern, std::initializer_list<std::string> texts) {
  for (auto const& text : texts) {
    INFO(pattern.name << ": " << text);
    CHECK(pattern.matches(text));
  }
}

void rejects(Pattern const& pattern, std::initializer_list<std::string> texts) {
  for (auto const& text : texts) {
    INFO(pattern.name << ": " << text);
    CHECK_FALSE(pattern.matches(text));
  }
}

std::string times(std::size_t count, std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < count; ++i) result += text;
  return result;
}

std::string const hex32 = "0123456789abcdef0123456789abcdef";
std::string const account = "123456789012";
}  // namespace

TEST_CASE("identifiers hold letters, separators and numbers of any script, and nine signs") {
  accepts(patterns::identifier, {"", "a", "Z", "0", " ", "_.:/=+-%@", "a1b2-c3", "Ärzte haus", "病院", "مستشفى", "٣",
                                 "½", "Ⅷ", "\u00A0", "\u2028", "\u2029", "\u3000", "\U0001D7FF", times(5000, "é")});
  rejects(
      patterns::identifier,
      {"\t",   "a\n",        "\na",    "\r",     "\0"s,        "a\0b"s, "a,b",  "a;b",   "a#b",      "a*b",
       "a\\b", "a\"b",       "a'b",    "a&b",    "a~b",        "a(b)",  "a[b",  "a]b",   "a^b",      "a`b",
       "a{b",  "a|b",        "a!b",    "a$b",    "a<b",        "a>b",   "a?b",  "\x7F",  "e\u0301",  "\u200B",
       "€",    "\U0001F600", "\u00D7", "\uFFFF", "\U0010FFFF", "\xFF",  "\xC3", "a\x80", "\xC0\xAF", "\xED\xA0\x80"});
}

TEST_CASE("tags are identifiers without the percent sign") {
  accepts(patterns::tag, {"", "cost centre", "_.:/=+-@", "größe=3", "日本", "\u2003"});
  rejects(patterns::tag, {"%", "50%", "a%20b", "\n", "a\0"s, "a,b", "e\u0301", "€", "\xE2\x82"});
}

TEST_CASE("client tokens hold ASCII letters, digits and hyphens") {
  accepts(patterns::client_token, {"a", "-", "0", "AZaz09-", "ec2bc3e8-9df2-4a3b-8d9a-5f31ed3c32ba", times(5000, "x")});
  rejects(patterns::client_token, {"", " ", "a b", "a_b", "a.b", "a/b", "a:b", "a\n", "\na", "\0"s, "a\0"s, "é", "٣",
                                   "a\xFF", "`", "{", "@", "["});
}

TEST_CASE("profile ids are 32 lower-case hexadecimal digits") {
  accepts(patterns::profile_id, {hex32, times(32, "f"), times(32, "0")});
  rejects(patterns::profile_id, {"", "a", hex32.substr(1), hex32 + "0", "g" + hex32.substr(1), "A" + hex32.substr(1),
                                 hex32.substr(1) + "\n", hex32 + "\n", hex32.substr(1) + "\0"s, hex32.substr(2) + "é"});
}

TEST_CASE("page tokens are at most 8192 ASCII characters of any kind") {
  accepts(patterns::ascii,
          {"", "\0"s, "\n\r\t\x7F", "AAMA-EFRSURBSG==", std::string(8191, 'a'), std::string(8192, 'a')});
  rejects(patterns::ascii,
          {std::string(8193, 'a'), "é", "\x80", "a\xFF", "abc\u0080", std::string(8191, 'a') + "\x80"});
}

TEST_CASE("free text is any valid UTF-8 of at most 10000 code points") {
  accepts(patterns::any_text, {"", "\0"s, "\n", "e\u0301", "\uFFFF", "\U0010FFFF", times(10000, "a"),
                               times(10000, "\U0001F600"), times(9999, "\u0301") + "x"});
  rejects(patterns::any_text, {times(10001, "a"), times(10000, "\U0001F600") + "a", times(9999, "\U0001F600") + "aaaa",
                               "\x80", "a\xFF", "\xC0\x80", "\xED\xBF\xBF", times(50, "a") + "\xE2\x82"});
}

TEST_CASE("bounded text is any valid UTF-8 of 1 to 5000 code points") {
  accepts(patterns::bounded_text,
          {"a", "\0"s, "\n", "\u0301", "\U0010FFFF", times(5000, "a"), times(5000, "\U0001F600")});
  rejects(patterns::bounded_text, {"", times(5001, "a"), times(5000, "\U0001F600") + "a",
                                   times(4999, "\U0001F600") + "aa", "\x80", "a\xF4\x90\x80\x80"});
}

TEST_CASE("the bucket of an S3 URI has 3 to 63 characters and ends in letters or digits") {
  for (auto const* pattern : {&patterns::s3_uri, &patterns::sample_data_s3_uri, &patterns::transformation_s3_uri}) {
    accepts(*pattern, {"s3://abc", "s3://a.c", "s3://a-c", "s3://0.9", "s3://a..c", "s3://" + times(63, "a"),
                       "s3://a" + times(61, "-") + "z", "s3://amzn-example-bucket/prefix/", "s3://abc/k", "s3://abc//",
                       "s3://abc/\u00E9\U0001F600", "s3://abc/\0"s, "s3://abc/a b?c#d", "s3://abc/\r\u2028\u0085",
                       "s3://" + times(63, "a") + "/" + times(3000, "k")});
    rejects(*pattern, {"",
                       "s3",
                       "s3://",
                       "s3:/abc",
                       "S3://abc",
                       "s4://abc",
                       " s3://abc",
                       "xs3://abc",
                       "s3://ab",
                       "s3://a",
                       "s3:///k",
                       "s3://ab/k",
                       "s3://" + times(64, "a"),
                       "s3://" + times(64, "a") + "/k",
                       "s3://-bc",
                       "s3://.bc",
                       "s3://ab-",
                       "s3://ab.",
                       "s3://ab-/k",
                       "s3://a" + times(62, "-"),
                       "s3://aBc",
                       "s3://a_c",
                       "s3://a c",
                       "s3://äbc",
                       "s3://abc?x",
                       "s3://abc:80/k",
                       "s3://abc\n",
                       "s3://abc/k\n",
                       "s3://abc/\nk",
                       "s3://abc/\xFF",
                       "s3://abc/\xE2\x82",
                       "s3://abc\0"s,
                       "s3://a\0c"s,
                       "s3://ab\0"s});
  }
}

TEST_CASE("an empty key after the slash is valid in all S3 URIs except those of transformation jobs") {
  accepts(patterns::s3_uri, {"s3://abc/"});
  accepts(patterns::sample_data_s3_uri, {"s3://abc/"});
  rejects(patterns::transformation_s3_uri, {"s3://abc/", "s3://" + times(63, "a") + "/", "s3://abc/\n"});
}

TEST_CASE("role ARNs take any partition, twelve digits and any name") {
  auto const arn = [](std::string const& partition, std::string const& rest) {
    return "arn:aws" + partition + ":iam::" + rest;
  };
  accepts(patterns::iam_role_arn,
          {arn("", account + ":role/r"), arn("-cn", account + ":role/r"), arn("-us-gov", account + ":role/a/b/c"),
           arn("--", account + ":role/x"), arn("-\n", account + ":role/x"), arn("-é", account + ":role/x"),
           arn("-\0"s, account + ":role/x"), arn("", account + ":role/:"), arn("", account + ":role/ü\U0001F600"),
           arn("", account + ":role/\0"s), arn("", account + ":role//"), arn("", account + ":role/\r")});
  rejects(patterns::iam_role_arn, {"",
                                   "arn:aws",
                                   "arn:aws-",
                                   "arn:aws-cn",
                                   "arn:aws:iam",
                                   arn("", account + ":role/"),
                                   arn("", account + ":role"),
                                   arn("-", account + ":role/r"),
                                   arn("cn", account + ":role/r"),
                                   arn("", "12345678901:role/r"),
                                   arn("", account + "3:role/r"),
                                   arn("", "12345678901a:role/r"),
                                   arn("", "12345678901\u0663:role/r"),
                                   arn("", account + ":user/r"),
                                   arn("", account + ":Role/r"),
                                   "arn:aws:iam:us-east-1:" + account + ":role/r",
                                   "ARN:aws:iam::" + account + ":role/r",
                                   arn("", account + ":role/r\n"),
                                   arn("", account + ":role/\n"),
                                   arn("", account + ":role/\xFF"),
                                   arn("-\x80", account + ":role/r"),
                                   arn("-\xE2", account + ":role/r"),
                                   "arn:aws-cn:sts::" + account + ":role/r",
                                   " " + arn("", account + ":role/r")});
}

TEST_CASE("data store ARNs take four partitions besides aws") {
  for (std::string const partition : {"", "-us-gov", "-iso", "-iso-b", "-cn"}) {
    accepts(patterns::datastore_arn, {"arn:aws" + partition + ":healthlake:us-east-1:" + account + ":datastore/x"});
    accepts(patterns::resource_arn,
            {"arn:aws" + partition + ":healthlake:us-east-1:" + account + ":datastore/fhir/" + hex32});
    accepts(patterns::kms_key_id, {"arn:aws" + partition + ":kms:us-east-1:" + account + ":key/x"});
  }
  for (std::string const partition : {"-", "-us", "-us-go", "-us-govt", "-iso-", "-iso-c", "-iso-b-", "-isob", "-eu",
                                      "-cn-cn", "-iso-cn", "-cn-iso-b", "us-gov", "-US-GOV", " ", "\n"}) {
    rejects(patterns::datastore_arn, {"arn:aws" + partition + ":healthlake:us-east-1:" + account + ":datastore/x"});
    rejects(patterns::resource_arn,
            {"arn:aws" + partition + ":healthlake:us-east-1:" + account + ":datastore/fhir/" + hex32});
    rejects(patterns::kms_key_id, {"arn:aws" + partition + ":kms:us-east-1:" + account + ":key/x"});
  }
}

TEST_CASE("data store ARNs") {
  std::string const head = "arn:aws:healthlake:";
  accepts(patterns::datastore_arn,
          {head + "us-east-1:" + account + ":datastore/fhir/" + hex32, head + "-:" + account + ":datastore/x",
           head + "ABC-9:" + account + ":datastore/\U0001F600", head + "a:" + account + ":datastore//",
           head + "a:" + account + ":datastore/\0"s, head + "a:" + account + ":datastore/a:b:c"});
  rejects(patterns::datastore_arn,
          {"", head, head + ":" + account + ":datastore/x", head + "us_east:" + account + ":datastore/x",
           head + "a:" + account + ":datastore/", head + "a:" + account + ":datastore", head + "a::datastore/x",
           head + "a:12345678901:datastore/x", head + "a:" + account + "3:datastore/x",
           head + "a:" + account + "datastore/x", head + "a:" + account + ":Datastore/x",
           head + "a:" + account + ":datastore/x\n", head + "a:" + account + ":datastore/\xFF",
           head + "é:" + account + ":datastore/x", "arn:aws:HealthLake:a:" + account + ":datastore/x",
           "x" + head + "a:" + account + ":datastore/x"});
}

TEST_CASE("resource ARNs name a data store by 32 code points or a profile by 32 hexadecimal digits") {
  std::string const store = "arn:aws:healthlake:us-east-1:" + account + ":datastore/fhir/";
  std::string const profile = "arn:aws:healthlake:us-east-1:" + account + ":dataTransformationProfile/";
  accepts(patterns::resource_arn,
          {store + hex32, store + times(32, "Z"), store + times(32, "\U0001F600"), store + times(32, "/"),
           store + times(31, "a") + "\0"s, store + times(31, "a") + "\u0301", profile + hex32,
           "arn:aws:healthlake:-:" + account + ":datastore/fhir/" + hex32});
  rejects(patterns::resource_arn, {"",
                                   store,
                                   profile,
                                   store + hex32.substr(1),
                                   store + hex32 + "0",
                                   store + times(31, "a") + "\n",
                                   store + times(32, "a") + "\n",
                                   store + times(16, "é"),
                                   store + times(31, "a") + "\xFF",
                                   store + times(31, "a") + "\xE2\x82",
                                   profile + hex32.substr(1),
                                   profile + hex32 + "0",
                                   profile + "A" + hex32.substr(1),
                                   profile + "g" + hex32.substr(1),
                                   profile + hex32.substr(1) + "\n",
                                   "arn:aws:healthlake:US-east-1:" + account + ":datastore/fhir/" + hex32,
                                   "arn:aws:healthlake::" + account + ":datastore/fhir/" + hex32,
                                   "arn:aws:healthlake:a:12345678901:datastore/fhir/" + hex32,
                                   "arn:aws:healthlake:a:" + account + "datastore/fhir/" + hex32,
                                   "arn:aws:healthlake:a:" + account + ":datastore/FHIR/" + hex32,
                                   "arn:aws:healthlake:a:" + account + ":datastore/" + hex32,
                                   "arn:aws:healthlake:a:" + account + ":dataTransformationprofile/" + hex32});
}

TEST_CASE("KMS keys may have any of the parts before the key, in order") {
  accepts(patterns::kms_key_id, {"a",
                                 "-",
                                 "_",
                                 "1234abcd-12ab-34cd-56ef-1234567890ab",
                                 "key/1234abcd",
                                 "alias/ExampleAlias",
                                 "alias/a/b:c_d-e",
                                 "alias/alias/a",
                                 "alias/key/a",
                                 "mrk-1234abcd",
                                 "arn:aws:kms:x",
                                 "arn:aws:kms:key/x",
                                 "arn:aws:kms:alias/x",
                                 "us-east-1:x",
                                 "us-gov-west-1:key/x",
                                 "ap-southeast-2:alias/a",
                                 "123456789012:x",
                                 "123456789012:key/x",
                                 "us-east-1:123456789012:x",
                                 "us-east-1:123456789012",
                                 "arn:aws:kms:123456789012:key/x",
                                 "arn:aws-us-gov:kms:us-gov-west-1:123456789012:alias/aws/s3",
                                 "key",
                                 "alias",
                                 "arn",
                                 "us-east-1",
                                 "us-east-12",
                                 "us-east-1-2",
                                 "123456789012",
                                 "123456789012345",
                                 "key/key",
                                 "alias/us-east-1:123456789012:key/x",
                                 "xx-y-0:a"});
  rejects(patterns::kms_key_id, {"",
                                 "key/",
                                 "alias/",
                                 "/",
                                 "key//x",
                                 "key/x/y",
                                 "key/alias/x",
                                 "Key/x",
                                 "Alias/x",
                                 "alias/a.b",
                                 "alias/é",
                                 "a b",
                                 "a:b",
                                 "a/b",
                                 "x\n",
                                 "\nx",
                                 "x\0"s,
                                 "\0"s,
                                 "é",
                                 "\xFF",
                                 "alias/x\n",
                                 "alias/\xFF",
                                 "x.y",
                                 "keys/x",
                                 "aliass/x",
                                 "arn:aws:kms:",
                                 "arn:aws-:kms:x",
                                 "arn:aws-isox:kms:x",
                                 "arn:aws:kms",
                                 "arn:aws:kms::x",
                                 "arn:aws:s3:x",
                                 "arn:aws:kms:arn:aws:kms:x",
                                 "arn:",
                                 "us-east-1:",
                                 "us-east-12:x",
                                 "us-east-:x",
                                 "us-east:x",
                                 "us--1:x",
                                 "us-1:x",
                                 "u-east-1:x",
                                 "usa-east-1:x",
                                 "US-east-1:x",
                                 "us-gov-west-one-1:x",
                                 "us-gov--1:x",
                                 "us-east-a1:x",
                                 "us-east-1a:x",
                                 "us-east-1::x",
                                 "us-east-1:us-east-1:x",
                                 "us-east-\u0663:x",
                                 "us-\u00E9ast-1:x",
                                 "123456789012:",
                                 "12345678901:x",
                                 "1234567890123:x",
                                 "123456789012:123456789012:x",
                                 "123456789012:us-east-1:x",
                                 "us-east-1:arn:aws:kms:x",
                                 "123456789012:arn:aws:kms:x",
                                 "12345678901a:x",
                                 ":x",
                                 "us-east-1x:123456789012:x",
                                 " arn:aws:kms:x",
                                 "arn:aws:kms:us-east-1:123456789012:",
                                 "arn:aws:kms:us-east-1:123456789012:key/",
                                 "arn:aws:kms:us-east-1:123456789012:alias/"});
}

TEST_CASE("Lambda ARNs end in a function and optionally a version or an alias") {
  std::string const head = "arn:aws:lambda:us-east-1:" + account + ":function:";
  accepts(patterns::lambda_arn, {head + "f", head + "a.b_c-D9", head + "f:$LATEST", head + "f:1", head + "f:prod_1-a",
                                 head + "f:LATEST", "arn:aws:lambda:xx-y-0:" + account + ":function:f"});
  rejects(patterns::lambda_arn, {"",
                                 head,
                                 head + ":1",
                                 head + "f:",
                                 head + "f:$",
                                 head + "f:$latest",
                                 head + "f:$LATES",
                                 head + "f:$LATEST1",
                                 head + "f:$LATEST:1",
                                 head + "f:1:2",
                                 head + "f:a.b",
                                 head + "f/g",
                                 head + "f g",
                                 head + "f\n",
                                 head + "f:1\n",
                                 head + "f:$LATEST\n",
                                 head + "é",
                                 head + "f:é",
                                 head + "f\0"s,
                                 head + "f\xFF",
                                 head + "f$LATEST",
                                 "arn:aws-cn:lambda:cn-north-1:" + account + ":function:f",
                                 "arn:aws:lambda::" + account + ":function:f",
                                 "arn:aws:lambda:us-gov-west-1:" + account + ":function:f",
                                 "arn:aws:lambda:us-east-12:" + account + ":function:f",
                                 "arn:aws:lambda:us-east:" + account + ":function:f",
                                 "arn:aws:lambda:us-east-1" + account + ":function:f",
                                 "arn:aws:lambda:u-east-1:" + account + ":function:f",
                                 "arn:aws:lambda:usx-east-1:" + account + ":function:f",
                                 "arn:aws:lambda:us-east-1:12345678901:function:f",
                                 "arn:aws:lambda:us-east-1:" + account + "3:function:f",
                                 "arn:aws:lambda:us-east-1:12345678901\u0663:function:f",
                                 "arn:aws:lambda:us-east-1:" + account + ":Function:f",
                                 "arn:aws:lambda:us-east-1:" + account + ":layer:f"});
}

TEST_CASE("the list of all patterns is complete") {
  CHECK(patterns::all.size() == 15);
  for (auto const* pattern : patterns::all) {
    CAPTURE(pattern->name);
    CHECK_FALSE(pattern->name.empty());
    CHECK_FALSE(pattern->regex.empty());
    CHECK_FALSE(pattern->matches("\xFF"));
    CHECK_FALSE(pattern->matches(std::string(10'001, '\xBF')));
  }
  static_assert(patterns::kms_key_id.name == "kms_key_id");
}

#include <doctest/doctest.h>

#include <cstddef>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "healthlake/model/patterns.hpp"
#include "tests/support/conformance.hpp"

namespace {
namespace patterns = healthlake::patterns;

// Expressions of the models that are spelled differently from the `regex` of their Pattern: without the outer
// parentheses, which make no difference.
std::map<std::string, std::string> const respelled = {
    {R"([\p{L}\p{Z}\p{N}_.:/=+\-%@]*)", R"(([\p{L}\p{Z}\p{N}_.:/=+\-%@]*))"},
};

// The Pattern that each shape must have.
std::map<std::string, std::string_view> const pattern_of_shape = {
    {"AmazonResourceName", "resource_arn"},
    {"BoundedLengthString", "bounded_text"},
    {"ClientToken", "client_token"},
    {"ClientTokenString", "client_token"},
    {"DataTransformationIamRoleArn", "iam_role_arn"},
    {"DataTransformationJobId", "client_token"},
    {"DataTransformationJobName", "identifier"},
    {"DataTransformationS3Uri", "transformation_s3_uri"},
    {"DatastoreArn", "datastore_arn"},
    {"DatastoreId", "identifier"},
    {"DatastoreName", "identifier"},
    {"EncryptionKeyID", "kms_key_id"},
    {"HealthLakeString", "any_text"},
    {"IamRoleArn", "iam_role_arn"},
    {"JobId", "identifier"},
    {"JobName", "identifier"},
    {"LambdaArn", "lambda_arn"},
    {"Message", "identifier"},
    {"NextToken", "ascii"},
    {"ProfileIdString", "profile_id"},
    {"S3Uri", "s3_uri"},
    {"SampleDataS3Uri", "sample_data_s3_uri"},
    {"String", "any_text"},
    {"TagKey", "tag"},
    {"TagValue", "tag"},
};

// Without the anchors that the preview has and the later model omits: the entire string must match anyway.
std::string normalized(std::string regex) {
  if (regex.starts_with('^')) regex.erase(0, 1);
  if (regex.ends_with('$')) regex.pop_back();
  auto const other = respelled.find(regex);
  return other == respelled.end() ? regex : other->second;
}

healthlake::Pattern const* find_by_regex(std::string_view regex) {
  for (auto const* pattern : patterns::all) {
    if (pattern->regex == regex) return pattern;
  }
  return nullptr;
}

// Checks every pattern of one model; returns how many there were and adds the names of those that were used.
std::size_t check_model(std::string const& path, std::set<std::string_view>& used) {
  auto const model = load_conformance(path);
  std::size_t count = 0;
  for (auto const& item : model.at("shapes").items()) {
    std::string const& shape = item.key();
    auto const& body = item.value();
    if (!body.contains("pattern")) continue;
    ++count;
    auto const regex = body.at("pattern").get<std::string>();
    INFO(path << ", shape " << shape << ": " << regex);
    auto const* pattern = find_by_regex(normalized(regex));
    REQUIRE(pattern != nullptr);
    REQUIRE(pattern_of_shape.contains(shape));
    CHECK(pattern->name == pattern_of_shape.at(shape));
    used.insert(pattern->name);
  }
  return count;
}
}  // namespace

TEST_CASE("every pattern of both models has its matcher, and every matcher its pattern") {
  std::set<std::string_view> used;
  CHECK(check_model("model/healthlake-2017-07-01.json", used) == 24);
  CHECK(used.size() == std::size(patterns::all));
  CHECK(check_model("model/preview-2021-01-04.json", used) == 12);
  CHECK(used.size() == std::size(patterns::all));
}

TEST_CASE("only shapes have patterns, so none is missed") {
  for (char const* path : {"model/healthlake-2017-07-01.json", "model/preview-2021-01-04.json"}) {
    auto const flat = load_conformance(path).flatten();
    std::size_t count = 0;
    for (auto const& [pointer, value] : flat.items()) {
      if (!pointer.ends_with("/pattern")) continue;
      ++count;
      CHECK(pointer.starts_with("/shapes/"));
    }
    CHECK(count == (std::string(path).find("preview") == std::string::npos ? 24 : 12));
  }
}

TEST_CASE("no two constants share a name or an expression") {
  std::set<std::string_view> names;
  std::set<std::string_view> expressions;
  for (auto const* pattern : patterns::all) {
    names.insert(pattern->name);
    expressions.insert(pattern->regex);
  }
  CHECK(names.size() == std::size(patterns::all));
  CHECK(expressions.size() == std::size(patterns::all));
}

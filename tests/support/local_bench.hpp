// A LocalHealthLake under a clock that stands still until it is moved, and typed calls to it.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "healthlake/core/validate.hpp"
#include "healthlake/local/local_healthlake.hpp"
#include "healthlake/model/all.hpp"
#include "healthlake/protocol/aws_json.hpp"

inline constexpr healthlake::Timestamp bench_begin = healthlake::Timestamp::from_seconds(1'786'145'687);

/// Objects in memory, some of which cannot be read, and buckets that cannot be listed.
class FlakyStore final : public healthlake::ObjectStore {
 public:
  std::set<std::string, std::less<>> unreadable{};
  std::set<std::string, std::less<>> unlisted{};

  void deny(std::string bucket) { memory_.deny(std::move(bucket)); }
  healthlake::Result<healthlake::Unit, std::string> put(std::string_view bucket, std::string_view key,
                                                        std::string_view bytes) override {
    return memory_.put(bucket, key, bytes);
  }
  [[nodiscard]] healthlake::Result<std::string, std::string> get(std::string_view bucket,
                                                                 std::string_view key) const override {
    if (unreadable.contains(key)) return healthlake::Unexpected{std::string{"access denied"}};
    return memory_.get(bucket, key);
  }
  [[nodiscard]] healthlake::Result<std::vector<std::string>, std::string> list(std::string_view bucket,
                                                                               std::string_view prefix) const override {
    if (unlisted.contains(bucket)) return healthlake::Unexpected{std::string{"access denied"}};
    return memory_.list(bucket, prefix);
  }

 private:
  healthlake::MemoryStore memory_;
};

struct LocalBench {
  healthlake::Timestamp now = bench_begin;
  FlakyStore objects{};
  healthlake::LocalHealthLake service;
  /// Every text of an error so far.
  std::string errors{};

  explicit LocalBench(healthlake::LocalOptions options = {})
      : service([this] { return now; }, objects, std::move(options)) {}

  void pass(std::int64_t milliseconds) { now = now + healthlake::Milliseconds{milliseconds}; }
  void put(std::string const& key, std::string const& bytes) { REQUIRE(objects.put("bucket", key, bytes)); }
  [[nodiscard]] std::string get(std::string const& key) const {
    auto bytes = objects.get("bucket", key);
    return bytes ? *bytes : "nothing: " + bytes.error();
  }
  [[nodiscard]] std::vector<std::string> keys(std::string const& prefix) const {
    return *objects.list("bucket", prefix);
  }

  template <healthlake::Operation Op>
  healthlake::Result<typename Op::Output> call(typename Op::Input const& input) {
    healthlake::Endpoint const endpoint{.scheme = "http", .authority = "127.0.0.1:8080"};
    auto request = healthlake::write_request<Op>(input, endpoint);
    REQUIRE(request);
    auto reply = service.send(*request);
    REQUIRE(reply);
    auto response = healthlake::read_response<Op>(*reply, {.missing = healthlake::MissingMembers::fail_all});
    if (!response) {
      errors += reply->body + "\n";
      return healthlake::Unexpected{response.error()};
    }
    CHECK(healthlake::violations(response->output, {.unknown_enum_values = false}).empty());
    return std::move(response->output);
  }
  template <healthlake::Operation Op>
  typename Op::Output done(typename Op::Input const& input) {
    auto output = call<Op>(input);
    INFO((output ? std::string{} : to_string(output.error())));
    REQUIRE(output);
    return *std::move(output);
  }
  /// The code of the error, which has to be one that the model lists for the operation.
  template <healthlake::Operation Op>
  std::string refused(typename Op::Input const& input) {
    auto outcome = call<Op>(input);
    REQUIRE_FALSE(outcome);
    auto const* error = outcome.error().template as<healthlake::ServiceError>();
    REQUIRE(error != nullptr);
    auto const& modelled = Op::Errors::list;
    auto const found = std::find_if(modelled.begin(), modelled.end(),
                                    [&](auto const* candidate) { return candidate->code == error->code; });
    REQUIRE(found != modelled.end());
    CHECK(error->http_status == (*found)->traits.http_status);
    CHECK_FALSE(error->message.empty());
    return error->code;
  }

  std::string create_datastore(std::string const& name = "store") {
    return done<healthlake::CreateFHIRDatastore>(
               {.datastore_name = name, .datastore_type_version = healthlake::FHIRVersion::r4})
        .datastore_id;
  }
  std::string active_datastore() {
    std::string id = create_datastore();
    pass(3'000);
    return id;
  }
  std::string datastore_status(std::string const& id) {
    return std::string{done<healthlake::DescribeFHIRDatastore>({id}).datastore_properties.datastore_status.text()};
  }
  /// A profile whose draft was published as often.
  std::string create_profile(healthlake::SourceFormat format = healthlake::SourceFormat::csv, int versions = 1) {
    healthlake::CreateDataTransformationProfileRequest request{.source_format = format, .profile_name = "profile"};
    request.source.value.emplace<2>().profile_mapping = {{"a.map", "secret-mapping"}};
    std::string id = done<healthlake::CreateDataTransformationProfile>(request).profile_id;
    for (int i = 0; i < versions; ++i)
      done<healthlake::PublishDataTransformationProfile>({.profile_id = id, .source_format = format});
    return id;
  }

  /// All pages of a list, each of one item; `items` gives the items of an output.
  template <healthlake::Operation List, class Items>
  auto in_single_pages(typename List::Input input, Items items) {
    std::remove_cvref_t<decltype(items(std::declval<typename List::Output&>()))> all;
    input.max_results = 1;
    do {
      auto page = done<List>(input);
      CHECK(items(page).size() <= 1);
      for (auto& item : items(page)) all.push_back(item);
      input.next_token = page.next_token;
    } while (input.next_token && all.size() < 1'000);
    return all;
  }
};

inline healthlake::OutputDataConfig output_to(std::string uri) {
  return {healthlake::S3Configuration{.s3_uri = std::move(uri), .kms_key_id = "alias/key"}};
}
inline std::string const bench_role = "arn:aws:iam::123456789012:role/service";

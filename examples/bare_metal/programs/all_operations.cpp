// Calls each of the 25 operations once, so that all of them are linked and have run.
#include <algorithm>
#include <iterator>
#include <utility>

#include "device.hpp"
#include "healthlake/model/all.hpp"
using namespace healthlake;

namespace {

// A text for each pattern that a required member has.
std::string_view sample(Constraints const* constraints) {
  constexpr std::pair<grammar::Pattern const*, std::string_view> samples[] = {
      {&grammar::s3_uri, "s3://example-bucket/export"},
      {&grammar::sample_data_s3_uri, "s3://example-bucket/sample"},
      {&grammar::transformation_s3_uri, "s3://example-bucket/input"},
      {&grammar::iam_role_arn, "arn:aws:iam::123456789012:role/HealthLakeExport"},
      {&grammar::resource_arn,
       "arn:aws:healthlake:us-east-1:123456789012:datastore/fhir/c0ffee00c0ffee00c0ffee00c0ffee00"},
      {&grammar::kms_key_id, "alias/my-key"},
      {&grammar::profile_id, "c0ffee00c0ffee00c0ffee00c0ffee00"}};
  for (auto const& [pattern, text] : samples)
    if (constraints && constraints->pattern == pattern) return text;
  return "x1";
}

// Gives every required member a value.
void fill(Type const& type, void* value, Constraints const* constraints) {
  switch (type.kind) {
    case Kind::structure:
      for (auto const& member : type.members)
        if (member.is(required)) fill(member.type(), member.put(value), member.constraints);
      return;
    case Kind::union_: return fill(type.members[0].type(), type.members[0].put(value), type.members[0].constraints);
    case Kind::list:
      return fill(type.list().member(), type.list().append(value), constraints ? constraints->member : nullptr);
    case Kind::map:
      return fill(type.map().value(), type.map().insert(value, "k1"), constraints ? constraints->member : nullptr);
    case Kind::string: *static_cast<std::string*>(value) = sample(constraints); return;
    case Kind::enumeration: static_cast<EnumValue*>(value)->index = 0; return;
    default: return;  // numbers and times keep the value they start with
  }
}

template <Operation Op>
bool call(Device& device) {
  typename Op::Input input{};
  fill(type_of<typename Op::Input>(), &input, nullptr);
  Call<Op> call{input, device.endpoint, device.session, Entropy{device.random}};
  auto const outcome = device.drive<typename Call<Op>::Outcome>(call, [] {});
  print_line(Op::name);
  if (!outcome) print_line(to_string(outcome.error()));
  return outcome.has_value();
}

}  // namespace

int main() {
  Device device;
  bool all = true;
  AllOperations::for_each([&]<class Op>() { all = call<Op>(device) && all; });
  return all ? 0 : 1;
}

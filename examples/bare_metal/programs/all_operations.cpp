// Calls each of the 26 operations once, so that all of them are linked and run.
#include <algorithm>
#include <iterator>
#include <utility>

#include "device.hpp"
#include "healthlake/model/all.hpp"
using namespace healthlake;

namespace {

// A matching string for each pattern of a required member.
std::string_view sample(Rules const* rules) {
  constexpr std::pair<Pattern const*, std::string_view> samples[] = {
      {&patterns::s3_uri, "s3://example-bucket/export"},
      {&patterns::sample_data_s3_uri, "s3://example-bucket/sample"},
      {&patterns::transformation_s3_uri, "s3://example-bucket/input"},
      {&patterns::iam_role_arn, "arn:aws:iam::123456789012:role/HealthLakeExport"},
      {&patterns::resource_arn,
       "arn:aws:healthlake:us-east-1:123456789012:datastore/fhir/c0ffee00c0ffee00c0ffee00c0ffee00"},
      {&patterns::kms_key_id, "alias/my-key"},
      {&patterns::profile_id, "c0ffee00c0ffee00c0ffee00c0ffee00"}};
  for (auto const& [pattern, text] : samples)
    if (rules && rules->pattern == pattern) return text;
  return "x1";
}

// Sets every required member.
void fill(Type const& type, void* value, Rules const* rules) {
  switch (type.kind) {
    case Kind::structure:
      for (auto const& member : type.members)
        if (member.is(required)) fill(member.type(), member.put(value), member.rules);
      return;
    case Kind::union_: return fill(type.members[0].type(), type.members[0].put(value), type.members[0].rules);
    case Kind::list: return fill(type.list().member(), type.list().append(value), rules ? rules->member : nullptr);
    case Kind::map: return fill(type.map().value(), type.map().insert(value, "k1"), rules ? rules->member : nullptr);
    case Kind::string: *static_cast<std::string*>(value) = sample(rules); return;
    case Kind::enumeration: static_cast<EnumValue*>(value)->index = 0; return;
    default: return;  // numbers and times keep their initial value
  }
}

template <Operation Op>
bool call(Device& device) {
  typename Op::Input input{};
  fill(type_of<typename Op::Input>(), &input, nullptr);
  Call<Op> call{input, device.endpoint, device.session, Entropy{device.random}};
  device.drive(call, [] {});
  Error const* const error = call.take();
  print_line(Op::name);
  if (error) print_line(to_string(*error));
  return !error;
}

}  // namespace

int main() {
  Device device;
  bool all = true;
  AllOperations::for_each([&]<class Op>() { all = call<Op>(device) && all; });
  return all ? 0 : 1;
}

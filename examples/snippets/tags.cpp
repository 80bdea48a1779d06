// Tags: add, list, replace and remove them; and handle errors.
#include "in_process.hpp"
using namespace healthlake;

int main() {
  InProcess here;
  auto& client = here.client;
  auto const created = client.create_fhir_datastore({.datastore_type_version = FHIRVersion::r4});
  std::string const arn = value_or_exit(created).output.datastore_arn;
  auto const show = [&] {
    auto const listed = client.list_tags_for_resource({.resource_arn = arn});
    for (auto const& tag : value_or_exit(listed).output.tags.value_or(std::vector<Tag>{}))
      std::printf("%s=%s ", tag.key.c_str(), tag.value.c_str());
    std::puts("");
  };

  value_or_exit(client.tag_resource({.resource_arn = arn, .tags = {{"team", "research"}, {"stage", "test"}}}));
  show();
  value_or_exit(client.tag_resource({.resource_arn = arn, .tags = {{"stage", "production"}}}));
  show();
  value_or_exit(client.untag_resource({.resource_arn = arn, .tag_keys = {"team"}}));
  show();

  // Refused before anything is sent: a key must not be empty. Then by the service: the data store does not exist.
  auto const invalid = client.tag_resource({.resource_arn = arn, .tags = {{"", "x"}}});
  if (!invalid) std::puts(to_string(invalid.error()).c_str());
  auto const unknown = client.list_tags_for_resource(
      {.resource_arn = "arn:aws:healthlake:us-east-1:123456789012:datastore/fhir/" + std::string(32, '0')});
  if (!unknown && unknown.error().as<ServiceError>()) std::puts(unknown.error().as<ServiceError>()->code.c_str());
  return invalid || unknown ? 1 : 0;
}

// The life of a data store: create, list page by page, update and delete it, and wait for each change.
#include "in_process.hpp"
using namespace healthlake;

int main() {
  InProcess here;
  auto& client = here.client;
  auto const status = [&](std::string const& id) {
    auto const described = client.describe_fhir_datastore({.datastore_id = id});
    auto const& properties = value_or_exit(described).output.datastore_properties;
    std::printf("%s %s\n", properties.datastore_name.value_or("unnamed").c_str(),
                std::string{properties.datastore_status.text()}.c_str());
  };

  auto const created = client.create_fhir_datastore({.datastore_name = "clinic",
                                                     .datastore_type_version = FHIRVersion::r4,
                                                     .tags = {{{.key = "team", .value = "research"}}}});
  std::string const id = value_or_exit(created).output.datastore_id;
  status(id);
  if (client.wait<FHIRDatastoreActive>({.datastore_id = id}).end != WaitEnd::success) return 1;
  status(id);

  value_or_exit(client.update_fhir_datastore({.datastore_id = id, .datastore_name = "hospital"}));
  if (client.wait<FHIRDatastoreActive>({.datastore_id = id}).end != WaitEnd::success) return 1;

  for (auto const* name : {"second", "third"})
    value_or_exit(client.create_fhir_datastore({.datastore_name = name, .datastore_type_version = FHIRVersion::r4}));
  auto const pages = client.pages<ListFHIRDatastores>({.max_results = 2}, [](auto const& page) {
    std::printf("page of %zu\n", page.output.datastore_properties_list.size());
    return true;  // continue with the next page
  });
  std::printf("%llu pages\n", static_cast<unsigned long long>(value_or_exit(pages)));

  value_or_exit(client.delete_fhir_datastore({.datastore_id = id}));
  auto const gone = client.wait<FHIRDatastoreDeleted>({.datastore_id = id});
  status(id);
  return gone.end == WaitEnd::success ? 0 : 1;
}

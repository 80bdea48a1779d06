// Invariant: the C++ tables equal the service model, row by row: every operation with its input, output, errors and
// traits; every structure and union with each member's name, order, kind, required flag, token flag, constraints and
// sensitivity; every enumeration's spellings. The list of differences is empty except for the deliberate ones, which
// are in this file.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "healthlake/flow/pager.hpp"
#include "healthlake/model/all.hpp"
#include "healthlake/model/patterns.hpp"
#include "healthlake/model/preview.hpp"
#include "tests/support/conformance.hpp"

using namespace healthlake;
using nlohmann::json;

namespace {

// Compares everything reachable from the operations, and remembers which shapes of the model it has seen.
class Comparison {
 public:
  // An `older` model may lack what was added later: optional members, spellings of enumerations, errors. The string
  // shape of messages had another name then (String), and no shape had an explicit minimum of 0.
  explicit Comparison(json const& model, bool older = false) : shapes_(model.at("shapes")), older_(older) {}

  template <Operation Op>
  void operation(json const& theirs) {
    OperationInfo const& ours = operation_info<Op>;
    std::string const name{ours.name};
    shape(ours.input(), theirs.at("input").at("shape"));
    shape(ours.output(), theirs.at("output").at("shape"));
    equal(name + " hostPrefix", std::string{ours.traits.host_prefix},
          theirs.value("/endpoint/hostPrefix"_json_pointer, std::string{}));
    equal(name + " readonly", ours.traits.readonly, theirs.value("readonly", false));
    equal(name + " idempotent", ours.traits.idempotent, theirs.value("idempotent", false));
    std::set<std::string> our_errors, their_errors;
    for (auto const* error : ours.errors) our_errors.emplace(error->code);
    error_shapes(typename Op::Errors{});
    for (auto const& error : theirs.at("errors")) their_errors.insert(error.at("shape"));
    for (auto const& error : our_errors)
      if (!older_) equal(name + " error " + error, true, their_errors.contains(error));
    for (auto const& error : their_errors) equal(name + " error " + error, our_errors.contains(error), true);
  }

  // The shapes that were not reached.
  [[nodiscard]] std::vector<std::string> unseen() const {
    std::vector<std::string> names;
    for (auto const& [name, shape] : shapes_.items())
      if (!seen_.contains(name)) names.push_back(name);
    return names;
  }
  std::vector<std::string> differences;
  std::size_t members_compared = 0;

 private:
  template <class T>
  void equal(std::string const& what, T const& ours, T const& theirs) {
    if (ours == theirs) return;
    differences.push_back(what + ": ours " + json(ours).dump() + ", the model " + json(theirs).dump());
  }

  template <class... E>
  void error_shapes(Errors<E...>) {
    (error_shape(error_info<E>, type_of<E>()), ...);
  }

  void error_shape(ErrorInfo const& error, Type const& type) {
    if (!shapes_.contains(std::string{error.code})) return;
    json const& theirs = shapes_.at(std::string{error.code});
    equal(std::string{error.code} + " exception", true, theirs.value("exception", false));
    equal(std::string{error.code} + " fault", error.traits.server_fault, theirs.value("fault", false));
    shape(type, std::string{error.code});
  }

  void shape(Type const& ours, std::string const& name) {
    json const& theirs = shapes_.at(name);
    seen_.insert(name);
    bool const union_ = theirs.value("union", false);
    equal(name + " kind", ours.kind == Kind::structure || ours.kind == Kind::union_, true);
    equal(name + " union", ours.kind == Kind::union_, union_);
    equal(name + " name", std::string{ours.shape}, name);
    equal(name + " sensitive", ours.sensitive, theirs.value("sensitive", false));
    if (!compared_.insert(name).second) return;
    auto const required_names = theirs.value("required", std::vector<std::string>{});
    std::set<std::string> const required_set(required_names.begin(), required_names.end());
    std::set<std::string> ours_names;
    for (auto const& member : ours.members) {
      std::string const path = name + "." + std::string{member.name};
      ours_names.emplace(member.name);
      if (!theirs.at("members").contains(std::string{member.name})) {
        if (!older_ || member.is(required)) differences.push_back(path + ": not in the model");
        continue;
      }
      json const& row = theirs.at("members").at(std::string{member.name});
      ++members_compared;
      if (!union_) equal(path + " required", member.is(required), required_set.contains(std::string{member.name}));
      equal(path + " idempotencyToken", member.is(idempotency_token), row.value("idempotencyToken", false));
      target(path, member.type(), member.rules, row.at("shape"));
    }
    for (auto const& [their_name, row] : theirs.at("members").items())
      equal(name + "." + their_name, ours_names.contains(their_name), true);
  }

  // Compares the target of a member, or of a list's member or a map's key or value.
  void target(std::string const& path, Type const& ours, Rules const* rules, std::string const& name) {
    json const& theirs = shapes_.at(name);
    seen_.insert(name);
    std::string const type = theirs.at("type");
    if (type == "structure") return shape(ours, name);
    if (theirs.contains("enum")) return enumeration_of(path, ours, name);
    static std::map<Kind, std::string> const kinds{{Kind::string, "string"},     {Kind::integer, "integer"},
                                                   {Kind::long_integer, "long"}, {Kind::double_, "double"},
                                                   {Kind::boolean, "boolean"},   {Kind::timestamp, "timestamp"},
                                                   {Kind::list, "list"},         {Kind::map, "map"}};
    equal(path + " type", kinds.contains(ours.kind) ? kinds.at(ours.kind) : "?", type);
    constraint(path + " (" + name + ")", rules, name);
    if (type == "list")
      target(path + "[]", ours.list().member(), rules ? rules->member : nullptr, theirs["member"]["shape"]);
    if (type == "map") {
      target(path + "{value}", ours.map().value(), rules ? rules->member : nullptr, theirs["value"]["shape"]);
      constraint(path + "{key}", rules ? rules->key : nullptr, theirs["key"]["shape"]);
      seen_.insert(theirs["key"]["shape"].get<std::string>());
    }
  }

  void enumeration_of(std::string const& path, Type const& ours, std::string const& name) {
    equal(path + " type", ours.kind == Kind::enumeration, true);
    if (ours.kind != Kind::enumeration) return;
    equal(path + " enum", std::string{ours.shape}, name);
    std::vector<std::string> spellings(ours.enumeration().spellings.begin(), ours.enumeration().spellings.end());
    auto const theirs = shapes_.at(name).at("enum").get<std::vector<std::string>>();
    if (!older_) return equal(name + " values", spellings, theirs);
    for (auto const& value : theirs)
      equal(name + " value " + value, std::find(spellings.begin(), spellings.end(), value) != spellings.end(), true);
  }

  void constraint(std::string const& path, Rules const* ours, std::string const& name) {
    json const& theirs = shapes_.at(name);
    static Rules const none{};
    Rules const& c = ours ? *ours : none;
    bool const renamed = older_ && c.shape == "HealthLakeString" && name == "String";
    if (ours && !renamed) equal(path + " shape", std::string{c.shape}, name);
    bool const spelled_out = older_ && c.min == 0 && !theirs.contains("min");
    if (!spelled_out) equal(path + " min", c.min, theirs.value("min", Rules::no_min));
    equal(path + " max", c.max, theirs.value("max", Rules::no_max));
    equal(path + " sensitive", c.sensitive, theirs.value("sensitive", false));
    equal(path + " pattern", c.pattern ? plain(std::string{c.pattern->regex}) : "",
          plain(theirs.value("pattern", std::string{})));
  }

  // Anchors and an outermost group make no difference: the entire string must match, and nothing refers to a group.
  static std::string plain(std::string regex) {
    if (regex.starts_with('^')) regex.erase(0, 1);
    if (regex.ends_with('$')) regex.pop_back();
    if (regex.starts_with("([\\p{L}") && regex.ends_with(")")) regex = regex.substr(1, regex.size() - 2);
    return regex;
  }

  json const& shapes_;
  bool older_;
  std::set<std::string> seen_;
  std::set<std::string> compared_;
};

struct Compare {
  Comparison& comparison;
  json const& operations;
  std::set<std::string>& done;

  template <Operation Op>
  void operator()() {
    std::string const name{Op::name};
    if (!operations.contains(name)) return;
    done.insert(name);
    comparison.template operation<Op>(operations.at(name));
  }
};

std::set<std::string> compare_all(Comparison& comparison, json const& model) {
  std::set<std::string> done;
  AllOperations::for_each(Compare{comparison, model.at("operations"), done});
  return done;
}

void show(std::vector<std::string> const& differences) {
  for (auto const& difference : differences) MESSAGE(difference);
}

}  // namespace

TEST_CASE("the tables are the service model 2017-07-01") {
  json const model = load_conformance("model/healthlake-2017-07-01.json");
  Comparison comparison{model};
  auto const done = compare_all(comparison, model);
  CHECK(done.size() == 26);
  CHECK(model.at("operations").size() == 26);
  CHECK(model.at("shapes").size() == 184);
  CHECK(comparison.members_compared > 250);
  // The preview's form of the union is supported too.
  std::erase(comparison.differences, "OutputDataConfig.S3Uri: not in the model");
  show(comparison.differences);
  CHECK(comparison.differences.empty());
  auto const unseen = comparison.unseen();
  for (auto const& name : unseen) MESSAGE("no operation reaches ", name);
  CHECK(unseen.empty());
}

TEST_CASE("the tables are the preview of 2021-01-04, except for what was added later") {
  json const model = load_conformance("model/preview-2021-01-04.json");
  Comparison comparison{model, true};
  std::set<std::string> done;
  Compare compare{comparison, model.at("operations"), done};
  AllOperations::for_each(compare);
  CHECK(done.size() == 8);
  CHECK(model.at("operations").size() == 8);
  std::vector<std::string> const deliberate{
      // Required since May 2023; the service has always returned it.
      "DeleteFHIRDatastoreRequest.DatastoreId required: ours true, the model false",
      "DescribeFHIRDatastoreRequest.DatastoreId required: ours true, the model false",
      // No longer required since January 2025; a client fills it in either case.
      "StartFHIRExportJobRequest.ClientToken required: ours false, the model true",
      "StartFHIRImportJobRequest.ClientToken required: ours false, the model true",
      // Required since July 2021: model/preview.hpp has the operation without it.
      "StartFHIRImportJobRequest.JobOutputDataConfig: not in the model",
  };
  for (auto const& difference : deliberate) {
    CAPTURE(difference);
    CHECK(std::erase(comparison.differences, difference) > 0);
  }
  show(comparison.differences);
  CHECK(comparison.differences.empty());
}

TEST_CASE("the preview's StartFHIRImportJob is the model's") {
  json const model = load_conformance("model/preview-2021-01-04.json");
  Comparison comparison{model, true};
  comparison.operation<preview::StartFHIRImportJob>(model.at("operations").at("StartFHIRImportJob"));
  show(comparison.differences);
  CHECK(comparison.differences ==
        std::vector<std::string>{"StartFHIRImportJobRequest.ClientToken required: ours false, the model true"});
}

TEST_CASE("every shape has one table and every operation one name") {
  json const model = load_conformance("model/healthlake-2017-07-01.json");
  CHECK(AllOperations::size == model.at("operations").size());
  CHECK(std::string{healthlake_service.target_prefix} == model.at("metadata").at("targetPrefix"));
  CHECK(std::string{healthlake_service.signing_name} == model.at("metadata").at("signingName"));
}

TEST_CASE("what botocore's model lacks: the errors' statuses, their required messages, the paginated lists") {
  json const facts = load_conformance("model/smithy-facts-2026-11.json");
  std::map<std::string, int> statuses;
  std::set<std::string> with_required_message, paginated;
  auto const see = [&]<ErrorShape... E>(Errors<E...>) {
    ((statuses[std::string{error_info<E>.code}] = E::error.http_status), ...);
    for (Type const* type : {&type_of<E>()...})
      if (type->members[0].is(required)) with_required_message.emplace(type->shape);
  };
  AllOperations::for_each([&]<Operation Op>() {
    see(typename Op::Errors{});
    if constexpr (Paginated<Op>) paginated.emplace(Op::name);
  });
  CHECK(statuses.size() == 13);
  for (auto const& fact : facts.at("errors").items()) {
    std::string const& code = fact.key();
    json const& status = fact.value();
    CAPTURE(code);
    // An error without the httpError trait gets the default of a client error (Smithy).
    CHECK(statuses.at(code) == (status.is_null() ? 400 : status.get<int>()));
    statuses.erase(code);
  }
  CHECK(statuses.empty());
  CHECK(with_required_message == facts.at("requiredMessage").get<std::set<std::string>>());
  CHECK(paginated == facts.at("paginated").get<std::set<std::string>>());
}

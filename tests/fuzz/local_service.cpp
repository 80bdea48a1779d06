// Invariants of the local service, under any sequence of requests of all operations, jumps of the clock in either
// direction, and restarts from its journal:
// - no request ends in an exception or an HTTP 500;
// - a request that was accepted under a ClientToken, sent again within the token's lifetime, is accepted and names the
//   same item, whatever has happened to that item since; with another input it is refused;
// - what is reported of a job or a data store only goes forward: a job that ended stays as it is, a data store that was
//   deleted stays so, and one is UPDATING or DELETING only after a request to that end;
// - describing an item returns what the list has of it, and everything that was made is listed;
// - an input that breaks one rule of the model is a ValidationException, and nothing of it is written;
// - a service that continues from the journal reports what its predecessor reported, even if the clock was set back.
//
// An input is a sequence of steps, each of a few bytes; see World::step.
#include <algorithm>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "healthlake/json/decode.hpp"
#include "healthlake/local/local_healthlake.hpp"
#include "healthlake/model/all.hpp"
#include "healthlake/protocol/aws_json.hpp"
#include "healthlake/testing/arbitrary.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {
using namespace healthlake;

constexpr std::string_view datastore_arn = "arn:aws:healthlake:us-east-1:123456789012:datastore/fhir/";
constexpr std::string_view profile_arn = "arn:aws:healthlake:us-east-1:123456789012:dataTransformationProfile/";
constexpr Milliseconds token_lifetime{86'400'000};

// How far a job is; the states that end it are the last.
int progress_of(std::string_view status) {
  if (status == "SUBMITTED") return 0;
  if (status == "QUEUED") return 1;
  if (status == "IN_PROGRESS") return 2;
  return 3;
}

template <class Output>
constexpr bool makes_datastore =
    std::is_same_v<Output, CreateFHIRDatastoreResponse> || std::is_same_v<Output, RestoreFHIRDatastoreResponse>;

// What an operation made, and under which name. Empty for operations that make nothing.
template <class Output>
std::string made_by(Output const& output) {
  if constexpr (makes_datastore<Output>) return output.datastore_id;
  else if constexpr (std::is_same_v<Output, CreateDataTransformationProfileResponse>) return output.profile_id;
  else if constexpr (requires { output.job_id; }) return output.job_id;
  else return {};
}

class World {
 public:
  explicit World(ByteSource& source) : source_(source) {
    options_.max_concurrent_jobs = 1 + source.below(3);
    options_.default_page_size = 1 + source.below(4);
    options_.client_token_lifetime = token_lifetime;
    static_cast<void>(objects_.put("bucket", "in/a.ndjson", "{\"resourceType\":\"Patient\",\"id\":\"1\"}\nbad\n"));
    static_cast<void>(objects_.put("bucket", "in/a.csv", "a,b"));
    start();
  }

  void run() {
    for (int left = 60; left > 0 && !source_.exhausted(); --left) step();
    restart();
  }

 private:
  // One of all operations, with an input of its own or one that was sent before; the clock; a restart.
  void step() {
    switch (source_.below(16)) {
      case 0: return pass(static_cast<std::int64_t>(source_.number(2)));
      case 1: return pass(-static_cast<std::int64_t>(source_.number(2)));
      case 2: return pass(source_.one_in(2) ? token_lifetime.count : static_cast<std::int64_t>(source_.number(4)));
      case 3: return restart();
      case 4: check_told(); return;
      case 5:
      case 6:
      case 7:
      case 8:
        // One of the last few.
        if (!sent_.empty()) sent_[sent_.size() - 1 - source_.below(std::min<std::size_t>(sent_.size(), 8))](*this);
        return;
      case 9: senders()[source_.below(senders().size())](*this); return;
      case 10: breakers()[source_.below(breakers().size())](*this); return;
      default: changers()[source_.below(changers().size())](*this); return;
    }
  }

  using Sender = void (*)(World&);
  static std::vector<Sender> const& senders() {
    static std::vector<Sender> const all = [] {
      std::vector<Sender> found;
      AllOperations::for_each([&]<class Op>() { found.push_back(&World::send_new<Op>); });
      return found;
    }();
    return all;
  }

  // Those that change something: what the others return is looked at by check_told.
  static std::vector<Sender> const& changers() {
    static std::vector<Sender> const all = [] {
      std::vector<Sender> found;
      AllOperations::for_each([&]<class Op>() {
        if (changes_state(Op::name)) found.push_back(&World::send_new<Op>);
      });
      return found;
    }();
    return all;
  }

  static std::vector<Sender> const& breakers() {
    static std::vector<Sender> const all = [] {
      std::vector<Sender> found;
      AllOperations::for_each([&]<class Op>() { found.push_back(&World::send_broken<Op>); });
      return found;
    }();
    return all;
  }

  static constexpr ArbitraryOptions small{
      .max_elements = 3, .max_text = 6, .unknown_enum_values = false, .unknown_union_members = false};

  template <class Op>
  static void send_broken(World& world) {
    auto const input = arbitrary_broken<typename Op::Input>(world.source_, small);
    if (!input) return;
    auto const body = encode(input->value);
    // Neither invalid UTF-8 nor a time out of range can be sent as JSON.
    if (!body) return;
    world.settle();
    world.service_->settle();
    std::size_t const written = world.journal_.bytes().size();
    HttpResponse const response = world.exchange<Op>(*body);
    FUZZ_REQUIRE(response.status == 400 && read_error(response).code == "ValidationException",
                 "a broken input is refused", response.body);
    FUZZ_REQUIRE(world.journal_.bytes().size() == written, "nothing of it is written", *body);
  }

  template <class Op>
  static void send_new(World& world) {
    auto input = arbitrary<typename Op::Input>(world.source_, small);
    world.aim(input);
    auto again = [input](World& to) { to.send<Op>(input); };
    again(world);
    if (!changes_state(Op::name)) return;
    world.sent_.emplace_back(std::move(again));
  }

  // Gives an input the names of things that are there, or were.
  template <class Input>
  void aim(Input& input) {
    if constexpr (requires { input.datastore_id = std::string{}; }) input.datastore_id = pick(datastores_);
    if constexpr (requires { input.source_datastore_id = std::string{}; })
      input.source_datastore_id = pick(datastores_);
    if constexpr (requires { input.job_id = std::string{}; }) input.job_id = pick(jobs_);
    if constexpr (requires { input.profile_id.has_value(); }) {
      if (input.profile_id) input.profile_id = pick(profiles_);
    } else if constexpr (requires { input.profile_id = std::string{}; }) {
      input.profile_id = pick(profiles_);
    }
    if constexpr (requires { input.source_format = SourceFormat::csv; }) input.source_format = SourceFormat::csv;
    if constexpr (requires { input.resource_arn = std::string{}; })
      input.resource_arn = source_.one_in(2) ? std::string{profile_arn} + pick(profiles_)
                                             : std::string{datastore_arn} + pick(datastores_);
    if constexpr (requires { input.client_token = std::string{}; }) {
      // Some operations have to have one.
      constexpr bool optional = requires { input.client_token.reset(); };
      std::string token = "token-" + std::to_string(source_.below(3));
      if (!optional || source_.below(4) != 0) input.client_token = std::move(token);
      else input.client_token = decltype(input.client_token){};
    }
    if constexpr (requires { input.next_token = std::string{}; }) {
      input.next_token.reset();
      if (source_.one_in(4)) input.next_token = pick(page_tokens_);
    }
    if constexpr (requires { input.conversation_id = std::string{}; })
      if (input.conversation_id) input.conversation_id = pick(conversations_);
    if constexpr (std::is_same_v<Input, StartFHIRImportJobRequest>) {
      input.input_data_config = {{std::string{"s3://bucket/in"}}};
      input.job_output_data_config = {S3Configuration{.s3_uri = "s3://bucket/log", .kms_key_id = "alias/key"}};
    }
    if constexpr (std::is_same_v<Input, CreateDataTransformationProfileRequest>)
      if (source_.below(4) != 0)
        input.source.value.template emplace<ProfileMappingSource>().profile_mapping = {{"a", "b"}};
    if constexpr (std::is_same_v<Input, StartDataTransformationJobRequest>)
      input.input_data_config = {.s3_uri = "s3://bucket/in"};
  }
  std::string pick(std::vector<std::string> const& names) {
    std::uint64_t const kind = source_.below(8);
    if (names.empty() || kind == 7) return std::string(32, '0');
    return kind < 4 ? names.back() : names[source_.below(names.size())];
  }

  // The response, whatever it is.
  template <class Op>
  HttpResponse exchange(typename Op::Input const& input) {
    return exchange<Op>(encode(input).value_or(std::string{}));
  }
  template <class Op>
  HttpResponse exchange(std::string body) {
    // Not by write_request, which would refuse an invalid input.
    HttpRequest request{.method = "POST", .scheme = "http", .authority = "localhost", .target = "/"};
    request.headers.add("Content-Type", std::string{aws_json_content_type});
    request.headers.add("X-Amz-Target", std::string{healthlake_service.target_prefix} + "." + std::string{Op::name});
    request.body = std::move(body);
    try {
      auto reply = service_->send(request);
      FUZZ_REQUIRE(reply, "a reply comes", Op::name);
      FUZZ_REQUIRE(reply->status < 500, "no request is an error of the server", reply->body);
      return *std::move(reply);
    } catch (std::exception const& error) {
      fuzz::broken(error.what(), "no request ends in an exception", Op::name, __FILE__, __LINE__);
    }
  }

  template <class Op>
  void send(typename Op::Input const& input) {
    settle();
    HttpResponse const response = exchange<Op>(input);
    if constexpr (requires { input.client_token; }) check_token<Op>(input, response);
    if (response.status != 200) return;
    if (changes_state(Op::name)) changed_ = settled_.earliest;
    auto output = decode<typename Op::Output>(response.body);
    FUZZ_REQUIRE(output && output->missing.empty(), "an output reads back whole", response.body);
    learn(input, output->value);
  }

  template <class Op>
  void check_token(typename Op::Input const& input, HttpResponse const& response) {
    std::optional<std::string> const token = input.client_token;
    if (!token) return;
    std::string const name = std::string{Op::name} + " " + *token;
    std::string const body = *encode(input);
    std::string const item =
        response.status == 200 ? made_by(decode<typename Op::Output>(response.body)->value) : std::string{};
    auto known = tokens_.find(name);
    bool live = known != tokens_.end() && known->second.until.latest > settled_.earliest;
    // Whether the service has forgotten it is not always known after a restart under a clock that was set back.
    if (live && known->second.until.earliest <= settled_.latest && item != known->second.item) live = false;
    if (live) {
      bool const same = known->second.input == body;
      FUZZ_REQUIRE(same == (response.status == 200), "a token is good for its input, and for no other", response.body);
      FUZZ_REQUIRE(!same || item == known->second.item, "the same token is the same item", response.body);
    } else if (response.status == 200) {
      Milliseconds const lifetime = options_.client_token_lifetime;
      tokens_[name] = {body, item, {settled_.earliest + lifetime, settled_.latest + lifetime}};
    }
  }

  // Remembers the names of what was made, and what changed.
  template <class Input, class Output>
  void learn(Input const& input, Output const& output) {
    remember(makes_datastore<Output>                                           ? &datastores_
             : std::is_same_v<Output, CreateDataTransformationProfileResponse> ? &profiles_
                                                                               : &jobs_,
             made_by(output));
    if constexpr (requires { output.next_token; })
      if (output.next_token) remember(&page_tokens_, *output.next_token);
    if constexpr (requires { output.conversation_id; }) remember(&conversations_, output.conversation_id);
    if constexpr (std::is_same_v<Input, UpdateFHIRDatastoreRequest>) statuses_[input.datastore_id] = "UPDATING";
    if constexpr (std::is_same_v<Input, DeleteFHIRDatastoreRequest>) statuses_[input.datastore_id] = "DELETING";
  }
  static void remember(std::vector<std::string>* names, std::string name) {
    if (!name.empty() && std::find(names->begin(), names->end(), name) == names->end())
      names->push_back(std::move(name));
  }

  void see(DatastoreProperties const& datastore) {
    std::string const now{datastore.datastore_status.text()};
    std::string& before = statuses_[datastore.datastore_id];
    bool const forward = before.empty() || before == now || (before != "DELETED" && now == "DELETED") ||
                         ((before == "CREATING" || before == "UPDATING") && now == "ACTIVE");
    FUZZ_REQUIRE(forward && (before != "ACTIVE" || now == "ACTIVE"), "a data store only goes forward",
                 before + " then " + now);
    before = now;
  }
  template <class Properties>
  void see_job(Properties const& job) {
    std::string now = *encode(job);
    auto& before = seen_[job.job_id];
    int const progress = progress_of(job.job_status.text());
    FUZZ_REQUIRE(before.first <= progress, "a job only goes forward", before.second + " then " + now);
    FUZZ_REQUIRE(before.first != 3 || before.second == now, "what ended stays as it is", before.second + " now " + now);
    before = {progress, std::move(now)};
  }

  template <class Op>
  typename Op::Output ask(typename Op::Input const& input, std::string& all) {
    HttpResponse const response = exchange<Op>(input);
    FUZZ_REQUIRE(response.status == 200, "what was made can be asked about", response.body);
    all += response.body + "\n";
    return decode<typename Op::Output>(response.body)->value;
  }
  // Calls `visit(output)` with each page.
  template <class Op, class Visit>
  void pages(typename Op::Input input, std::string& all, Visit visit) {
    do {
      auto const page = ask<Op>(input, all);
      visit(page);
      input.next_token = page.next_token;
    } while (input.next_token);
  }

  // Everything that the service tells, which has to agree with itself.
  std::string check_told() {
    settle();
    std::string all;
    std::set<std::string> listed;
    pages<ListFHIRDatastores>({}, all, [&](ListFHIRDatastoresResponse const& page) {
      for (auto const& datastore : page.datastore_properties_list) {
        see(datastore);
        listed.insert(datastore.datastore_id);
        FUZZ_REQUIRE(ask<DescribeFHIRDatastore>({datastore.datastore_id}, all).datastore_properties == datastore,
                     "describing a data store returns what the list has", all);
      }
    });
    for (auto const& id : datastores_) {
      FUZZ_REQUIRE(listed.contains(id), "every data store is listed", id);
      pages<ListFHIRExportJobs>({.datastore_id = id}, all, [&](auto const& page) {
        for (auto const& job : page.export_job_properties_list) {
          see_job(job);
          listed.insert(job.job_id);
          FUZZ_REQUIRE(ask<DescribeFHIRExportJob>({id, job.job_id}, all).export_job_properties == job,
                       "describing an export returns what the list has", all);
        }
      });
      pages<ListFHIRImportJobs>({.datastore_id = id}, all, [&](auto const& page) {
        for (auto const& job : page.import_job_properties_list) {
          see_job(job);
          listed.insert(job.job_id);
          FUZZ_REQUIRE(ask<DescribeFHIRImportJob>({id, job.job_id}, all).import_job_properties == job,
                       "describing an import returns what the list has", all);
        }
      });
    }
    pages<ListDataTransformationJobs>({}, all, [&](auto const& page) {
      for (auto const& item : page.items) {
        listed.insert(item.job_id);
        auto const job = ask<DescribeDataTransformationJob>({item.job_id}, all).transformation_job_properties;
        see_job(job);
        FUZZ_REQUIRE(job.job_status == item.job_status && job.end_time == item.end_time,
                     "describing a transformation job returns what the list has", all);
      }
    });
    for (auto const& id : jobs_) FUZZ_REQUIRE(listed.contains(id), "every job is listed", id);
    pages<ListDataTransformationProfiles>({.source_format = SourceFormat::csv}, all, [&](auto const& page) {
      for (auto const& item : page.items) {
        auto const profile = ask<GetDataTransformationProfile>({item.profile_id, item.version}, all);
        FUZZ_REQUIRE(profile.profile_name == item.profile_name && profile.version == item.version,
                     "describing a profile returns what the list has", all);
        pages<ListDataTransformationProfileVersions>({.profile_id = item.profile_id}, all, [](auto const&) {});
      }
    });
    return all;
  }

  // Goes on from the journal, perhaps under a clock that was set back.
  void restart() {
    std::string const before = without_moving_times(check_told());
    if (source_.one_in(2)) pass(-static_cast<std::int64_t>(source_.number(3)));
    service_.reset();
    settled_.earliest = changed_;
    start();
    std::string const after = without_moving_times(check_told());
    FUZZ_REQUIRE(before == after, "a restart tells the same", before + "\nthen\n" + after);
  }
  // What a backup reaches back and forward to follows the clock from request to request, so a restart may tell less.
  static std::string without_moving_times(std::string all) {
    for (std::string_view const name : {"\"LatestRestorePoint\":", "\"EarliestRestorePoint\":"})
      for (std::size_t at = all.find(name); at != std::string::npos; at = all.find(name, at + 1))
        all.erase(at + name.size(), all.find_first_of(",}", at) - at - name.size());
    return all;
  }
  void start() {
    service_ = std::make_unique<LocalHealthLake>([this] { return now_; }, objects_, options_);
    static_cast<void>(service_->add_datastore("given", {{"x", "{\"resourceType\":\"Patient\",\"id\":\"1\"}\n"}}));
    auto const opened = service_->open_journal(journal_);
    FUZZ_REQUIRE(opened, "a journal can be gone on from", opened.error());
    FUZZ_REQUIRE(opened->dropped_bytes == 0, "nothing of it is dropped", journal_.bytes());
  }
  void pass(std::int64_t milliseconds) { now_ = now_ + Milliseconds{milliseconds}; }

  void settle() {
    settled_.earliest = std::max(settled_.earliest, now_);
    settled_.latest = std::max(settled_.latest, now_);
  }

  // A time that is known to lie between two.
  struct Between {
    Timestamp earliest{};
    Timestamp latest{};
  };
  struct Token {
    std::string input{};
    std::string item{};
    Between until{};
  };

  ByteSource& source_;
  LocalOptions options_{};
  Timestamp now_ = Timestamp::from_seconds(1'786'145'687);
  // The time of the service, which stands still while the clock is behind it.
  Between settled_{now_, now_};
  // When something was last changed, which a restart knows.
  Timestamp changed_ = now_;
  MemoryStore objects_{};
  MemoryJournal journal_{};
  std::unique_ptr<LocalHealthLake> service_{};

  std::vector<std::string> datastores_{"given"};
  std::vector<std::string> jobs_{};
  std::vector<std::string> profiles_{};
  std::vector<std::string> conversations_{};
  std::vector<std::string> page_tokens_{};
  std::vector<std::function<void(World&)>> sent_{};
  std::map<std::string, Token> tokens_{};
  // By data store.
  std::map<std::string, std::string> statuses_{};
  // By job: how far it was, and what was told of it.
  std::map<std::string, std::pair<int, std::string>> seen_{};
};

}  // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto source = ByteSource::from_bytes(fuzz::as_text(data, size));
  World world{source};
  world.run();
  return 0;
}

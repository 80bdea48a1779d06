// Invariants of opening a journal. The first byte chooses what it is:
// - `d`, a journal that a service wrote, then edits of bytes and lines: all records before the first edit are replayed,
//   and no others, so every job that they acknowledge is there, and no other; a refusal names the line with the first
//   edit and quotes nothing of the journal; only an incomplete last line is dropped without an option that says so;
// - `c`, the same records edited, `o`, other records, a line each, all with valid Checks; or `a` and `r`, any bytes, of
//   which `a` accepts a damaged tail: opening ends, and a service can continue from what opens: a job can be started,
//   and the next service reports the same as this one.
//
// Damage::edit has the format of the edits.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "healthlake/local/local_healthlake.hpp"
#include "healthlake/model/all.hpp"
#include "healthlake/protocol/aws_json.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {
using namespace healthlake;

constexpr Timestamp begin = Timestamp::from_seconds(1'786'145'687);
// In the names of jobs; no message about a journal contains it.
constexpr std::string_view content = "CONTENT-OF-A-REQUEST";
constexpr std::string_view role = "arn:aws:iam::123456789012:role/R";

struct Service {
  Timestamp now = begin;
  MemoryStore objects{};
  LocalHealthLake service;

  explicit Service(Timestamp at) : now(at), service([this] { return now; }, objects, options()) {
    static_cast<void>(service.add_datastore("given", {}));
  }
  static LocalOptions options() {
    LocalOptions options;
    options.submitted_time = Milliseconds{1000};
    options.starter_profiles.clear();
    return options;
  }

  template <class Op>
  HttpResponse send(typename Op::Input const& input) {
    HttpRequest request{.method = "POST", .scheme = "http", .authority = "localhost", .target = "/"};
    request.headers.add("Content-Type", aws_json_content_type);
    request.headers.add("X-Amz-Target", concat({healthlake_service.target_prefix, ".", Op::name}));
    request.body = *encode(input);
    auto reply = service.send(request);
    FUZZ_REQUIRE(reply, "a reply comes", Op::name);
    return *std::move(reply);
  }
  HttpResponse start_export(std::string_view name) {
    return send<StartFHIRExportJob>({.job_name = concat({content, name}),
                                     .output_data_config = {S3Configuration{"s3://bucket/out", "alias/key"}},
                                     .datastore_id = "given",
                                     .data_access_role_arn = std::string{role},
                                     .client_token = concat({"token-", name})});
  }

  // What there is, by its id.
  std::map<std::string, std::string> told() {
    std::map<std::string, std::string> all;
    auto const stores = send<ListFHIRDatastores>({});
    FUZZ_REQUIRE(stores.status == 200, "a service answers", stores.body);
    all["data stores"] = stores.body;
    ListFHIRExportJobsRequest list{.datastore_id = "given"};
    do {
      auto const page = send<ListFHIRExportJobs>(list);
      FUZZ_REQUIRE(page.status == 200, "what is there can be listed", page.body);
      auto const output = decode<ListFHIRExportJobsResponse>(page.body)->value;
      for (auto const& job : output.export_job_properties_list) all[job.job_id] = *encode(job);
      list.next_token = output.next_token;
    } while (list.next_token);
    return all;
  }
};

// A journal with its lines, and which job each of them acknowledges.
struct Written {
  std::string bytes{};
  std::vector<std::string> lines{};
  std::vector<std::string> jobs{};
};

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) lines.emplace_back(fuzz::take_line(text));
  return lines;
}

Written const& written() {
  static Written const one = [] {
    Written made;
    Service here{begin};
    MemoryJournal journal;
    static_cast<void>(here.service.open_journal(journal));
    auto const note = [&](std::string const& job) {
      made.jobs.resize(lines_of(journal.bytes()).size());
      if (!job.empty()) made.jobs.back() = job;
    };
    note({});
    for (std::string_view const name : {"1", "2", "3"}) {
      auto const started = here.start_export(name);
      note(decode<StartFHIRExportJobResponse>(started.body)->value.job_id);
      here.now = here.now + Milliseconds{2500};
      static_cast<void>(here.told());
      note({});
    }
    static_cast<void>(here.send<CreateFHIRDatastore>({.datastore_type_version = FHIRVersion::r4}));
    note({});
    made.bytes = journal.bytes();
    made.lines = lines_of(made.bytes);
    return made;
  }();
  return one;
}

// Edits of lines.
class Damage {
 public:
  explicit Damage(ByteSource& source) : source_(source) {}

  void edit(std::vector<std::string>& lines, std::string_view end) {
    if (lines.empty()) return;
    std::size_t const at = source_.below(lines.size());
    std::string& line = lines[at];
    std::size_t const place = source_.below(line.size() + 1);
    switch (source_.below(8)) {
      case 0: lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(at)); return;
      case 1: lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), std::string{line}); return;
      case 2: return std::swap(line, lines[source_.below(lines.size())]);
      case 3: line.insert(place, 1, static_cast<char>(source_.byte())); return;
      case 4: line.erase(place, source_.below(64)); return;
      case 5: line.replace(place, source_.below(8), words[source_.below(std::size(words))]); return;
      case 6:
        // Only the last line has no end then.
        lines.resize(at + 1);
        lines.back().resize(place);
        if (place == line.size() && source_.one_in(2)) lines.back() += end;
        return;
      default:
        if (place < line.size())
          line[place] = static_cast<char>(line[place] ^ static_cast<char>(1 + source_.below(255)));
        return;
    }
  }

 private:
  static constexpr std::string_view words[] = {"1e99",
                                               "-1",
                                               "0",
                                               "253402300799.999",
                                               "-62135596800",
                                               "null",
                                               "{}",
                                               "[]",
                                               "\"\"",
                                               "\"given\"",
                                               "\"\\u0000\"",
                                               "true",
                                               "Passed",
                                               "Reset",
                                               "Given",
                                               "Ended",
                                               "Request",
                                               "Begun",
                                               "CreateFHIRDatastore",
                                               "DeleteFHIRDatastore",
                                               "COMPLETED",
                                               "2",
                                               "\"x\":1,",
                                               "1786145690"};
  ByteSource& source_;
};

std::string joined(std::vector<std::string> const& lines) {
  std::string text;
  for (auto const& line : lines) append(text, {line, "\n"});
  return text;
}

// A job can be started, and the next service tells the same.
void check_goes_on(Service& here, MemoryJournal& journal) {
  here.now = here.now + Milliseconds{100};
  auto const started = here.start_export("last");
  FUZZ_REQUIRE(started.status < 500 || !here.service.journal_failure().empty(), "no request is an error of the server",
               started.body);
  auto const before = here.told();
  Service next{here.now};
  auto const opened = next.service.open_journal(journal);
  FUZZ_REQUIRE(opened, "what was gone on from can be opened", opened.error() + "\n" + journal.bytes());
  FUZZ_REQUIRE(opened->dropped_bytes == 0, "nothing of it is dropped", journal.bytes());
  FUZZ_REQUIRE(before == next.told(), "the next service tells the same", journal.bytes());
}

void check_damage(ByteSource& source) {
  Written const& original = written();
  JournalOptions const options{.accept_damaged_tail = source.one_in(2)};
  std::vector<std::string> lines = original.lines;
  Damage damage{source};
  bool whole_end = true;
  for (auto left = source.below(4); left > 0; --left) damage.edit(lines, "");
  std::string text = joined(lines);
  if (source.one_in(2) && !text.empty()) {
    text.resize(text.size() - 1 - source.below(std::min<std::size_t>(text.size(), 300)));
    whole_end = false;
  }
  // What is the same as in the original.
  auto const same = std::mismatch(text.begin(), text.end(), original.bytes.begin(), original.bytes.end()).first;
  auto const unchanged = static_cast<std::size_t>(same - text.begin());
  std::string_view const kept = std::string_view{text}.substr(0, unchanged);
  auto const good = static_cast<std::size_t>(std::count(kept.begin(), kept.end(), '\n'));
  std::size_t const good_bytes = kept.rfind('\n') + 1;
  std::string_view const rest = std::string_view{text}.substr(good_bytes);
  std::size_t const rest_lines = static_cast<std::size_t>(std::count(rest.begin(), rest.end(), '\n'));

  MemoryJournal journal{text};
  Service here{begin + Milliseconds{60'000}};
  auto const opened = here.service.open_journal(journal, options);
  if (!opened) {
    FUZZ_REQUIRE(!rest.empty(), "what is whole opens", opened.error());
    FUZZ_REQUIRE(opened.error().find(content) == std::string::npos, "no content is quoted", opened.error());
    FUZZ_REQUIRE(opened.error().find(concat({"line ", Decimal{good + 1}, " "})) != std::string::npos,
                 "the damaged line is named", opened.error());
    // A line without an end may be one whose end was damaged.
    FUZZ_REQUIRE(rest_lines > 0 || !options.accept_damaged_tail, "a torn line is no reason to refuse", opened.error());
    return;
  }
  FUZZ_REQUIRE(opened->records == good, "the records in front of the damage are replayed, and no other", text);
  FUZZ_REQUIRE(opened->dropped_bytes == rest.size(), "the rest is dropped", text);
  FUZZ_REQUIRE(rest_lines <= (options.accept_damaged_tail ? 1U : 0U), "no complete line is dropped unasked", text);
  FUZZ_REQUIRE(whole_end || rest_lines == 0 || options.accept_damaged_tail, "only the tail is dropped", text);
  auto const told = here.told();
  std::size_t expected = 1;
  for (std::size_t i = 0; i < good && i < original.jobs.size(); ++i) {
    if (original.jobs[i].empty()) continue;
    ++expected;
    FUZZ_REQUIRE(told.contains(original.jobs[i]), "what was acknowledged is there", original.jobs[i]);
  }
  FUZZ_REQUIRE(told.size() == expected, "nothing is invented", text);
  check_goes_on(here, journal);
}

void check_any(std::string text, bool accept) {
  MemoryJournal journal{std::move(text)};
  Service here{begin + Milliseconds{60'000}};
  auto const opened = here.service.open_journal(journal, {.accept_damaged_tail = accept});
  if (!opened) {
    FUZZ_REQUIRE(!opened.error().empty(), "a refusal says why", "");
    return;
  }
  check_goes_on(here, journal);
}

// Each line a record.
std::string checked(std::vector<std::string> const& records) {
  std::string check;
  std::string text;
  for (auto const& record : records) {
    check = detail::check_of(check, record);
    append(text, {detail::checked_line(check, record), "\n"});
  }
  return text;
}
}  // namespace

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view input = fuzz::as_text(data, size);
  if (input.empty()) return 0;
  char const mode = input.front();
  input.remove_prefix(1);
  auto source = ByteSource::from_bytes(input);
  if (mode == 'd') {
    check_damage(source);
  } else if (mode == 'c') {
    static std::vector<std::string> const records = [] {
      std::vector<std::string> all;
      std::string check;
      for (auto const& line : written().lines) all.emplace_back(detail::checked_record(line, check));
      return all;
    }();
    std::vector<std::string> edited = records;
    Damage damage{source};
    for (auto left = 1 + source.below(3); left > 0; --left) damage.edit(edited, "");
    check_any(checked(edited), true);
  } else if (mode == 'o') {
    check_any(checked(lines_of(input)), true);
  } else {
    check_any(std::string{input}, mode == 'a');
  }
  return 0;
}

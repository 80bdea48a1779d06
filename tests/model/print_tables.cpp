// Prints what the tables of include/healthlake/model say, for missing_declarations.py: one JSON object in the form of a
// botocore service-2.json ("metadata", "operations", "shapes"), with the "waiters" of a waiters-2.json, and beside them
// what only the tables have: the "patterns" that have a matcher, and the "errorCodes" of ErrorCode.
//
// Rules: a shape that the tables know no name for is called by its type in parentheses: "(string)", "(list of Tag)".
// A member that is there for an older service has "legacy": true.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "healthlake/json/writer.hpp"
#include "healthlake/model/all.hpp"

using namespace healthlake;

namespace {

// The kinds in the words of a service-2.json.
std::string_view type_name(Kind kind) {
  switch (kind) {
    case Kind::structure:
    case Kind::union_:
    case Kind::document: return "structure";
    case Kind::list: return "list";
    case Kind::map: return "map";
    case Kind::string:
    case Kind::enumeration: return "string";
    case Kind::boolean: return "boolean";
    case Kind::byte: return "byte";
    case Kind::short_integer: return "short";
    case Kind::integer: return "integer";
    case Kind::long_integer: return "long";
    case Kind::float_: return "float";
    case Kind::double_: return "double";
    case Kind::timestamp: return "timestamp";
    case Kind::blob: return "blob";
  }
  return "unknown";
}

void write_reference(JsonWriter& out, std::string_view key, std::string_view shape) {
  out.key(key);
  out.begin_object();
  out.key("shape");
  out.string(shape);
  out.end_object();
}

void write_if(JsonWriter& out, std::string_view key, bool value) {
  if (!value) return;
  out.key(key);
  out.boolean(true);
}

void write_if(JsonWriter& out, std::string_view key, std::string_view value) {
  if (value.empty()) return;
  out.key(key);
  out.string(value);
}

// The shapes that were reached so far: their names, and each as JSON.
class Shapes {
 public:
  // Adds a type as it is used under `rules`, with all that it refers to, and returns its name.
  std::string add(Type const& type, Rules const* rules) {
    if (type.kind == Kind::structure || type.kind == Kind::union_) return add_structure(type, nullptr);
    std::string name{rules ? rules->shape : type.shape};
    std::string json;
    JsonWriter out{json};
    out.begin_object();
    out.key("type");
    out.string(type_name(type.kind));
    std::string const unnamed = write_content(out, type, rules);
    if (rules) write_constraints(out, *rules);
    out.end_object();
    if (name.empty()) name = unnamed;
    shapes_.emplace(name, json);
    return name;
  }

  std::string add_structure(Type const& type, ErrorTraits const* error) {
    std::string name{type.shape};
    if (!shapes_.emplace(name, "").second) return name;
    std::string json;
    JsonWriter out{json};
    out.begin_object();
    out.key("type");
    out.string("structure");
    write_if(out, "union", type.kind == Kind::union_);
    write_if(out, "sensitive", type.sensitive);
    if (error) write_error(out, *error);
    write_members(out, type);
    out.end_object();
    shapes_[name] = json;
    return name;
  }

  void write(JsonWriter& out) const {
    out.begin_object();
    for (auto const& [name, json] : shapes_) {
      out.key(name);
      out.raw(json);
    }
    out.end_object();
  }

 private:
  // What is special to the kind. Returns what to call the shape if it has no name.
  std::string write_content(JsonWriter& out, Type const& type, Rules const* rules) {
    Rules const* const member_rules = rules ? rules->member : nullptr;
    if (type.kind == Kind::list) {
      bool const sparse = type.list().append_null != nullptr;
      std::string const member = add(type.list().member(), member_rules);
      write_reference(out, "member", member);
      write_if(out, "sparse", sparse);
      return (sparse ? "(sparse list of " : "(list of ") + member + ")";
    }
    if (type.kind == Kind::map) {
      static constexpr Type key_type{.kind = Kind::string};
      bool const sparse = type.map().insert_null != nullptr;
      std::string const key = add(key_type, rules ? rules->key : nullptr);
      std::string const value = add(type.map().value(), member_rules);
      write_reference(out, "key", key);
      write_reference(out, "value", value);
      write_if(out, "sparse", sparse);
      return (sparse ? "(sparse map to " : "(map to ") + value + ")";
    }
    if (type.kind == Kind::enumeration) {
      out.key("enum");
      out.begin_array();
      for (auto const spelling : type.enumeration().spellings) out.string(spelling);
      out.end_array();
    }
    if (type.kind == Kind::document) {
      out.key("document");
      out.boolean(true);
      return "(document)";
    }
    return "(" + std::string{type_name(type.kind)} + ")";
  }

  static void write_constraints(JsonWriter& out, Rules const& rules) {
    if (rules.min != Rules::no_min) {
      out.key("min");
      out.integer(rules.min);
    }
    if (rules.max != Rules::no_max) {
      out.key("max");
      out.integer(rules.max);
    }
    if (rules.pattern) write_if(out, "pattern", rules.pattern->regex);
    write_if(out, "sensitive", rules.sensitive);
  }

  static void write_error(JsonWriter& out, ErrorTraits const& error) {
    write_if(out, "exception", true);
    write_if(out, "fault", error.server_fault);
    out.key("error");
    out.begin_object();
    out.key("httpStatusCode");
    out.integer(error.http_status);
    write_if(out, "code", error.query_code);
    out.end_object();
    if (error.retry == RetryKind::none) return;
    out.key("retryable");
    out.begin_object();
    out.key("throttling");
    out.boolean(error.retry == RetryKind::throttling);
    out.end_object();
  }

  void write_members(JsonWriter& out, Type const& type) {
    out.key("required");
    out.begin_array();
    for (auto const& member : type.members)
      if (member.is(required)) out.string(member.name);
    out.end_array();
    out.key("members");
    out.begin_object();
    for (auto const& member : type.members) {
      std::string const shape = add(member.type(), member.rules);
      out.key(member.name);
      out.begin_object();
      out.key("shape");
      out.string(shape);
      write_if(out, "idempotencyToken", member.is(idempotency_token));
      write_if(out, "legacy", member.is(legacy));
      out.end_object();
    }
    out.end_object();
  }

  std::map<std::string, std::string> shapes_;
};

template <class... E>
void write_errors(JsonWriter& out, Shapes& shapes, Errors<E...>) {
  out.key("errors");
  out.begin_array();
  auto const write_one = [&](std::string const& name) {
    out.begin_object();
    out.key("shape");
    out.string(name);
    out.end_object();
  };
  (write_one(shapes.add_structure(type_of<E>(), &E::error)), ...);
  out.end_array();
}

template <Operation Op>
void write_operation(JsonWriter& out, Shapes& shapes) {
  OperationInfo const& info = operation_info<Op>;
  out.key(info.name);
  out.begin_object();
  out.key("name");
  out.string(info.name);
  write_reference(out, "input", shapes.add(info.input(), nullptr));
  if (!info.traits.no_output) write_reference(out, "output", shapes.add(info.output(), nullptr));
  write_errors(out, shapes, typename Op::Errors{});
  if (!info.traits.host_prefix.empty()) {
    out.key("endpoint");
    out.begin_object();
    out.key("hostPrefix");
    out.string(info.traits.host_prefix);
    out.end_object();
  }
  write_if(out, "readonly", info.traits.readonly);
  write_if(out, "idempotent", info.traits.idempotent);
  // What is derived from the others need not be declared.
  if constexpr (requires { Op::traits; }) {
    constexpr std::string_view names[] = {"", "reads", "by_token", "with_note", "if_not_done"};
    write_if(out, "repeat", names[static_cast<std::size_t>(OperationTraits{Op::traits}.repeat)]);
  }
  if (info.traits.gzip) {
    out.key("requestcompression");
    out.raw(R"({"encodings":["gzip"]})");
  }
  out.end_object();
}

void write_acceptors(JsonWriter& out, std::string_view key, std::span<Acceptor const> acceptors) {
  out.key(key);
  out.begin_array();
  for (Acceptor const& acceptor : acceptors) {
    out.begin_object();
    out.key("matcher");
    out.string(acceptor.matcher == Acceptor::Matcher::path ? "path" : "error");
    write_if(out, "argument", acceptor.path);
    out.key("expected");
    out.string(acceptor.expected);
    out.key("state");
    out.string(acceptor.state == WaiterState::success ? "success" : "failure");
    out.end_object();
  }
  out.end_array();
}

template <WaiterShape W>
void write_waiter(JsonWriter& out) {
  out.key(W::name);
  out.begin_object();
  out.key("operation");
  out.string(W::Operation::name);
  // A service-2.json counts seconds; a delay that is not whole seconds must not look like one.
  std::int64_t const milliseconds = Milliseconds{W::delay}.count;
  out.key(milliseconds % 1000 == 0 ? "delay" : "delayMilliseconds");
  out.integer(milliseconds % 1000 == 0 ? milliseconds / 1000 : milliseconds);
  out.key("maxAttempts");
  out.integer(W::max_attempts);
  write_acceptors(out, "acceptors", W::acceptors);
  if constexpr (requires { W::own_acceptors; }) write_acceptors(out, "ownAcceptors", W::own_acceptors);
  if constexpr (requires { W::not_found; }) {
    out.key("notFoundMilliseconds");
    out.integer(Milliseconds{W::not_found}.count);
  }
  out.end_object();
}

std::string tables() {
  std::string json;
  JsonWriter out{json};
  Shapes shapes;
  out.begin_object();
  out.key("metadata");
  out.begin_object();
  write_if(out, "targetPrefix", healthlake_service.target_prefix);
  write_if(out, "signingName", healthlake_service.signing_name);
  // protocol/ speaks awsJson1_0 and nothing else.
  write_if(out, "protocol", std::string_view{"json"});
  write_if(out, "jsonVersion", std::string_view{"1.0"});
  write_if(out, "awsQueryCompatible", healthlake_service.query_compatible);
  out.end_object();
  out.key("operations");
  out.begin_object();
  AllOperations::for_each([&]<class Op>() { write_operation<Op>(out, shapes); });
  out.end_object();
  out.key("shapes");
  shapes.write(out);
  out.key("waiters");
  out.begin_object();
  AllWaiters::for_each([&]<class W>() { write_waiter<W>(out); });
  out.end_object();
  out.key("patterns");
  out.begin_object();
  for (Pattern const* pattern : patterns::all) {
    out.key(pattern->name);
    out.string(pattern->regex);
  }
  out.end_object();
  out.key("errorCodes");
  out.begin_array();
  for (auto const spelling : enum_table<ErrorCode>.spellings) out.string(spelling);
  out.end_array();
  out.end_object();
  json.push_back('\n');
  return json;
}

}  // namespace

int main() {
  std::string const json = tables();
  bool const written = std::fwrite(json.data(), 1, json.size(), stdout) == json.size() && std::fflush(stdout) == 0;
  return written ? 0 : 1;
}

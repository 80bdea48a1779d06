// The shapes and operations of JsonRpc10, the service that Smithy's awsJson1_0 protocol tests are written for, declared
// with the tables of this library; and a reader of the tests' `params` that has nothing to do with the library's own.
//
// Where a client's and a server's view of an input differ (Smithy: the defaults of a top-level input member are the
// server's business), there is one shape for each.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "healthlake/core/shape.hpp"
#include "healthlake/model/operation.hpp"

namespace json_rpc10 {

using namespace healthlake;
using Json = nlohmann::json;
using Strings = std::vector<std::string>;
using StringMap = std::map<std::string, std::string>;

// `params`: blobs are their bytes as text, NaN and the infinities are names, and absent members stay as they are.
template <class T>
  requires(!Shape<T>)
void read_params(Json const& json, T& value) {
  if constexpr (std::is_floating_point_v<T>) {
    if (!json.is_string()) value = json.get<T>();
    else if (json == "NaN") value = std::numeric_limits<T>::quiet_NaN();
    else value = (json == "-Infinity" ? -1 : 1) * std::numeric_limits<T>::infinity();
  } else {
    value = json.get<T>();
  }
}
inline void read_params(Json const& json, Timestamp& value) {
  value = Timestamp::from_seconds(json.get<std::int64_t>());
}
inline void read_params(Json const& json, Blob& value) { value.bytes = json.get<std::string>(); }
inline void read_params(Json const& json, Document& value) { value.json = json.dump(); }
template <class E>
void read_params(Json const& json, OpenEnum<E>& value) {
  value = OpenEnum<E>::from(json.get<std::string>());
}
template <Shape T>
void read_params(Json const& json, T& value);
template <class T>
void read_params(Json const& json, std::vector<T>& list) {
  list.clear();
  for (auto const& element : json) read_params(element, list.emplace_back());
}
template <class T>
void read_params(Json const& json, std::map<std::string, T>& map) {
  map.clear();
  for (auto const& [key, value] : json.items()) read_params(value, map[key]);
}
template <class T>
void read_params(Json const& json, std::optional<T>& value) {
  read_params(json, value.emplace());
}

// Each shape names its members for `read_params` in a function `each` of its own.
template <Shape T>
void read_params(Json const& json, T& value) {
  value.each([&](char const* name, auto& member) {
    if (json.contains(name)) read_params(json.at(name), member);
  });
}

/// No input, no output, and structures without members.
struct Unit {
  static consteval auto shape() { return structure("Unit"); }
  template <class F>
  void each(F&&) {}
  friend bool operator==(Unit const&, Unit const&) = default;
};

/// Equal, and NaN is equal to itself.
template <class F>
bool same(std::optional<F> const& a, std::optional<F> const& b) {
  return a == b || (a && b && std::isnan(*a) && std::isnan(*b));
}

struct SimpleScalars {
  std::optional<float> float_value{};
  std::optional<double> double_value{};

  static consteval auto shape() {
    return structure("SimpleScalars", field<&SimpleScalars::float_value>("floatValue"),
                     field<&SimpleScalars::double_value>("doubleValue"));
  }
  template <class F>
  void each(F&& f) {
    f("floatValue", float_value);
    f("doubleValue", double_value);
  }
  friend bool operator==(SimpleScalars const& a, SimpleScalars const& b) {
    return same(a.float_value, b.float_value) && same(a.double_value, b.double_value);
  }
};

enum class FooEnum : std::uint8_t { foo, baz, bar, one, zero };
consteval auto enumeration(FooEnum) { return spelled("FooEnum", "Foo", "Baz", "Bar", "1", "0"); }

struct GreetingStruct {
  std::optional<std::string> hi{};
  static consteval auto shape() { return structure("GreetingStruct", field<&GreetingStruct::hi>("hi")); }
  template <class F>
  void each(F&& f) {
    f("hi", hi);
  }
  friend bool operator==(GreetingStruct const&, GreetingStruct const&) = default;
};

/// An intEnum is an integer on the wire, and here.
struct MyUnion {
  Union<std::string, bool, std::int32_t, Blob, Timestamp, OpenEnum<FooEnum>, std::int32_t, Strings, StringMap,
        GreetingStruct>
      value{};

  static consteval auto shape() {
    return union_of("MyUnion", alternative<&MyUnion::value, 0>("stringValue"),
                    alternative<&MyUnion::value, 1>("booleanValue"), alternative<&MyUnion::value, 2>("numberValue"),
                    alternative<&MyUnion::value, 3>("blobValue"), alternative<&MyUnion::value, 4>("timestampValue"),
                    alternative<&MyUnion::value, 5>("enumValue"), alternative<&MyUnion::value, 6>("intEnumValue"),
                    alternative<&MyUnion::value, 7>("listValue"), alternative<&MyUnion::value, 8>("mapValue"),
                    alternative<&MyUnion::value, 9>("structureValue"));
  }
  friend bool operator==(MyUnion const&, MyUnion const&) = default;
};
template <>
inline void read_params(Json const& json, MyUnion& u) {
  auto const take = [&]<std::size_t I>(char const* name, std::integral_constant<std::size_t, I>) {
    if (json.contains(name)) read_params(json.at(name), u.value.template emplace<I>());
  };
  take("stringValue", std::integral_constant<std::size_t, 0>{});
  take("booleanValue", std::integral_constant<std::size_t, 1>{});
  take("numberValue", std::integral_constant<std::size_t, 2>{});
  take("blobValue", std::integral_constant<std::size_t, 3>{});
  take("timestampValue", std::integral_constant<std::size_t, 4>{});
  take("enumValue", std::integral_constant<std::size_t, 5>{});
  take("intEnumValue", std::integral_constant<std::size_t, 6>{});
  take("listValue", std::integral_constant<std::size_t, 7>{});
  take("mapValue", std::integral_constant<std::size_t, 8>{});
  take("structureValue", std::integral_constant<std::size_t, 9>{});
}

struct JsonUnionsShape {
  std::optional<MyUnion> contents{};
  static consteval auto shape() { return structure("JsonUnionsShape", field<&JsonUnionsShape::contents>("contents")); }
  template <class F>
  void each(F&& f) {
    f("contents", contents);
  }
  friend bool operator==(JsonUnionsShape const&, JsonUnionsShape const&) = default;
};

struct HostLabelInput {
  std::string label{};
  static consteval auto shape() {
    return structure("HostLabelInput", field<&HostLabelInput::label>("label", required));
  }
  template <class F>
  void each(F&& f) {
    f("label", label);
  }
  friend bool operator==(HostLabelInput const&, HostLabelInput const&) = default;
};

struct PutWithContentEncodingInput {
  std::optional<std::string> encoding{};
  std::optional<std::string> data{};
  static consteval auto shape() {
    return structure("PutWithContentEncodingInput", field<&PutWithContentEncodingInput::encoding>("encoding"),
                     field<&PutWithContentEncodingInput::data>("data"));
  }
  template <class F>
  void each(F&& f) {
    f("encoding", encoding);
    f("data", data);
  }
  friend bool operator==(PutWithContentEncodingInput const&, PutWithContentEncodingInput const&) = default;
};

struct ContentTypeParametersInput {
  std::optional<std::int32_t> value{};
  static consteval auto shape() {
    return structure("ContentTypeParametersInput", field<&ContentTypeParametersInput::value>("value"));
  }
  template <class F>
  void each(F&& f) {
    f("value", value);
  }
  friend bool operator==(ContentTypeParametersInput const&, ContentTypeParametersInput const&) = default;
};

enum class TestEnum : std::uint8_t { foo, bar, baz };
consteval auto enumeration(TestEnum) { return spelled("TestEnum", "FOO", "BAR", "BAZ"); }

/// A default value of every kind; `defaultNullDocument` has none.
struct Defaults {
  std::string default_string = "hi";
  bool default_boolean = true;
  Strings default_list{};
  Document default_document_map{"{}"};
  Document default_document_string{"\"hi\""};
  Document default_document_boolean{"true"};
  Document default_document_list{"[]"};
  std::optional<Document> default_null_document{};
  Timestamp default_timestamp{};
  Blob default_blob{"abc"};
  std::int8_t default_byte = 1;
  std::int16_t default_short = 1;
  std::int32_t default_integer = 10;
  std::int64_t default_long = 100;
  float default_float = 1;
  double default_double = 1;
  StringMap default_map{};
  OpenEnum<TestEnum> default_enum = TestEnum::foo;
  std::int32_t default_int_enum = 1;
  std::string empty_string{};
  bool false_boolean = false;
  Blob empty_blob{};
  std::int8_t zero_byte = 0;
  std::int16_t zero_short = 0;
  std::int32_t zero_integer = 0;
  std::int64_t zero_long = 0;
  float zero_float = 0;
  double zero_double = 0;

  static consteval auto shape() {
    return structure(
        "Defaults", field<&Defaults::default_string>("defaultString", defaulted),
        field<&Defaults::default_boolean>("defaultBoolean", defaulted),
        field<&Defaults::default_list>("defaultList", defaulted),
        field<&Defaults::default_document_map>("defaultDocumentMap", defaulted),
        field<&Defaults::default_document_string>("defaultDocumentString", defaulted),
        field<&Defaults::default_document_boolean>("defaultDocumentBoolean", defaulted),
        field<&Defaults::default_document_list>("defaultDocumentList", defaulted),
        field<&Defaults::default_null_document>("defaultNullDocument"),
        field<&Defaults::default_timestamp>("defaultTimestamp", defaulted),
        field<&Defaults::default_blob>("defaultBlob", defaulted),
        field<&Defaults::default_byte>("defaultByte", defaulted),
        field<&Defaults::default_short>("defaultShort", defaulted),
        field<&Defaults::default_integer>("defaultInteger", defaulted),
        field<&Defaults::default_long>("defaultLong", defaulted),
        field<&Defaults::default_float>("defaultFloat", defaulted),
        field<&Defaults::default_double>("defaultDouble", defaulted),
        field<&Defaults::default_map>("defaultMap", defaulted),
        field<&Defaults::default_enum>("defaultEnum", defaulted),
        field<&Defaults::default_int_enum>("defaultIntEnum", defaulted),
        field<&Defaults::empty_string>("emptyString", defaulted),
        field<&Defaults::false_boolean>("falseBoolean", defaulted),
        field<&Defaults::empty_blob>("emptyBlob", defaulted), field<&Defaults::zero_byte>("zeroByte", defaulted),
        field<&Defaults::zero_short>("zeroShort", defaulted), field<&Defaults::zero_integer>("zeroInteger", defaulted),
        field<&Defaults::zero_long>("zeroLong", defaulted), field<&Defaults::zero_float>("zeroFloat", defaulted),
        field<&Defaults::zero_double>("zeroDouble", defaulted));
  }
  template <class F>
  void each(F&& f) {
    f("defaultString", default_string);
    f("defaultBoolean", default_boolean);
    f("defaultList", default_list);
    f("defaultDocumentMap", default_document_map);
    f("defaultDocumentString", default_document_string);
    f("defaultDocumentBoolean", default_document_boolean);
    f("defaultDocumentList", default_document_list);
    f("defaultNullDocument", default_null_document);
    f("defaultTimestamp", default_timestamp);
    f("defaultBlob", default_blob);
    f("defaultByte", default_byte);
    f("defaultShort", default_short);
    f("defaultInteger", default_integer);
    f("defaultLong", default_long);
    f("defaultFloat", default_float);
    f("defaultDouble", default_double);
    f("defaultMap", default_map);
    f("defaultEnum", default_enum);
    f("defaultIntEnum", default_int_enum);
    f("emptyString", empty_string);
    f("falseBoolean", false_boolean);
    f("emptyBlob", empty_blob);
    f("zeroByte", zero_byte);
    f("zeroShort", zero_short);
    f("zeroInteger", zero_integer);
    f("zeroLong", zero_long);
    f("zeroFloat", zero_float);
    f("zeroDouble", zero_double);
  }
  friend bool operator==(Defaults const&, Defaults const&) = default;
};

/// A member that is optional for clients has no default for them.
struct ClientOptionalDefaults {
  std::optional<std::int32_t> member{};
  static consteval auto shape() {
    return structure("ClientOptionalDefaults", field<&ClientOptionalDefaults::member>("member"));
  }
  template <class F>
  void each(F&& f) {
    f("member", member);
  }
  friend bool operator==(ClientOptionalDefaults const&, ClientOptionalDefaults const&) = default;
};

struct DefaultsInput {
  std::optional<Defaults> defaults{};
  std::optional<ClientOptionalDefaults> client_optional_defaults{};
  std::optional<std::string> top_level_default{};
  std::optional<std::int32_t> other_top_level_default{};

  static consteval auto shape() {
    return structure("DefaultsInput", field<&DefaultsInput::defaults>("defaults"),
                     field<&DefaultsInput::client_optional_defaults>("clientOptionalDefaults"),
                     field<&DefaultsInput::top_level_default>("topLevelDefault"),
                     field<&DefaultsInput::other_top_level_default>("otherTopLevelDefault"));
  }
  template <class F>
  void each(F&& f) {
    f("defaults", defaults);
    f("clientOptionalDefaults", client_optional_defaults);
    f("topLevelDefault", top_level_default);
    f("otherTopLevelDefault", other_top_level_default);
  }
  friend bool operator==(DefaultsInput const&, DefaultsInput const&) = default;
};

struct ServerDefaultsInput {
  std::optional<Defaults> defaults{};
  std::optional<ClientOptionalDefaults> client_optional_defaults{};
  std::string top_level_default = "hi";
  std::int32_t other_top_level_default = 0;

  static consteval auto shape() {
    return structure("ServerDefaultsInput", field<&ServerDefaultsInput::defaults>("defaults"),
                     field<&ServerDefaultsInput::client_optional_defaults>("clientOptionalDefaults"),
                     field<&ServerDefaultsInput::top_level_default>("topLevelDefault", defaulted),
                     field<&ServerDefaultsInput::other_top_level_default>("otherTopLevelDefault", defaulted));
  }
  template <class F>
  void each(F&& f) {
    f("defaults", defaults);
    f("clientOptionalDefaults", client_optional_defaults);
    f("topLevelDefault", top_level_default);
    f("otherTopLevelDefault", other_top_level_default);
  }
  friend bool operator==(ServerDefaultsInput const&, ServerDefaultsInput const&) = default;
};

struct Farewell {
  std::string phrase = "bye";
  static consteval auto shape() { return structure("Farewell", field<&Farewell::phrase>("phrase", defaulted)); }
  template <class F>
  void each(F&& f) {
    f("phrase", phrase);
  }
  friend bool operator==(Farewell const&, Farewell const&) = default;
};

struct Dialog {
  std::optional<std::string> language{};
  std::string greeting = "hi";
  std::optional<Farewell> farewell{};
  static consteval auto shape() {
    return structure("Dialog", field<&Dialog::language>("language"), field<&Dialog::greeting>("greeting", defaulted),
                     field<&Dialog::farewell>("farewell"));
  }
  template <class F>
  void each(F&& f) {
    f("language", language);
    f("greeting", greeting);
    f("farewell", farewell);
  }
  friend bool operator==(Dialog const&, Dialog const&) = default;
};

/// The output of OperationWithNestedStructure, and what its input holds.
struct TopLevel {
  Dialog dialog{};
  std::vector<Dialog> dialog_list{};
  std::map<std::string, Dialog> dialog_map{};
  static consteval auto shape() {
    return structure("TopLevel", field<&TopLevel::dialog>("dialog", required),
                     field<&TopLevel::dialog_list>("dialogList", defaulted),
                     field<&TopLevel::dialog_map>("dialogMap", defaulted));
  }
  template <class F>
  void each(F&& f) {
    f("dialog", dialog);
    f("dialogList", dialog_list);
    f("dialogMap", dialog_map);
  }
  friend bool operator==(TopLevel const&, TopLevel const&) = default;
};

struct NestedInput {
  TopLevel top_level{};
  static consteval auto shape() {
    return structure("NestedInput", field<&NestedInput::top_level>("topLevel", required));
  }
  template <class F>
  void each(F&& f) {
    f("topLevel", top_level);
  }
  friend bool operator==(NestedInput const&, NestedInput const&) = default;
};

struct RequiredMembers {
  std::string string{};
  bool boolean = false;
  Strings list{};
  Timestamp timestamp{};
  Blob blob{};
  std::int8_t byte = 0;
  std::int16_t short_integer = 0;
  std::int32_t integer = 0;
  std::int64_t long_integer = 0;
  float float_number = 0;
  double double_number = 0;
  StringMap map{};

  static consteval auto shape() {
    return structure("RequiredMembers", field<&RequiredMembers::string>("requiredString", required),
                     field<&RequiredMembers::boolean>("requiredBoolean", required),
                     field<&RequiredMembers::list>("requiredList", required),
                     field<&RequiredMembers::timestamp>("requiredTimestamp", required),
                     field<&RequiredMembers::blob>("requiredBlob", required),
                     field<&RequiredMembers::byte>("requiredByte", required),
                     field<&RequiredMembers::short_integer>("requiredShort", required),
                     field<&RequiredMembers::integer>("requiredInteger", required),
                     field<&RequiredMembers::long_integer>("requiredLong", required),
                     field<&RequiredMembers::float_number>("requiredFloat", required),
                     field<&RequiredMembers::double_number>("requiredDouble", required),
                     field<&RequiredMembers::map>("requiredMap", required));
  }
  template <class F>
  void each(F&& f) {
    f("requiredString", string);
    f("requiredBoolean", boolean);
    f("requiredList", list);
    f("requiredTimestamp", timestamp);
    f("requiredBlob", blob);
    f("requiredByte", byte);
    f("requiredShort", short_integer);
    f("requiredInteger", integer);
    f("requiredLong", long_integer);
    f("requiredFloat", float_number);
    f("requiredDouble", double_number);
    f("requiredMap", map);
  }
  friend bool operator==(RequiredMembers const&, RequiredMembers const&) = default;
};

struct RequiredDefaults {
  std::string string = "hi";
  bool boolean = true;
  Strings list{};
  Timestamp timestamp = Timestamp::from_seconds(1);
  Blob blob{"blob"};
  std::int8_t byte = 1;
  std::int16_t short_integer = 1;
  std::int32_t integer = 10;
  std::int64_t long_integer = 100;
  float float_number = 1;
  double double_number = 1;
  StringMap map{};
  OpenEnum<TestEnum> enumerator = TestEnum::foo;
  std::int32_t int_enum = 1;

  static consteval auto shape() {
    return structure("RequiredDefaults", field<&RequiredDefaults::string>("requiredString", required | defaulted),
                     field<&RequiredDefaults::boolean>("requiredBoolean", required | defaulted),
                     field<&RequiredDefaults::list>("requiredList", required | defaulted),
                     field<&RequiredDefaults::timestamp>("requiredTimestamp", required | defaulted),
                     field<&RequiredDefaults::blob>("requiredBlob", required | defaulted),
                     field<&RequiredDefaults::byte>("requiredByte", required | defaulted),
                     field<&RequiredDefaults::short_integer>("requiredShort", required | defaulted),
                     field<&RequiredDefaults::integer>("requiredInteger", required | defaulted),
                     field<&RequiredDefaults::long_integer>("requiredLong", required | defaulted),
                     field<&RequiredDefaults::float_number>("requiredFloat", required | defaulted),
                     field<&RequiredDefaults::double_number>("requiredDouble", required | defaulted),
                     field<&RequiredDefaults::map>("requiredMap", required | defaulted),
                     field<&RequiredDefaults::enumerator>("requiredEnum", required | defaulted),
                     field<&RequiredDefaults::int_enum>("requiredIntEnum", required | defaulted));
  }
  template <class F>
  void each(F&& f) {
    f("requiredString", string);
    f("requiredBoolean", boolean);
    f("requiredList", list);
    f("requiredTimestamp", timestamp);
    f("requiredBlob", blob);
    f("requiredByte", byte);
    f("requiredShort", short_integer);
    f("requiredInteger", integer);
    f("requiredLong", long_integer);
    f("requiredFloat", float_number);
    f("requiredDouble", double_number);
    f("requiredMap", map);
    f("requiredEnum", enumerator);
    f("requiredIntEnum", int_enum);
  }
  friend bool operator==(RequiredDefaults const&, RequiredDefaults const&) = default;
};

// The errors.

struct InvalidGreeting {
  std::optional<std::string> message{};
  static constexpr ErrorTraits error{.http_status = 400};
  static consteval auto shape() { return structure("InvalidGreeting", field<&InvalidGreeting::message>("Message")); }
  template <class F>
  void each(F&& f) {
    f("Message", message);
  }
  friend bool operator==(InvalidGreeting const&, InvalidGreeting const&) = default;
};

struct ComplexNested {
  std::optional<std::string> foo{};
  static consteval auto shape() { return structure("ComplexNestedErrorData", field<&ComplexNested::foo>("Foo")); }
  template <class F>
  void each(F&& f) {
    f("Foo", foo);
  }
  friend bool operator==(ComplexNested const&, ComplexNested const&) = default;
};

struct ComplexError {
  std::optional<std::string> top_level{};
  std::optional<ComplexNested> nested{};
  static constexpr ErrorTraits error{.http_status = 400};
  static consteval auto shape() {
    return structure("ComplexError", field<&ComplexError::top_level>("TopLevel"),
                     field<&ComplexError::nested>("Nested"));
  }
  template <class F>
  void each(F&& f) {
    f("TopLevel", top_level);
    f("Nested", nested);
  }
  friend bool operator==(ComplexError const&, ComplexError const&) = default;
};

struct FooError {
  static constexpr ErrorTraits error{.http_status = 500, .server_fault = true};
  static consteval auto shape() { return structure("FooError"); }
  template <class F>
  void each(F&&) {}
  friend bool operator==(FooError const&, FooError const&) = default;
};

struct NoCustomCodeError {
  std::optional<std::string> message{};
  static constexpr ErrorTraits error{.http_status = 400};
  static consteval auto shape() {
    return structure("NoCustomCodeError", field<&NoCustomCodeError::message>("message"));
  }
  template <class F>
  void each(F&& f) {
    f("message", message);
  }
  friend bool operator==(NoCustomCodeError const&, NoCustomCodeError const&) = default;
};

struct CustomCodeError {
  std::optional<std::string> message{};
  static constexpr ErrorTraits error{.http_status = 400, .query_code = "Customized"};
  static consteval auto shape() { return structure("CustomCodeError", field<&CustomCodeError::message>("message")); }
  template <class F>
  void each(F&& f) {
    f("message", message);
  }
  friend bool operator==(CustomCodeError const&, CustomCodeError const&) = default;
};

// The operations. `ServerInput` is the server's view of the input where it differs.

inline constexpr ServiceInfo service{
    .target_prefix = "JsonRpc10", .signing_name = "jsonrpc10", .shape_namespace = "aws.protocoltests.json10"};
inline constexpr ServiceInfo query_compatible_service{.target_prefix = "QueryCompatibleJsonRpc10",
                                                      .signing_name = "querycompatiblejsonrpc10",
                                                      .shape_namespace = "aws.protocoltests.json10",
                                                      .query_compatible = true};

template <class In, class Out, class... E>
struct Base {
  using Input = In;
  using ServerInput = In;
  using Output = Out;
  using Errors = healthlake::Errors<E...>;
  static constexpr ServiceInfo service = json_rpc10::service;
};

struct NoInputAndNoOutput : Base<Unit, Unit> {
  static constexpr std::string_view name = "NoInputAndNoOutput";
  static constexpr OperationTraits traits{.no_output = true};
};
struct NoInputAndOutput : Base<Unit, Unit> {
  static constexpr std::string_view name = "NoInputAndOutput";
};
struct EmptyInputAndEmptyOutput : Base<Unit, Unit> {
  static constexpr std::string_view name = "EmptyInputAndEmptyOutput";
};
struct SimpleScalarProperties : Base<SimpleScalars, SimpleScalars> {
  static constexpr std::string_view name = "SimpleScalarProperties";
};
struct JsonUnions : Base<JsonUnionsShape, JsonUnionsShape> {
  static constexpr std::string_view name = "JsonUnions";
};
struct EndpointOperation : Base<Unit, Unit> {
  static constexpr std::string_view name = "EndpointOperation";
  static constexpr OperationTraits traits{.host_prefix = "foo."};
};
struct EndpointWithHostLabelOperation : Base<HostLabelInput, Unit> {
  static constexpr std::string_view name = "EndpointWithHostLabelOperation";
  static constexpr OperationTraits traits{.host_prefix = "foo.{label}."};
};
struct HostWithPathOperation : Base<Unit, Unit> {
  static constexpr std::string_view name = "HostWithPathOperation";
};
struct ContentTypeParameters : Base<ContentTypeParametersInput, Unit> {
  static constexpr std::string_view name = "ContentTypeParameters";
};
struct PutWithContentEncoding : Base<PutWithContentEncodingInput, Unit> {
  static constexpr std::string_view name = "PutWithContentEncoding";
  static constexpr OperationTraits traits{.gzip = true, .no_output = true};
};
struct OperationWithDefaults : Base<DefaultsInput, Defaults> {
  using ServerInput = ServerDefaultsInput;
  static constexpr std::string_view name = "OperationWithDefaults";
};
struct OperationWithNestedStructure : Base<NestedInput, TopLevel> {
  static constexpr std::string_view name = "OperationWithNestedStructure";
};
struct OperationWithRequiredMembers : Base<Unit, RequiredMembers> {
  static constexpr std::string_view name = "OperationWithRequiredMembers";
};
struct OperationWithRequiredMembersWithDefaults : Base<Unit, RequiredDefaults> {
  static constexpr std::string_view name = "OperationWithRequiredMembersWithDefaults";
};
struct GreetingWithErrors : Base<Unit, Unit, InvalidGreeting, ComplexError, FooError> {
  static constexpr std::string_view name = "GreetingWithErrors";
};
struct QueryIncompatibleOperation : Base<Unit, Unit> {
  static constexpr std::string_view name = "QueryIncompatibleOperation";
};
struct QueryCompatibleOperation : Base<Unit, Unit, NoCustomCodeError, CustomCodeError> {
  static constexpr std::string_view name = "QueryCompatibleOperation";
  static constexpr ServiceInfo service = query_compatible_service;
};

/// The operation as a server sees it.
template <class Op>
struct Served : Op {
  using Input = typename Op::ServerInput;
};

/// Calls `f.template operator()<Op>()` with the type among `T` whose name is `name`; false if there is none.
template <class... T>
struct OneOf {
  template <class F>
  static bool visit(std::string_view name, F&& f) {
    return ((name == name_of<T>() && (f.template operator()<T>(), true)) || ...);
  }

 private:
  template <class U>
  static constexpr std::string_view name_of() {
    if constexpr (requires { U::name; }) return U::name;
    else return error_info<U>.code;
  }
};

using Operations =
    OneOf<NoInputAndNoOutput, NoInputAndOutput, EmptyInputAndEmptyOutput, SimpleScalarProperties, JsonUnions,
          EndpointOperation, EndpointWithHostLabelOperation, HostWithPathOperation, ContentTypeParameters,
          PutWithContentEncoding, OperationWithDefaults, OperationWithNestedStructure, OperationWithRequiredMembers,
          OperationWithRequiredMembersWithDefaults, GreetingWithErrors, QueryIncompatibleOperation,
          QueryCompatibleOperation>;
using AllErrors = OneOf<InvalidGreeting, ComplexError, FooError, NoCustomCodeError, CustomCodeError>;

}  // namespace json_rpc10

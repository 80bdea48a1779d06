// The JSON in which containers and instances provide credentials.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/core/shape.hpp"
#include "healthlake/credentials/provided.hpp"
#include "healthlake/sign/hash.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

// Credentials or an error; which members there are depends on which it is. Services spell those of an error in two
// ways.
struct JsonKeys {
  std::optional<std::string> access_key_id{};
  std::optional<std::string> secret_access_key{};
  std::optional<std::string> token{};
  std::optional<std::string> expiration{};
  std::optional<std::string> upper_code{};
  std::optional<std::string> upper_message{};
  std::optional<std::string> lower_code{};
  std::optional<std::string> lower_message{};

  static consteval auto shape(auto...) {
    using Self = JsonKeys;
    return structure("JsonKeys", field<&Self::access_key_id>("AccessKeyId"),
                     field<&Self::secret_access_key>("SecretAccessKey"), field<&Self::token>("Token"),
                     field<&Self::expiration>("Expiration"), field<&Self::upper_code>("Code"),
                     field<&Self::upper_message>("Message"), field<&Self::lower_code>("code"),
                     field<&Self::lower_message>("message"));
  }

  JsonKeys() = default;
  JsonKeys(JsonKeys&&) = default;
  JsonKeys& operator=(JsonKeys&&) = default;
  ~JsonKeys() {
    for (auto* secret : {&secret_access_key, &token})
      if (*secret) wipe((*secret)->data(), (*secret)->size());
  }

  [[nodiscard]] std::string_view code() const { return first_of(upper_code, lower_code); }
  [[nodiscard]] std::string_view message() const { return first_of(upper_message, lower_message); }

 private:
  static std::string_view first_of(std::optional<std::string> const& a, std::optional<std::string> const& b) {
    return a ? std::string_view{*a} : b ? std::string_view{*b} : std::string_view{};
  }
};

// What a decoder found, without the excerpt, which may show a secret.
std::string describe_fault(Malformed const& fault);

// Reads a body; or what is wrong with it, without any of it.
Result<JsonKeys, std::string> read_json_keys(std::string_view body);

// The credentials, with their expiration; or which member is missing or invalid.
Result<ProvidedCredentials, std::string> credentials_of(JsonKeys const& keys);

// The code and message of an error's body; none if it is not such a JSON.
std::string describe_json_error(int status, std::string_view body, std::string_view secret);

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/credentials/impl/json_keys.ipp"
#endif

// Which field lines of a request a signature covers, and in which order: worked out once for requests with the same
// header names in the same order, as those of one client are; for each of them only the values are filled in.
//
// Rules: a plan that does not fit is replaced, so it never changes what is signed. The views in `fields` are into the
// request, the credentials and the plan, and valid until one of them changes. A copy of a plan is empty.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/http/message.hpp"
#include "healthlake/sign/signed_fields.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

inline constexpr std::string_view date_name = "x-amz-date";
inline constexpr std::string_view token_name = "x-amz-security-token";
inline constexpr std::string_view content_hash_name = "x-amz-content-sha256";

// The headers that signing adds besides the date and Authorization.
struct AddedHeaders {
  bool token = false;
  // Whether the token is signed too.
  bool token_signed = false;
  bool content_hash = false;

  friend bool operator==(AddedHeaders const&, AddedHeaders const&) = default;
};

// Their values.
struct AddedValues {
  std::string_view date{};
  std::string_view token{};
  std::string_view content_hash{};
};

class SigningPlan {
 public:
  SigningPlan() = default;
  // The names of the fields are views into the plan, so that a copy would have to make them anew.
  SigningPlan(SigningPlan const&) noexcept : SigningPlan() {}
  SigningPlan& operator=(SigningPlan const&) noexcept;
  ~SigningPlan() = default;

  // Fills in the values of a request. Returns false if it does not have the names that were planned, or if it cannot be
  // signed; `check_signable` says why.
  [[nodiscard]] bool fill(HttpRequest const& request, AddedHeaders const& added) noexcept;
  // Plans for the names of this request, and fills in its values. Precondition: check_signable.
  void make(HttpRequest const& request, AddedHeaders const& added);
  // Fills in what signing adds.
  void fill_added(AddedValues const& values) noexcept;

  // Sorted by sort_signed_fields.
  [[nodiscard]] std::span<SignedField const> fields() const noexcept { return fields_; }
  [[nodiscard]] std::string_view signed_headers() const noexcept { return signed_headers_; }
  // Whether the request has a header of a name that signing adds.
  [[nodiscard]] bool replaces() const noexcept { return replaces_; }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  // One of the request's headers: the size of its name, and its place in `fields_`, `none` if it is not signed.
  struct Line {
    std::size_t name_size;
    std::size_t place;
  };

  std::size_t add(std::string_view name);
  void set(std::size_t place, std::string_view value) noexcept {
    if (place != none) fields_[place].value = value;
  }

  bool made_ = false;
  bool replaces_ = false;
  AddedHeaders added_{};
  std::vector<Line> lines_;
  // The names of the request's headers, one after the other, as they are and in lower case.
  std::string names_;
  std::string lower_names_;
  std::string signed_headers_;
  std::vector<SignedField> fields_;
  // The places of what is not one of the request's headers.
  std::size_t host_ = none;
  std::size_t date_ = none;
  std::size_t token_ = none;
  std::size_t content_hash_ = none;
};

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/sign/impl/signing_plan.ipp"
#endif

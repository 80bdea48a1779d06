// Which field lines of a request a signature covers, and in which order: worked out once for requests with the same
// header names in the same order, as those of one client are; for each of them only the values are filled in.
//
// Rules: a plan that does not fit is replaced, so it never changes what is signed. Plans are used again only where a
// register holds a word; for a smaller processor, hashing costs so much more than planning that the code for it is not
// worth its flash. The views in `fields` are into the request, the credentials and the plan, and valid until one of
// them changes. A copy of a plan is empty.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "healthlake/http/message.hpp"
#include "healthlake/sign/signed_fields.hpp"
#include "healthlake/text/bytes.hpp"

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
  // Whether to try `fill` before `make`.
  static constexpr bool lasts = bytes::words_pay;

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
  // Fills in what signing adds, after one of the other two.
  void fill_added(AddedValues const& values) noexcept;

  // Sorted by sort_signed_fields.
  [[nodiscard]] std::span<SignedField const> fields() const noexcept { return fields_; }
  [[nodiscard]] std::string_view signed_headers() const noexcept { return signed_headers_; }
  // Whether the request has a header of a name that signing adds.
  [[nodiscard]] bool replaces() const noexcept { return replaces_; }

 private:
  // The places in `lines_` of what is signed beside the request's headers, counted from the end.
  enum Added : std::size_t { content_hash = 1, token, date, host, added_count = host };

  void set(Added added, std::string_view value) noexcept { lines_[lines_.size() - added].value = value; }
  void sign(std::string_view name, std::size_t order) { fields_.push_back({name, {}, order}); }
  void sign(std::string_view name, Added added) { sign(name, lines_.size() - added); }

  bool made_ = false;
  bool replaces_ = false;
  // Whether the signed host is the authority, and not a header.
  bool signs_authority_ = true;
  AddedHeaders added_{};
  // The names of the request's headers, each in lower case and, if the plan lasts, as it is.
  std::string names_;
  std::string signed_headers_;
  // The request's headers, signed or not, and then what is added, which has no name here.
  std::vector<SignedField> lines_;
  // `order` is the place in `lines_`.
  std::vector<SignedField> fields_;
};

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/sign/impl/signing_plan.ipp"
#endif

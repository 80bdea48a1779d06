// The functions of sign/credentials.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "healthlake/core/error.hpp"
#include "healthlake/core/result.hpp"
#include "healthlake/sign/credentials.hpp"
#include "healthlake/sign/hash.hpp"
#include "healthlake/text/ascii.hpp"

namespace HEALTHLAKE_NAMESPACE {

HEALTHLAKE_DECL Secret::Secret(std::string_view text) : size_(text.size()) {
  if (text.empty()) return;
  text_.reset(new char[size_]);
  std::copy(text.begin(), text.end(), text_.get());
}

HEALTHLAKE_DECL Secret& Secret::operator=(Secret const& other) {
  if (this != &other) *this = Secret{other};
  return *this;
}

HEALTHLAKE_DECL Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  clear();
  text_ = std::move(other.text_);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

HEALTHLAKE_DECL void Secret::clear() noexcept {
  if (text_) wipe(text_.get(), size_);
  text_.reset();
  size_ = 0;
}

HEALTHLAKE_DECL std::string to_string(Credentials const& credentials) {
  std::string text = "access key " + credentials.access_key_id;
  if (!credentials.session_token.empty()) text += " with a session token";
  return text;
}

}  // namespace HEALTHLAKE_NAMESPACE

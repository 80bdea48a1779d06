// The functions of credentials/token_file.hpp.
#pragma once

#include <string>
#include <utility>

#include "healthlake/core/result.hpp"
#include "healthlake/credentials/local_system.hpp"
#include "healthlake/credentials/token_file.hpp"
#include "healthlake/sign/credentials.hpp"
#include "healthlake/text/ascii.hpp"
#include "healthlake/text/text.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

HEALTHLAKE_DECL Result<Secret, std::string> read_token(LocalSystemRef system, std::string const& path) {
  std::string const what = concat({"the token file ", printable_ascii(path, 256)});
  auto const file = system.read_file(path, max_token_file_bytes);
  if (file.status == FileStatus::absent) return Unexpected{concat({what, " does not exist"})};
  if (auto fault = file_fault(file, what, max_token_file_bytes); !fault.empty()) return Unexpected{std::move(fault)};
  auto const token = trim_white_space(file.content.reveal());
  if (token.empty()) return Unexpected{concat({what, " is empty"})};
  if (!all_are(is_printable, token))
    return Unexpected{concat({what, " contains a line break, another control or a non-ASCII character"})};
  return Secret{token};
}

}  // namespace HEALTHLAKE_NAMESPACE::detail

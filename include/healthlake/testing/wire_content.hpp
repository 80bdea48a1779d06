// Changes that the wire mutator makes to the content of a message, whose framing is adjusted.
//
// Rules: those of wire_draw.hpp.
#pragma once

#include <string>

#include "healthlake/testing/wire_draw.hpp"
#include "healthlake/testing/wire_message.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

std::string change_json_type(WireMessage& message, WireDraw draw);
std::string change_json_number(WireMessage& message, WireDraw draw);
std::string change_json_member(WireMessage& message, WireDraw draw);
std::string change_json_depth(WireMessage& message, WireDraw draw);
std::string change_json_syntax(WireMessage& message, WireDraw draw);
std::string change_utf8(WireMessage& message, WireDraw draw);
std::string change_escape(WireMessage& message, WireDraw draw);
std::string change_unicode_form(WireMessage& message, WireDraw draw);
std::string change_error(WireMessage& message, WireDraw draw);

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/testing/impl/wire_content.ipp"
#endif

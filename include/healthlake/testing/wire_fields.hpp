// Changes that the wire mutator makes to field lines, except those that frame the message.
//
// Rules: those of wire_draw.hpp.
#pragma once

#include <string>

#include "healthlake/testing/wire_draw.hpp"
#include "healthlake/testing/wire_message.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

std::string change_content_coding(WireMessage& message, WireDraw draw);
std::string repeat_field(WireMessage& message, WireDraw draw);
std::string remove_field(WireMessage& message, WireDraw draw);
std::string contradict_field(WireMessage& message, WireDraw draw);
std::string change_field_name(WireMessage& message, WireDraw draw);
std::string change_field_value(WireMessage& message, WireDraw draw);
std::string fold_field(WireMessage& message, WireDraw draw);
std::string enlarge_field(WireMessage& message, WireDraw draw);
std::string add_many_fields(WireMessage& message, WireDraw draw);

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/testing/impl/wire_fields.ipp"
#endif

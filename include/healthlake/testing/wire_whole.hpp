// Changes that the wire mutator makes to the start line, and to a message as a whole.
//
// Rules: those of wire_draw.hpp.
#pragma once

#include <cstddef>
#include <string>

#include "healthlake/testing/wire_draw.hpp"
#include "healthlake/testing/wire_message.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

std::string change_version(WireMessage& message, WireDraw draw);
std::string change_start(WireMessage& message, WireDraw draw);
std::string forbid_content(WireMessage& message, WireDraw draw);
std::string add_interim(WireMessage& message, WireDraw draw);
std::string change_line_end(WireMessage& message, WireDraw draw);
std::string append_excess(WireMessage& message, WireDraw draw);
std::string add_noise(WireMessage& message, WireDraw draw);
std::string cut(WireMessage& message, WireDraw draw);

// Where the first `size` bytes of a message end: `in the field "Date"`.
std::string place_of(WireMessage const& message, std::size_t size);

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/testing/impl/wire_whole.ipp"
#endif

// Changes that the wire mutator makes to the framing of a message: Content-Length, Transfer-Encoding, chunks.
//
// Rules: those of wire_draw.hpp.
#pragma once

#include <string>

#include "healthlake/testing/wire_draw.hpp"
#include "healthlake/testing/wire_message.hpp"

namespace HEALTHLAKE_NAMESPACE::detail {

std::string change_length(WireMessage& message, WireDraw draw);
std::string repeat_length(WireMessage& message, WireDraw draw);
std::string change_transfer_coding(WireMessage& message, WireDraw draw);
std::string add_chunks(WireMessage& message, WireDraw draw);
std::string break_chunks(WireMessage& message, WireDraw draw);
std::string smuggle(WireMessage& message, WireDraw draw);

}  // namespace HEALTHLAKE_NAMESPACE::detail

#if !defined(HEALTHLAKE_SEPARATE_COMPILATION)
#include "healthlake/testing/impl/wire_framing.ipp"
#endif

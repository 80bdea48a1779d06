// How the program asks services over libcurl.
#pragma once

#include "common/strict_curl.hpp"
#include "healthlake/transport/curl.hpp"
#include "settings.hpp"
#include "signals.hpp"

namespace healthlake_export {

inline healthlake::CurlOptions curl_options(Settings const& settings) {
  auto options = healthlake_examples::strict_curl_options();
  options.proxy = settings.proxy;
  options.proxy_from_environment = settings.proxy_from_environment;
  options.ca_file = settings.ca_file;
  options.cancelled = [] { return caught_signal() != 0; };
  return options;
}

}  // namespace healthlake_export

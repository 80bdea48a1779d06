// The umbrella: the client half of the library, without anything that needs an operating system or another library.
//
// Rules: no adapter (transport/, runtime/, sign/openssl.hpp, sign/mbedtls.hpp, sign/environment.hpp), nothing that
// includes nlohmann/json (json/dom.hpp, json/nlohmann_tokenizer.hpp), and nothing of testing/, local/ or server/;
// include those by name.
#pragma once

#include "healthlake/client.hpp"
#include "healthlake/core/print.hpp"
#include "healthlake/flow/timers.hpp"
#include "healthlake/sign/sha256.hpp"
#include "healthlake/sign/sigv4.hpp"

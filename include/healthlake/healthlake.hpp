// The umbrella: everything that needs neither an operating system nor another library.
//
// Rules: no adapter (transport/, runtime/, sign/openssl.hpp, sign/mbedtls.hpp, sign/environment.hpp), nothing that
// includes nlohmann/json (json/dom.hpp, json/nlohmann_tokenizer.hpp), and nothing of testing/, local/ or server/;
// include those by name.
#pragma once

#include "healthlake/client.hpp"
#include "healthlake/core/print.hpp"
#include "healthlake/sign/sha256.hpp"
#include "healthlake/sign/sigv4.hpp"

// The umbrella: everything that needs neither an operating system nor a library beside nlohmann/json.
//
// Rules: no adapter (transport/, runtime/, sign/openssl.hpp, sign/mbedtls.hpp, sign/environment.hpp), and nothing of
// testing/ or server/; include those by name.
#pragma once

#include "healthlake/client.hpp"
#include "healthlake/json/dom.hpp"
#include "healthlake/sign/sha256.hpp"
#include "healthlake/sign/sigv4.hpp"

// What the fuzz targets of this tree share; run.sh builds and runs them.
#pragma once

#include "healthlake/testing/all_shapes.hpp"
#include "healthlake/testing/fuzz.hpp"
#include "healthlake/testing/samples.hpp"

#define FUZZ_REQUIRE HEALTHLAKE_FUZZ_REQUIRE

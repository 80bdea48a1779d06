// The library, compiled once; see simulation.cpp.
#include "healthlake/local/fhir_src.hpp"
#include "healthlake/local/src.hpp"
#include "healthlake/local/transformation_src.hpp"
#include "healthlake/rest/src.hpp"
#include "healthlake/server/src.hpp"
#include "healthlake/src.hpp"

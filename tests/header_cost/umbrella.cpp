// Everything but the adapters, and no use of it.
#include "healthlake/healthlake.hpp"

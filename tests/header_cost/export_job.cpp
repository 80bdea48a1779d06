// The shapes of export jobs and nothing else.
#include "healthlake/model/export_job.hpp"

// The export by FHIR REST.
#pragma once

#include "commands.hpp"
#include "exit_status.hpp"

namespace healthlake_export {

/// Starts an export and waits for it; or waits for Settings::job_id, or cancels it.
Exit export_by_rest(Run const& run);

}  // namespace healthlake_export

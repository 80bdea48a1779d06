// error: not handled in switch
#include "healthlake/model/job.hpp"
#pragma GCC diagnostic error "-Wswitch"

using namespace healthlake;

bool ended(OpenEnum<JobStatus> const& status) {
  switch (status) {
    case JobStatus::submitted:
    case JobStatus::queued:
    case JobStatus::in_progress:
    case JobStatus::cancel_submitted:
    case JobStatus::cancel_in_progress: return false;
    case JobStatus::completed_with_errors:
    case JobStatus::completed:
    case JobStatus::failed:
    case JobStatus::cancel_completed:
    case JobStatus::cancel_failed: return true;
  }
  return false;
}

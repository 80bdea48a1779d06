// The exit statuses of healthlake-export, as documented in docs/healthlake-export.md. They do not change.
#pragma once

namespace healthlake_export {

enum Exit : int {
  /// The job completed (`start`), or what was asked for was printed (`describe`, `list`).
  success = 0,
  /// The job failed or was cancelled.
  job_failed = 1,
  /// Invalid options, environment or profile, and nothing was sent; or no credentials.
  invalid_input = 2,
  /// The service, one that provides credentials, or the connection to it failed, or the job did not complete within the
  /// timeout.
  call_failed = 3,
  /// The output could not be written.
  output_failed = 4,
  /// 128 and the number of the signal that interrupted the program: 130 after Ctrl-C, 143 after SIGTERM.
  interrupted = 128,
};

}  // namespace healthlake_export

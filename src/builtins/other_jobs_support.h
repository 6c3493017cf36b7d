// Jobs of this user's other shells, and of detached ones: what their records tell (`jobs --all`).
//
// Such a job is named by the pid of its shell and its number there: 4711.2. A record is read anew
// each time; its shell is asked to end a job, and the end is seen in the record.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "builtins/reports_support.h"
#include "scheduler/job_record.h"

namespace weir::builtins {

struct OtherJob {
  scheduler::ShellRecord shell;  // without its jobs
  scheduler::JobRecord job;
};

/// "4711.2", where 4711 is another shell than this one.
bool is_other_spec(const Context& ctx, std::string_view text);
/// For builtins that take jobs of this shell only.
std::unexpected<Error> not_of_this_shell(std::string_view spec);
/// The same of this shell as %2; any other text as it is.
std::string without_own_pid(const Context& ctx, std::string text);

/// Those that live, and those that ended within a day; those of this shell as it knows them.
Task<std::vector<OtherJob>> read_all_jobs(Context& ctx);
/// A pid and a number are given again: the job that lives hides the ended ones of its name, a newer
/// one the older. Those that live come first, then the one that ended last.
void keep_one_of_each_name(std::vector<OtherJob>& jobs);
/// An error: there is no such job. One of this shell is found, too.
Task<Result<OtherJob>> find_other_job(Context& ctx, std::string spec);

Value other_job_row(const OtherJob& job);
std::string other_jobs_table(const Context& ctx, const std::vector<OtherJob>& jobs, size_t width);
std::string other_job_line(const OtherJob& job);

/// Until it has ended. An error: the token was triggered.
Task<Result<OtherJob>> wait_for_other_job(Context& ctx, OtherJob job, loop::CancelToken token);
/// Asks its shell, and waits where the signal ends jobs. The error says what has not happened.
Task<Result<void>> kill_other_job(Context& ctx, std::string spec, int signal, loop::Duration grace,
                                  bool waits);
/// What it has written: `jobs -o`.
Task<int> show_other_output(Invocation call, std::string spec);

}  // namespace weir::builtins

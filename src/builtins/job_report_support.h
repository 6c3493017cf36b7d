// How jobs are shown: their records as rows, as a table at a terminal, as
// tab-separated lines elsewhere; and the jobs that belong to a context.
#pragma once

#include <string>
#include <vector>

#include "builtins/job_gate_support.h"
#include "kernel/context.h"
#include "scheduler/job_manager.h"

namespace weir::builtins {

/// The whole record (LANGUAGE 7.2). `gate`: what the gate knows of it, or null.
Value job_row(const scheduler::Job& job, const Value* gate = nullptr);

/// For a terminal of that many columns. `with_processes`: jobs -l.
std::string job_table(const kernel::Context& ctx, const std::vector<scheduler::JobPtr>& jobs,
                      const JobGates& gates, bool with_processes, size_t width);
/// Elsewhere: columns with tabs between them, and a newline.
std::string job_line(const scheduler::Job& job, const Value* gate, bool with_processes);

/// Each line of an operand is one: what `$(jobs -p)` gives is a single word.
List each_job_named(const List& operands);

/// The jobs that this context started, ended ones, too: what `wait` without operands is about.
std::vector<scheduler::JobPtr> own_jobs(const kernel::Context& ctx);

/// The job of `%…`; or of a process id: that of a job's only process, or what `jobs -p` has told.
Result<scheduler::JobPtr> find_job(const kernel::Context& ctx, const Value& operand);

}  // namespace weir::builtins

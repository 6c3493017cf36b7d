// A run for an agent: `weir --json`.
//
// Everything of the text happens within it: its EXIT trap runs, and jobs that still run when it
// is over are told of and ended. Nothing in it can wait for a person: stdin is empty, there is no
// terminal, pagers and prompts are off (agent_environment.h).
#pragma once

#include <string>

#include "base/value.h"
#include "kernel/agent_output.h"
#include "kernel/kernel.h"

namespace weir::kernel {

struct AgentRequest {
  std::string name;  // of the text, for messages
  std::string text;
  size_t output_budget = kDefaultOutputBudget;  // bytes of stdout and of stderr that are shown
};

/// {state, code, signal, stdout, stderr, stages, duration_ms, queued_ms, cwd, truncated,
/// stdout_file, stderr_file, jobs, hints}, as docs/agents.md describes them; and the exit code.
struct AgentResult {
  Record record;
  int code = 0;
};
AgentResult run_for_agent(Kernel& kernel, AgentRequest request);
/// The same of what could not be run at all: a file that is not there, a wrong command line. The
/// message is its stderr.
AgentResult refuse_for_agent(Kernel& kernel, std::string message, int code);

}  // namespace weir::kernel

// One function for each kind of command. Internal to the evaluator: run_command() chooses.
#pragma once

#include <vector>

#include "kernel/context.h"
#include "loop/task.h"
#include "parser/ast.h"

namespace weir::kernel {

using loop::Task;
using loop::ValueTask;

ValueTask<int> run_simple(Context& ctx, const parser::SimpleCommand& command);
ValueTask<int> run_if(Context& ctx, const parser::IfCommand& command);
Task<int> run_while(Context& ctx, const parser::WhileCommand& command);
Task<int> run_for_in(Context& ctx, const parser::ForInCommand& command);
Task<int> run_for_arith(Context& ctx, const parser::ForArithCommand& command);
Task<int> run_case(Context& ctx, const parser::CaseCommand& command);
Task<int> run_subshell(Context& ctx, const parser::GroupCommand& command);
ValueTask<int> run_arithmetic(Context& ctx, const parser::ArithmeticCommand& command);
ValueTask<int> run_test(Context& ctx, const parser::TestCommand& command);
ValueTask<int> define_function(Context& ctx, const parser::FunctionCommand& command);

/// A pipeline: stages beside each other, negation, time, PIPESTATUS.
ValueTask<int> run_pipeline(Context& ctx, const parser::Pipeline& pipeline);
/// A stage that is not the last, in a context of its own; its status lands in `code`.
Task<void> run_stage(Context sub, const parser::Command& command, int& code);
/// D8: of the rightmost failing stage; an earlier stage that SIGPIPE ended does not count.
int pipeline_status(const Context& ctx, const std::vector<int>& codes);
/// `… | scatter … | worker | gather … | …`: true when the pipeline holds one.
bool has_scatter(const Context& ctx, const parser::Pipeline& pipeline);
/// Each block from scatter to gather counts as one stage, in PIPESTATUS as well.
Task<int> run_scatter_pipeline(Context& ctx, const parser::Pipeline& pipeline);

/// How many, where all of it is one pipeline of simple commands; else 0. What they call is not
/// looked at.
size_t stages_of(const parser::ListItem& item);

/// `list &`: starts the job and gives 0.
Task<int> start_background(Context& ctx, const parser::ListItem& item);

}  // namespace weir::kernel

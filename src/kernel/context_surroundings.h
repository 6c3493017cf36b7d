// What the checks are told of a context: its builtins, functions, names and options.
#pragma once

#include "kernel/context.h"
#include "kernel/unit_check.h"
#include "parser/surroundings.h"

namespace weir::kernel {

/// The context must outlive it, unchanged.
class ContextSurroundings final : public parser::Surroundings {
 public:
  ContextSurroundings(const Context& ctx, TextRole role, bool is_fresh);

  parser::BuiltinFacts builtin(std::string_view name) const override;
  bool is_function(std::string_view name) const override;
  bool is_alias(std::string_view name) const override;
  bool is_set(std::string_view name) const override;
  bool is_readonly(std::string_view name) const override;
  std::string option_problem(std::string_view name, bool on) const override;
  std::string option_problem(char letter, bool on) const override;
  std::string trap_problem(std::string_view condition) const override;

 private:
  const Context& ctx_;
  const bool is_fresh_;
};

}  // namespace weir::kernel

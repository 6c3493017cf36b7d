// The flags of the program as data: --help, the man page and the completions for
// other shells are made of them. command_line.cpp reads them.
#pragma once

#include <span>

#include "base/command_schema.h"

namespace weir::kernel {

std::span<const FlagSchema> program_flags();

/// The ways to start it, what follows the name.
std::span<const std::string_view> program_synopses();

/// What is read before the first command (start_files.h), in this order.
struct StartFileKind {
  std::string_view path;
  std::string_view help;
};
std::span<const StartFileKind> start_file_kinds();

}  // namespace weir::kernel

// Manual: the man pages of the program, made of the same schemas as --help.
//
// Called by `weir --print` when a package is built. Pages are roff in the macros
// of man(7), which groff, mandoc and `man` read.
#pragma once

#include <string>

#include "kernel/builtin.h"

namespace weir::kernel {

/// weir(1): how the program is started, its flags and options, its files.
std::string program_page(std::string_view version);
/// weir-builtins(7): each builtin with its usage, flags and examples, by group.
std::string builtins_page(const BuiltinRegistry& builtins, std::string_view version);

}  // namespace weir::kernel

#pragma once

#include <vector>

#include "kernel/context.h"
#include "kernel/external.h"

namespace weir::kernel {

/// SHLVL, which counts the shells that are in one another: this one is one deeper than what started
/// it. Source: bash, whose limit it has, too (from 1,000 on it begins again with 1).
void enter_level(Context& ctx);

/// What a program gets that takes this shell's place: without this level. Empty when SHLVL is not
/// exported.
std::vector<EnvironmentEntry> level_outside(const Context& ctx);

}  // namespace weir::kernel

// The shim: weir called by another program's name stands in front of that program.
//
// As `cargo`, what answers at once becomes the real cargo without a detour: no kernel, no loop,
// nothing is asked. What compiles gets a lease first. As weir-gate-run it is what the builtin
// `gate run` starts. Called by main() before anything else.
#pragma once

#include <string_view>

namespace weir::gate {

/// The name that the builtin `gate run` gives to the shim.
inline constexpr std::string_view kRunName = "weir-gate-run";

/// Whether weir is a shim when it is called so (argv[0]).
bool is_shim_name(std::string_view called);

/// Runs the program. REQUIRES: is_shim_name(argv[0]).
[[noreturn]] void run_shim(int argc, char** argv);

}  // namespace weir::gate

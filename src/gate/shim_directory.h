// The directory of shims: links by other programs' names that lead to weir, first on PATH.
//
// $XDG_DATA_HOME/weir/shims, else ~/.local/share/weir/shims. `gate shim` fills it; main() asks it
// whether a name that weir was called by is that of a shim.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "gate/environment_list.h"

namespace weir::gate {

/// Empty when there is no home.
std::string shim_directory(const EnvironmentList& environment);

/// Whether NAME is there and leads to the program that runs now.
bool is_installed_shim(std::string_view name, const std::string& directory);

/// The names in it, sorted.
std::vector<std::string> installed_shims(const std::string& directory);

/// Makes the link, and what is missing of the directory and those above it, private. True when it
/// was not there before.
Result<bool> install_shim(const std::string& name, const std::string& directory,
                          const std::string& program);
/// True when it was there.
Result<bool> remove_shim(const std::string& name, const std::string& directory);
/// Takes it away, and weir's directory around it, where nothing is left in them.
void remove_empty_shim_directory(const std::string& directory);

/// Puts the directory in front of PATH in a shell's start-up file, by one marked line at its end.
/// True when the line was not there; a file that is not there is made, with `fresh_mode`.
/// remove_path_line() takes it out again, and the file away when it then holds nothing.
Result<bool> add_path_line(const std::string& file, const std::string& directory,
                           mode_t fresh_mode);
Result<bool> remove_path_line(const std::string& file);

}  // namespace weir::gate

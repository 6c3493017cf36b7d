// Completions of the program `weir` for other shells, made of its flags.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir::kernel {

/// The script for "bash", "zsh" or "fish"; nothing for another name.
std::optional<std::string> completion_for(std::string_view shell);

}  // namespace weir::kernel

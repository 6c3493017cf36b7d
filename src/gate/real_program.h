// find_real_program(): the program that a shim stands in front of.
//
// The first executable file of the name on PATH that is not weir itself: neither the file that
// runs now nor another build of it, by whatever name.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir::gate {

/// The path of the file; nothing when PATH has none.
std::optional<std::string> find_real_program(std::string_view name, std::string_view search_path);

/// The first executable file of the name on PATH when it is weir: a shim. Nothing otherwise.
std::optional<std::string> find_shim(std::string_view name, std::string_view search_path);

}  // namespace weir::gate

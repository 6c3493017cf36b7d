// Files of /proc as text. For all that looks at processes and at the machine.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

/// The whole file, NULs included; nothing when it cannot be read (the process is gone, or not
/// ours).
std::optional<std::string> read_proc_file(const std::string& path);

/// Calls `visit` for each entry of a directory whose name is a number above 0.
void each_number_in(const std::string& directory, const std::function<void(int)>& visit);

/// Takes the next word off the front, after blanks; "" at the end.
std::string_view take_word(std::string_view& text);
/// A word that is a whole number in this base; nothing otherwise.
std::optional<std::uint64_t> parse_number(std::string_view word, int base = 10);

}  // namespace weir

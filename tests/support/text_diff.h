// A readable difference of two texts, for the report of a failed case.
#pragma once

#include <string>
#include <string_view>

namespace weir::test {

/// Lines with "  " (in both), "- " (expected only) or "+ " (found only) in front, each indented;
/// bytes that do not print are escaped, a missing last newline is said.
std::string text_diff(std::string_view expected, std::string_view found);

/// TEXT with every byte that does not print as \n, \t, \xHH; UTF-8 stays.
std::string visible(std::string_view text);

}  // namespace weir::test

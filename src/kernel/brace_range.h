// The words of a brace range: {1..5}, {01..10}, {a..e..2}, {5..1}.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace weir::kernel {

inline constexpr size_t kMaxRangeWords = 1'000'000;

/// Ends are two integers or two single characters. The direction is that of the
/// ends and the step's sign does not matter, 0 counts as 1, as in bash. An end
/// with a leading zero pads all words to the longer end's width.
Result<std::vector<std::string>> expand_range(std::string_view from, std::string_view to,
                                              int64_t step);

}  // namespace weir::kernel

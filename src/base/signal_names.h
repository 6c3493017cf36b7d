// Signals by name and number.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace weir {

/// "INT" for 2; "RTMIN+1" for real-time ones; the number where it has no name.
std::string signal_name(int signal);
/// TERM, SIGTERM, term, 15; 0 only as "0". Errors say what names there are.
Result<int> parse_signal(std::string_view text);
/// Every signal that can be sent, by number.
std::vector<int> all_signals();

}  // namespace weir

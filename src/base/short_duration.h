// A time as lists and notices show it, where whole seconds are enough once it takes longer.
#pragma once

#include <chrono>
#include <string>

namespace weir {

/// "614ms", "12s", "1m04s".
std::string short_duration(std::chrono::nanoseconds time);

}  // namespace weir

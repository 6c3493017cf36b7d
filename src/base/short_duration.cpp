#include "base/short_duration.h"

#include "base/text.h"

namespace weir {

std::string short_duration(std::chrono::nanoseconds time) {
  using namespace std::chrono;
  if (time >= seconds(1)) return format_duration(floor<seconds>(time));
  return format_duration(floor<milliseconds>(time));
}

}  // namespace weir

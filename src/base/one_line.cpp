#include <algorithm>

#include "base/text.h"

namespace weir {

std::string one_line(std::string text) {
  const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; };
  std::ranges::replace_if(text, is_control, ' ');
  return text;
}

}  // namespace weir

// Lines as a format and its arguments, for printf, echo -e and math: no crash.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "kernel/escapes.h"
#include "kernel/math_eval.h"
#include "kernel/printf_format.h"

namespace {

/// Widths of a hundred million blanks are right, but slow to fuzz.
bool has_large_number(std::string_view text) {
  size_t digits = 0;
  for (const char c : text) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits > 4) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  std::vector<weir::Value> lines;
  for (size_t at = 0; at <= input.size();) {
    const size_t end = std::min(input.find('\n', at), input.size());
    lines.emplace_back(input.substr(at, end - at));
    at = end + 1;
  }
  const std::string& first = lines[0].as_string();
  const auto result = weir::kernel::evaluate_math(first);
  if (result && result->is_real() && !std::isfinite(result->as_real())) std::abort();
  weir::kernel::unescape(first, weir::kernel::EscapeStyle::echo);
  if (!has_large_number(input)) {
    weir::kernel::format_printf(first, std::span(lines).subspan(1));
  }
  return 0;
}

// A pattern and a text, split at the first newline: the ways to match must agree.
#include <cstdlib>

#include "kernel/pattern.h"

using weir::kernel::Pattern;
using weir::kernel::PatternSegment;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t split = std::min(input.find('\n'), input.size());
  const PatternSegment segments[] = {{std::string(input.substr(0, split)), false}};
  const std::string_view text = input.substr(std::min(split + 1, input.size()));
  const Pattern pattern = Pattern::compile(segments);
  const bool whole = pattern.matches(text);
  if (whole != (pattern.prefix(text, true) == text.size())) std::abort();
  if (whole != (pattern.suffix(text, true) == size_t{0})) std::abort();
  const auto found = pattern.find(text, 0);
  if (whole && !found) std::abort();
  if (found && !pattern.matches(text.substr(found->first, found->second - found->first))) {
    std::abort();
  }
  return 0;
}

// Backslash escapes of echo -e, of printf's %b and of printf's format.
//
// The three differ in octal (\0NNN, both, \NNN) and in \c, which ends all output
// in the first two and is nothing special in a format. An escape that is not one
// stays as it is written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir::kernel {

enum class EscapeStyle : uint8_t { echo, percent_b, format };

struct Unescaped {
  std::string text;
  bool stop = false;  // \c was met: nothing is to be printed after `text`
};
Unescaped unescape(std::string_view text, EscapeStyle style);

/// One escape: `at` is just behind the backslash. Appends what it stands for and
/// gives the position after it; sets `stop` for \c.
size_t take_escape(std::string_view text, size_t at, EscapeStyle style, std::string& out,
                   bool& stop);

}  // namespace weir::kernel

// A number that begins with 0, and so is octal, but was meant otherwise: 08, 0b101, 0o17.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir {

/// How the number is written as it was meant: "10#08", "2#101", "8#17". Nothing where that is not
/// known: "0x", "0b12". REQUIRES: `number` is not octal.
std::optional<std::string> octal_slip(std::string_view number);

}  // namespace weir

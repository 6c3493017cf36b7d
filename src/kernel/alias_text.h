// The text of an alias: the words at the beginning of a command (LANGUAGE 6.3).
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace weir::kernel {

/// The words that the text stands for; nothing when it is more than the
/// beginning of one plain command without expansions.
std::optional<std::vector<std::string>> alias_words(std::string text);

}  // namespace weir::kernel

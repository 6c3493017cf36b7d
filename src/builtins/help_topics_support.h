// The topics of `help`: what no single builtin is the place for.
#pragma once

#include <span>
#include <string_view>

namespace weir::builtins {

struct HelpTopic {
  std::string_view name;
  std::string_view summary;  // one line, lower case, no full stop
  std::string_view text;     // begins with its heading, ends with a newline
};

std::span<const HelpTopic> help_topics();
const HelpTopic* find_help_topic(std::string_view name);

}  // namespace weir::builtins

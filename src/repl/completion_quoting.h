// How a completion is written into a text: quoted so that it is read back as it is.
#pragma once

#include <string>
#include <string_view>

#include "repl/completion_context.h"

namespace weir::repl {

/// `value` as it must be written where `quote` is open. Begun quotes stay begun:
/// closing_quote() ends them, opening_quote() begins them.
std::string quote_for(std::string_view value, Quote quote);
std::string_view opening_quote(Quote quote);
std::string_view closing_quote(Quote quote);

}  // namespace weir::repl

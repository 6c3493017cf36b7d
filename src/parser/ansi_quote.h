// $'…': C escapes in quoted text.
#pragma once

#include <string_view>

#include "parser/arena.h"

namespace weir::parser {

/// `text` (what stands between the quotes) with its escapes decoded: \a \b \e \E \f \n
/// \r \t \v \\ \' \" \? \nnn \xHH \uHHHH \UHHHHHHHH \cX; any other is kept as written.
std::string_view decode_ansi_quote(Arena& arena, std::string_view text);

}  // namespace weir::parser

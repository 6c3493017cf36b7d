// Variables that bash makes and weir does not: what there is in their place.
//
// Told where one of them is read and nothing has set it, before the text runs and when it runs.
#pragma once

#include <string_view>

namespace weir::parser {

/// Such as "the captures of =~ are in MATCH: ${MATCH[1]}"; empty for any other name.
std::string_view instead_of_variable(std::string_view name);

}  // namespace weir::parser

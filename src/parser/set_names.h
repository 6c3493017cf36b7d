// Which names a command sets through its words: read, getopts, printf -v, export, …
#pragma once

#include <functional>

#include "parser/call.h"

namespace weir::parser {

/// A builtin of that name sets variables.
bool sets_names(std::string_view builtin);

/// Calls `visit` with each word that holds the name of a variable that the
/// command gives a value (or may: `local x`). Assignments among the words of a
/// declaration are not words here: they are Assignment nodes.
void for_each_name_word(const Call& call, const std::function<void(const Word&)>& visit);

/// Names that the command sets without naming them: REPLY; OPTARG and OPTIND; ITEM.
std::span<const std::string_view> implied_names(const Call& call);

}  // namespace weir::parser

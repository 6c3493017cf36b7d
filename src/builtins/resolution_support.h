// What a command name stands for, in words: for type, which and command -v.
#pragma once

#include <string>
#include <string_view>

#include "kernel/evaluator.h"

namespace weir::builtins {

/// What the name means where a command is expected: alias, keyword, function, builtin or file.
kernel::Resolution first_meaning(kernel::Context& ctx, const std::string& name,
                                 bool default_path = false);

/// "alias", "keyword", "function", "builtin", "file"; empty for none.
std::string_view kind_word(kernel::Resolution::Kind kind);

/// "ls is /bin/ls", "cd is a shell builtin", …
std::string describe(kernel::Context& ctx, const std::string& name,
                     const kernel::Resolution& found);

/// What a script can use in its place: a path, the name, or `alias NAME=TEXT`.
std::string usable_form(kernel::Context& ctx, const std::string& name,
                        const kernel::Resolution& found);

/// The source text of a function's definition; empty when there is none.
std::string function_text(const kernel::Context& ctx, std::string_view name);

}  // namespace weir::builtins

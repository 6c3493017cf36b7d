// Changing the directory of a scope: shared by cd, pushd and popd.
#pragma once

#include <string>

#include "kernel/context.h"

namespace weir::builtins {

/// Goes to `path` and sets PWD and OLDPWD. `physical`: symbolic links are
/// resolved in the new path; otherwise `..` goes back the way the user came
/// (POSIX cd, steps 5 to 10). Errors name `path`.
Result<void> change_directory(kernel::Context& ctx, const std::string& path, bool physical = false);

/// The directory without symbolic links; an error when it was removed.
Result<std::string> physical_path(const kernel::Directory& directory);

/// ~ for the home directory at the front.
std::string abbreviate_home(const kernel::Context& ctx, const std::string& path);
/// A path as stdout is to have it: without control characters at a terminal, exact elsewhere.
std::string as_read(const kernel::Context& ctx, const std::string& path);
/// abbreviate_home() for a person: on one line, without control characters.
std::string shown_directory(const kernel::Context& ctx, const std::string& path);

}  // namespace weir::builtins

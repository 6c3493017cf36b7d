// File tests of [[ ]] and test: what stat(2) and access(2) say about a path.
//
// Paths resolve against the scope's directory. A file that cannot be looked at
// makes a test false, as POSIX says, never an error.
#pragma once

#include <string>

#include "base/error.h"
#include "parser/ast.h"

namespace weir::kernel {

/// -e -f -d -r -w -x -s -L -p -S -b -c -u -g -k -O -G; rights are those of the
/// effective user. REQUIRES: op is one of these.
Result<bool> file_test(parser::TestOp op, const std::string& path, int cwd_fd);
/// -nt -ot -ef. A file that is there is newer than one that is not.
/// REQUIRES: op is one of these.
Result<bool> file_test(parser::TestOp op, const std::string& left, const std::string& right,
                       int cwd_fd);

}  // namespace weir::kernel

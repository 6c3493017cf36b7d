// Glob: a word's pattern to the paths that it matches.
//
// Used for words with unquoted pattern characters and by the builtin `glob`.
// Each directory is opened by its path from the start and read once, whatever
// the pattern, so one descriptor is open at a time and no path is given twice.
// `**` stands for any number of directories and never enters a symbolic link;
// other components may. What cannot be opened is passed over. Blocks: for large
// trees call it on the thread pool.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "kernel/pattern.h"

namespace weir::kernel {

struct GlobOptions {
  bool hidden = false;        // * ? [ and ** match a leading dot too
  bool guard_dashes = true;   // a result that begins with - is given as ./- (D12)
};

/// True when some component acts as a pattern. False for text such as `a[b`,
/// which is an ordinary word.
bool is_glob(std::span<const PatternSegment> segments);

/// The matching paths, spelled as the pattern is (relative, absolute, trailing
/// slash: directories only), in byte order. Nothing matched: empty. A slash
/// always separates components, quoted or not. Fails only where the system has
/// no descriptors or memory left.
Result<std::vector<std::string>> expand_glob(std::span<const PatternSegment> segments, int cwd_fd,
                                             const GlobOptions& options = {});

}  // namespace weir::kernel

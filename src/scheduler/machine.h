// What the machine has to spare, from /proc: for --load and --memfree.
#pragma once

#include <cstdint>

namespace weir::scheduler {

/// Tasks that run or want to run now, this one not counted; 0 where unknown.
double machine_load();
/// Bytes that new work can have without swapping; UINT64_MAX where unknown.
uint64_t free_memory();

}  // namespace weir::scheduler

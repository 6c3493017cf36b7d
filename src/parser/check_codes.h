// The numbers of what the validator finds: E040 where it is an error, W040 where it
// is a warning. docs/diagnostics.md has an example of each; those below 40 are the
// parser's (messages.h).
#pragma once

#include <cstdint>

namespace weir::parser {

enum class Check : uint8_t {
  // what fails whenever it runs
  unknown_flag = 40,
  operand_count = 41,
  refused_command = 42,
  outside_loop = 43,
  outside_function = 44,
  local_outside = 45,
  read_only = 46,
  unmatched_scatter = 47,
  open_bracket = 48,
  trap_action = 49,
  exported_value = 50,
  trap_condition = 51,
  // what is probably not meant
  unset_name = 60,
  joined_flags = 61,
  unchecked_cd = 62,
  unreachable = 63,
  constant_test = 64,
  unreached_item = 65,
  emptied_file = 66,
  no_range = 67,
  no_assignment = 68,
  odd_file = 69,
  unused_pipe = 70,
};

}  // namespace weir::parser

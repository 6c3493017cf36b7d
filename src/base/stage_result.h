// StageResult: how one stage of a pipeline ended, for results and whoever reads them.
#pragma once

#include <string>

namespace weir {

struct StageResult {
  std::string command;  // its source text
  int code = 0;         // exit code as $? has it
};

}  // namespace weir

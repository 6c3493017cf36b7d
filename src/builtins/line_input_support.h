// LineInput: one line of input for `read`, with its backslashes taken out.
//
// The bytes come through OpenFile::read_line() or one by one, so nothing beyond
// the line is taken from what others share.
#pragma once

#include <cstdint>
#include <optional>

#include "builtins/field_splitting_support.h"
#include "scheduler/open_file.h"

namespace weir::builtins {

enum class LineLimit : uint8_t { delimiter, at_most, exactly };

struct LineRules {
  char delimiter = '\n';
  LineLimit limit = LineLimit::delimiter;
  int64_t characters = 0;  // for at_most (or to the delimiter) and exactly
  bool raw = false;        // backslashes are ordinary
};

struct LineInput {
  InputLine line;
  bool at_end = false;           // the stream ended first
  std::optional<Error> failure;  // cancelled, or the read failed; line has what came before
};

/// One answer of read_line() into the input. True when the line goes on (an
/// escaped delimiter). REQUIRES: the limit is the delimiter.
bool take_piece(scheduler::ReadResult piece, const LineRules& rules, LineInput& input);

/// Reads on until the line has ended. All references must outlive the task.
loop::Task<void> read_line_input(scheduler::OpenFile& file, const LineRules& rules,
                                 const loop::CancelToken& token, LineInput& input);

}  // namespace weir::builtins

// Which offers fit what was typed, best first.
//
// Prefixes, then prefixes but for case, then what holds the text, then what holds its letters in
// order. Only the best of these classes is kept: the common prefix of what is shown can then
// be inserted.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir::repl {

/// One thing that could stand at the cursor.
struct Offer {
  std::string value;
  std::string description = {};
  std::string suffix = " ";
  int rank = 0;  // lower ones come first
  bool is_file = false;  // of the directory that the word names
};

/// Sorted by rank and value within the class, each value once (the first offer of it).
std::vector<Offer> matching_offers(std::vector<Offer> offers, std::string_view typed);

}  // namespace weir::repl

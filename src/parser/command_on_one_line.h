// A command of several lines as it could have been written on one.
//
// For lists of jobs and notices: `for i in 1 2 3; do sleep 2; echo $i; done`. It is for the eye:
// what is in quotes loses its line ends, comments go, and the texts of here-documents stay out.
#pragma once

#include <string>
#include <string_view>

namespace weir::parser {

std::string command_on_one_line(std::string_view text);

}  // namespace weir::parser

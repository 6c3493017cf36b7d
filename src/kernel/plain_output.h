// plain_output(): what a terminal would end up showing, as text for a reader that is none.
//
// Called for the result object of --json. Escape sequences (ECMA-48: CSI, OSC and other
// strings, two-character ones) go; of a line that `\r` wrote over and over, as progress bars
// do, the last state stays. Text that is not UTF-8 comes back unchanged: it is data.
#pragma once

#include <string>
#include <string_view>

namespace weir::kernel {

std::string plain_output(std::string_view text);

}  // namespace weir::kernel

// plain_output(): what a terminal would end up showing, as text for a reader that is none.
//
// Called for the result object of --json. Escape sequences (ECMA-48: CSI, OSC and other
// strings, two-character ones) go; of a line that `\r` wrote over and over, as progress bars
// do, the last state stays. Text that is not UTF-8 comes back unchanged: it is data. Called for
// the prompt, too, where colours (SGR) may stay.
#pragma once

#include <string>
#include <string_view>

namespace weir::kernel {

enum class Colors : bool { go, stay };

std::string plain_output(std::string_view text, Colors colors = Colors::go);

}  // namespace weir::kernel

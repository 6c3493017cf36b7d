// What can only be told of a terminal by its name.
#pragma once

namespace weir {

/// Whether it breaks its lines anew when its width changes; where it does not, it cuts them. By the
/// environment (XTERM_VERSION, TMUX).
bool terminal_reflows();

}  // namespace weir

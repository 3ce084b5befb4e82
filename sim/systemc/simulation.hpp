// A simulation of SystemC as a call, since its own start (sc_main) is a program's and its kernel is one for all.
#pragma once

#include <functional>

namespace tilewright {

/// Runs `simulate` in a SystemC kernel of its own: it makes its modules, starts, and destroys them. It has a thread
/// of its own, too: the processes have stacks between which SystemC switches, of which no trace is left on the
/// caller's, that the address sanitizer would take for errors. One at a time; others wait. What `simulate` throws
/// is thrown.
void in_own_simulation(const std::function<void()>& simulate);

}  // namespace tilewright

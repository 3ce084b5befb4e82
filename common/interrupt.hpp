// What ends computations, for handlers of signals that others install.
#pragma once

namespace tilewright {

/// From here on interrupted() (common/parallel.hpp). May be called in a handler of a signal.
void interrupt();

}  // namespace tilewright

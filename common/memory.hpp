// How much memory the program has.
#pragma once

namespace tilewright {

/// Bytes of it that are in memory now, from proc(5); 0 where the system does not say.
double resident_B();

}  // namespace tilewright

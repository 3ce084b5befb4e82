// Large counts as people read them.
#pragma once

#include <string>

namespace tilewright {

/// "148,896"; with one decimal where a mean has a fraction: "10,110.2". Exact below 2^53.
std::string with_commas(double count);

}  // namespace tilewright

// A file where a pattern is expected.
#pragma once

#include <string>

namespace tilewright {

/// Why a text that names a file is no mask, and what can be done with a file of its kind; empty for a text that
/// names none. Relative paths are taken from `folder`, or from where the program runs.
std::string why_no_mask(const std::string& name, const std::string& folder);

}  // namespace tilewright

// Which models this build has: what results depend on beside their inputs.
#pragma once

#include <string>

namespace tilewright {

/// A digest of the sources of the folders from common/ to explore/: the same in builds whose models are the same.
const std::string& model_version();

}  // namespace tilewright

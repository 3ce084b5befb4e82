// Which build this is.
#pragma once

#include <string>

namespace tilewright {

const std::string& version();  ///< "0.1.0"
const std::string&
commit();  ///< the commit that was checked out when the build was configured; "unknown" without git

}  // namespace tilewright

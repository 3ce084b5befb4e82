#include "common/version.hpp"

namespace tilewright {

const std::string& version() {
  static const std::string text = TILEWRIGHT_VERSION;
  return text;
}

const std::string& commit() {
  static const std::string text = TILEWRIGHT_COMMIT;
  return text;
}

}  // namespace tilewright

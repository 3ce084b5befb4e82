#include "kernels/plan/words.hpp"

#include <cstddef>

namespace tilewright::plan {

const std::vector<std::string>& operations() {
  static const std::vector<std::string> words{"attention", "backward", "decode", "passes",
                                              "linear",    "permute",  "micro"};
  return words;
}

const std::vector<std::string>& dtypes() {
  static const std::vector<std::string> words{"bf16", "fp16", "fp8"};
  return words;
}

const std::vector<std::string>& caches() {
  static const std::vector<std::string> words{"warm", "flush", "rotate"};
  return words;
}

const std::vector<std::string>& statuses() {
  static const std::vector<std::string> words{"ok", "wrong", "unsupported", "failed", "lost"};
  return words;
}

const std::string& to_text(Cache cache) { return caches()[static_cast<std::size_t>(cache)]; }
const std::string& to_text(Status status) { return statuses()[static_cast<std::size_t>(status)]; }

}  // namespace tilewright::plan

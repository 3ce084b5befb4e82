// How many points came to what.
#pragma once

#include <map>
#include <string>

namespace tilewright::kernels::runner {

class Tally {
 public:
  void add(const std::string& what) { ++counts_[what]; }
  [[nodiscard]] bool has(const std::string& what) const { return counts_.count(what) > 0; }

  /// "3 ok, 1 wrong".
  [[nodiscard]] std::string str() const {
    std::string text;
    for (const auto& [what, count] : counts_) {
      text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + what;
    }
    return text.empty() ? "no points" : text;
  }

 private:
  std::map<std::string, int> counts_;
};

}  // namespace tilewright::kernels::runner

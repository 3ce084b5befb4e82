// Shared by the tests: a measuring suite, and kernels, in a folder of their own.
#pragma once

#include <string>

#include "common/file.hpp"
#include "measure/expand.hpp"
#include "tests/common/folder.hpp"

namespace tilewright::test {

class SmallSuite {
 public:
  SmallSuite() {
    write("fast.yaml", kernel("fast", "operation: attention, kernels: [fast], head_dims: [64], dtypes: [bf16]",
                              "{q: 64, kv: 64}, {q: 128, kv: 64}, {q: 8x8, kv: 8x8}, {q: 8x16, kv: 8x8}"));
    write("two.yaml",
          kernel("two", "operation: decode, kernels: [a, b], head_dims: [64, 128], dtypes: [bf16, fp16]", ""));
    write("peer.yaml",
          kernel("peer", "operation: attention, kernels: [peer], head_dims: [64], dtypes: [bf16]", ""));
    write("micro.yaml", kernel("micro", "operation: micro, kernels: [read, write]", ""));
    write("tiles-only.yaml", "kernel: {name: tiles-only, tiles: [{q: 64, kv: 64}]}\n");
  }

  /// The path of a new file.
  std::string write(const std::string& name, const std::string& content) const {
    write_file(folder_.path() / name, content);
    return folder_.path() / name;
  }

  /// `groups` are lines of list elements; the first is line 9. The suite has repetitions for those that have none.
  [[nodiscard]] Yaml yaml(const std::string& groups) const {
    const bool all_have = count_of("repetitions:", groups) == count_of("name:", groups);
    const std::string repetitions = all_have ? "  # every group has its repetitions\n" : "  repetitions: 10\n";
    return Yaml::load(write("suite.yaml", "measure:\n  name: small\n  seed: 5\n  cache: flush\n  warm_up: 2\n" +
                                              repetitions + "  checks: {spread: 0.5}\n  groups:\n" + groups));
  }
  [[nodiscard]] MeasureSuite suite(const std::string& groups) const { return parse_measure_suite(yaml(groups)); }
  std::vector<plan::Row> rows(const std::string& groups) const { return expand(suite(groups)); }

  /// A message without the folder.
  [[nodiscard]] std::string short_of(std::string message) const {
    const std::string folder = folder_.path().string() + "/";
    for (std::size_t at = message.find(folder); at != std::string::npos; at = message.find(folder))
      message.erase(at, folder.size());
    return message;
  }

  /// One group of attention; `more` are other keys, each a line.
  static std::string group(const std::string& more = "", const std::string& kernels = "fast.yaml") {
    return "    - name: g\n      kernels: [" + kernels +
           "]\n      dtype: bf16\n      heads: 4\n      head_dim: 64\n" + more;
  }

 private:
  static int count_of(const std::string& word, const std::string& text) {
    int count = 0;
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
    return count;
  }

  // Without tiles it chooses them.
  static std::string kernel(const std::string& name, const std::string& runs, const std::string& tiles) {
    return "kernel:\n  name: " + name + "\n  runs: {" + runs + "}\n" +
           (tiles.empty() ? "  chooses_tiles: true\n" : "  tiles: [" + tiles + "]\n");
  }

  TemporaryFolder folder_;
};

}  // namespace tilewright::test

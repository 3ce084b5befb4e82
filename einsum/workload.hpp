// A workload: the shapes, data types and phase of a computation, and the cascades that compute it.
//
//   workload:
//     name: bert
//     phase: prefill                       # or decode
//     cascades: [attention-3pass, attention-1pass]
//     shapes: {B: 64, H: 12, E: 64, F: E, S: 1024, M: S, P: S}   # in order; later ones may use earlier ones
//     word_B: 2                            # bytes of an element
//     words_B: {RM: 4}                     # of tensors that differ
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "common/yaml.hpp"

namespace tilewright {

struct Workload {
  std::string name;
  std::string file;
  std::string phase;
  std::vector<std::string>
      cascades;  ///< names or paths (from the file or where the program runs), each computing the same
  std::map<std::string, double> shapes;
  double word_B = 0;
  std::map<std::string, double> words_B;  ///< by tensor

  /// Bytes of one element of a tensor.
  [[nodiscard]] double element_B(const std::string& tensor) const;
};

/// Reads a workload with some of its shapes set to other values. Throws InputError for a shape to set that the
/// file has not, and for everything that is wrong in the file.
Workload parse_workload(const Yaml& root, std::map<std::string, double> set = {});
Workload load_workload(const std::filesystem::path& file, const std::map<std::string, double>& set = {});

}  // namespace tilewright

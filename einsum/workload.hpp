// A workload: the shapes, data types and phase of a computation, and the cascades that compute it.
//
//   workload:
//     name: bert
//     phase: prefill                       # or decode
//     cascades: [attention-3pass, attention-1pass]
//     shapes: {B: 64, H: 12, E: 64, F: E, S: 1024, M: S, P: S}   # in order; later ones may use earlier ones
//     word_B: 2                            # bytes of an element
//     words_B: {RM: 4}                     # of tensors that differ
//     kv_heads: G                          # the shape that has the number of heads of K and V (GQA)
//     mask:                                # which pairs exist; left out: all
//       queries: P                         # ranks of the cascades; or their parts
//       keys: M
//       heads: H                           # where heads differ
//       pattern: gna,window=18x24x24       # einsum/mask/expression.hpp
//       layout: 30x48x80                   # of the keys; left out: one dimension
//       query_layout: 30x48x80             # left out: the same, or one dimension
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/yaml.hpp"
#include "einsum/mask/spec.hpp"

namespace tilewright {

struct WorkloadMask {
  std::string queries;  ///< name of a rank
  std::string keys;
  std::string heads;  ///< empty: all heads are the same
  MaskSpec spec;
  Place place;

  /// For so many queries and keys. Throws InputError where the layout has another number of tokens.
  [[nodiscard]] Layout layout(Count query_tokens, Count key_tokens) const;
  /// Another pattern, as text or a name, over the same ranks; laid out as before where it says nothing else.
  void set_pattern(const std::string& pattern);
};

struct Workload {
  std::string name;
  std::string file;
  std::string phase;
  /// Names, or paths from the file or where the program runs; all compute the same.
  std::vector<std::string> cascades;
  std::map<std::string, double> shapes;
  double word_B = 0;
  std::map<std::string, double> words_B;  ///< by tensor
  std::string kv_heads;                   ///< name of a shape; empty: K and V have as many heads as Q
  std::optional<WorkloadMask> mask;

  /// Bytes of one element of a tensor.
  [[nodiscard]] double element_B(const std::string& tensor) const;
};

/// Reads a workload with some of its shapes set to other values. Throws InputError for a shape to set that the
/// file has not, and for everything that is wrong in the file.
Workload parse_workload(const Yaml& root, std::map<std::string, double> set = {});
Workload load_workload(const std::filesystem::path& file, const std::map<std::string, double>& set = {});

}  // namespace tilewright

// A workload: the shapes, data types and phase of a computation, and the cascades that compute it.
//
//   workload:
//     name: bert
//     phase: prefill                       # or decode
//     cascades: [attention-3pass, attention-1pass]
//     shapes: {B: 64, H: 12, E: 64, F: E, S: 1024, M: S, P: S}   # in order; later ones may use earlier ones
//     word_B: 2 B                          # of an element; may use shapes, as in bits / 8 * 1 B
//     words_B: {RM: 4 B}                   # of tensors that differ
//     ranks: {queries: P, keys: M, heads: H, batch: B, head_dim: E, value_dim: F}   # einsum/attention_ranks.hpp
//     shared: {V: K}                       # V is the first elements of the rows of K
//     mask:                                # which pairs exist; left out: all
//       pattern: gna,window=18x24x24       # einsum/mask/expression.hpp
//       layout: 30x48x80                   # of the keys; left out: one dimension
//       query_layout: 30x48x80             # left out: the same, or one dimension
//     selection: {keys: 64, every: 4}      # how the keys of the mask are chosen (einsum/selection.hpp)
//     requests: {queries: [1, 1], keys: [4096, 900]}   # in place of the shapes of batch, queries and keys: a batch
//     of
//                                        # unequal sequences (einsum/requests.hpp)
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/yaml.hpp"
#include "einsum/attention_ranks.hpp"
#include "einsum/mask/spec.hpp"
#include "einsum/requests.hpp"
#include "einsum/selection.hpp"

namespace tilewright {

/// The mask of a workload, over the ranks that it says are queries, keys and heads.
struct WorkloadMask {
  std::string queries;  ///< name of a rank
  std::string keys;
  std::string heads;  ///< empty: as many as the mask names
  MaskSpec spec;
  Place place;
  Extents padded = {};  ///< a longer layout of the keys that its windows are placed in; empty: none

  /// For so many queries and keys. Throws InputError where the layout has another number of tokens.
  [[nodiscard]] Layout layout(Count query_tokens, Count key_tokens) const;
  /// Of so many heads; 0: of as many as the mask names. Throws InputError as make_masks() does.
  [[nodiscard]] std::vector<HeadMask> masks(const Layout& layout, Count heads) const;
};

struct Workload {
  std::string name;
  std::string file;
  std::string phase;
  /// Names, or paths from the file or where the program runs; all compute the same.
  std::vector<std::string> cascades;
  std::map<std::string, double> shapes;
  std::map<std::string, std::vector<std::string>> sources;  ///< by shape: the shapes that its value is from
  /// By tensor, or "" for the word of all others: the shapes that its word is from.
  std::map<std::string, std::vector<std::string>> word_sources;
  double word_B = 0;
  std::map<std::string, double> words_B;      ///< by tensor
  std::optional<AttentionRanks> ranks;        ///< of attention; nothing: it is none
  std::map<std::string, std::string> shared;  ///< tensors by those that hold their data
  std::optional<WorkloadMask> mask;
  std::optional<Selection> selection;
  std::vector<RequestLengths> requests;  ///< none: equal sequences, by the shapes
  Place requests_place;

  /// Bytes of one element of a tensor.
  [[nodiscard]] double element_B(const std::string& tensor) const;
  /// Throws InputError where it has none of that name.
  [[nodiscard]] double shape(const std::string& name) const;
  /// Names, and the shapes that their values are from.
  [[nodiscard]] std::set<std::string> with_sources(const std::set<std::string>& names) const;
  /// Another mask, as text or a name; laid out as before where it says nothing else. Throws InputError where the
  /// workload does not say which ranks are queries and keys.
  void set_mask(const std::string& pattern);
  /// Another selection, as text; empty: as it is. `option`: what messages name. Throws InputError as
  /// parse_selection() does, and where the workload does not say which ranks are queries and keys.
  void set_selection(const std::string& text, const std::string& option);
  /// Throws InputError where it has a selection: of nests of loops, that do not choose keys.
  void refuse_selection() const;
  /// Windows placed as if the keys were laid out so, and the queries longer by as much; tokens behind the last are
  /// left out (einsum/mask/padded.hpp). Throws InputError for another mask than one pattern with a window and a
  /// stride, for unequal requests, and for a layout that is shorter or has other dimensions.
  void pad_mask(const Extents& keys);
  /// Of one sequence, as the mask lays it out. Throws InputError where there is no mask, and as pad_mask().
  [[nodiscard]] Layout padded_from() const;
  /// Leaves out mask, selection, shared tensors and roles, for a cascade that has no queries and keys.
  void drop_attention();
  /// A batch of such requests, as find_requests() reads them, in place of the shapes of batch, queries and keys or
  /// of the requests that it has. `set`: the shapes that were set. Throws InputError where one of these, or what it
  /// is from, is among them, where another shape is from one of these, and where the workload does not say which
  /// ranks they are.
  void set_requests(const std::string& lengths, const std::map<std::string, double>& set);
};

/// Reads a workload with some of its shapes set to other values. Throws InputError for a shape to set that the
/// file has not, and for everything that is wrong in the file.
Workload parse_workload(const Yaml& root, std::map<std::string, double> set = {});
Workload load_workload(const std::filesystem::path& file, const std::map<std::string, double>& set = {});

}  // namespace tilewright

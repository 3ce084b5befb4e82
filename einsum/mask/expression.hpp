// Masks as text: patterns, and what is combined of them.
//
//   gna,window=18x24x24,stride=16x8x8        a pattern and its arguments
//   causal & sliding,left=511                both; binds closer than |
//   sink,sinks=4,window=1024 | file,...      either
//   !blocked,window=64                       not
//   (blocked,window=8x8) >> 4x4              every pair moved by so many queries and keys per dimension, no wrap
//   gna,window=7x7 >> 0x0/2x2                queries by the first, keys by the second
//   4 * causal + 12 * sliding,left=127       heads: the first 4, the next 12
//
// A value with one of , | & + * ( ) > in it, or a space, stands in 'single quotes'.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "einsum/mask/pattern.hpp"

namespace tilewright {

/// One mask, still without a layout.
class MaskExpression {
 public:
  virtual ~MaskExpression() = default;
  [[nodiscard]] virtual Mask make(const Scene& scene) const = 0;
  /// How many heads it is about, and whether all differ by their number; see Pattern.
  [[nodiscard]] virtual Count heads() const = 0;
  [[nodiscard]] virtual bool by_number() const = 0;
  /// Heads in a row whose number makes no difference; 0: none does.
  [[nodiscard]] virtual Count alike() const = 0;
  /// Whether it is one of these patterns, or several of them that must all hold.
  [[nodiscard]] virtual bool is_of(const std::vector<std::string>& /*patterns*/) const { return false; }
  /// Pattern and arguments, where the expression is nothing else; else nullptr.
  [[nodiscard]] virtual const Arguments* rule() const { return nullptr; }
};

/// So many heads in a row with the same expression.
struct HeadRun {
  Count heads = 1;
  std::shared_ptr<const MaskExpression> expression;
  std::string text;
};

/// A mixture; a run without a number of heads has as many as its patterns are about. Relative paths of files
/// are taken from `folder`. Throws InputError with the position in the text.
std::vector<HeadRun> parse_mask(const std::string& text, const std::string& folder = {});

/// A mask and how many heads have it.
struct HeadMask {
  Count heads;
  int first_head;
  std::string text;
  Mask mask;
};

/// The masks of all heads, equal ones in a row together. `heads` is a multiple of the runs' sum: the mixture is
/// stretched (run of 1 of 4, 8 heads: 2 heads), and so are the heads of a file; throws InputError
/// otherwise.
std::vector<HeadMask> make_masks(const std::vector<HeadRun>& runs, const Layout& layout, Count heads);

}  // namespace tilewright

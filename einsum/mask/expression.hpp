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
  /// Whether heads differ.
  [[nodiscard]] virtual bool by_head() const = 0;
  /// Pattern and arguments, where the expression is nothing else; else nullptr.
  [[nodiscard]] virtual const Arguments* rule() const { return nullptr; }
};

/// So many heads in a row with the same expression.
struct HeadRun {
  Count heads = 1;
  std::shared_ptr<const MaskExpression> expression;
  std::string text;
};

/// A mixture; one run of one head where the text has no `+` and no `*`. Relative paths of files are taken from
/// `folder`. Throws InputError with the position in the text.
std::vector<HeadRun> parse_mask(const std::string& text, const std::string& folder = {});

/// A mask and how many heads have it.
struct HeadMask {
  Count heads;
  int first_head;
  std::string text;
  Mask mask;
};

/// The masks of all heads, equal ones in a row together. `heads` is a multiple of the runs' sum: the mixture is
/// stretched (run of 1 of 4, 8 heads: 2 heads); throws InputError otherwise.
std::vector<HeadMask> make_masks(const std::vector<HeadRun>& runs, const Layout& layout, Count heads);

}  // namespace tilewright

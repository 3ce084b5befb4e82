// From a cascade to another one that computes the same, step by step, each step checked on random inputs.
#pragma once

#include <string>
#include <vector>

#include "einsum/rewrite/difference.hpp"

namespace tilewright {

/// A rule by name; see einsum/rewrite/rules.hpp.
struct RewriteRule {
  std::string name;   ///< "defer-division"
  std::string law;    ///< what it rests on, in a line
  bool along_rank;    ///< whether it is of one rank
  bool same_results;  ///< gradients are other results
  Cascade (*apply)(const Cascade& cascade, RankId along);
};

const std::vector<RewriteRule>& rewrite_rules();

struct RewriteStep {
  std::string rule;
  std::string rank;  ///< empty: of none
  std::string law;
  std::vector<std::string> added;        ///< Einsums that were not there before, as text
  int passes = 0;                        ///< over the rank that is traversed most often, afterwards
  std::optional<Difference> difference;  ///< from the step before; none where the results are others
};

struct Rewriting {
  Cascade cascade;
  std::vector<RewriteStep> steps;  ///< those that changed anything
  std::vector<std::string> idle;   ///< rules that were asked for and changed nothing
};

/// "split:M", "use-exp2", one after another. Throws InputError for an unknown rule or rank, where a rule's law does
/// not hold, and where results differ by more than a millionth.
Rewriting rewrite(const Cascade& cascade, const std::vector<std::string>& rules);

/// At most so many passes over a rank (none: the one that is traversed most often): exponentials are made safe,
/// divisions deferred, and reductions made running, as far as that is needed. Throws InputError where that does not
/// get there, with what stands in the way.
Rewriting rewrite_to_passes(const Cascade& cascade, int passes, const std::string& rank = {});

}  // namespace tilewright

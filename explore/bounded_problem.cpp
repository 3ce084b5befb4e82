#include "explore/bounded_problem.hpp"

#include <fmt/format.h>

#include <set>

#include "common/error.hpp"
#include "explore/used_shapes.hpp"

namespace tilewright {

namespace {

// A workload may be computed by several cascades, whose tensors may have other names, and so other words; adds the
// shapes that these are from to those that are used.
Attention problem_of(const Workload& workload, std::set<std::string>& used, Library& library) {
  std::optional<Attention> problem;
  for (const std::string& name : workload.cascades) {
    const Cascade& cascade = library.cascade(name);
    if (workload.ranks && !has_ranks(*workload.ranks, cascade)) continue;  // what comes before or after attention
    Attention found = attention_of(workload, cascade);
    if (problem && found.words != problem->words)
      throw InputError(
          fmt::format("{}: its cascades '{}' and '{}' have other words for Q, K, V or the output: "
                      "no one bound is of both",
                      workload.file, workload.cascades.front(), name));
    problem = std::move(found);
    used.merge(attention_word_names_of(workload, cascade));
  }
  if (!problem)
    throw InputError(workload.file + ": none of its cascades has the queries and keys that 'ranks' names");
  return *problem;
}

}  // namespace

BoundedProblem bounded_problem(const Workload& workload, const std::map<std::string, double>& set,
                               Library& library) {
  std::set<std::string> used = role_names_of(workload);
  Attention problem = problem_of(workload, used, library);
  require_used(set, workload, used, "attention's bound");
  return {workload.mask ? workload.mask->spec : find_mask("dense"), std::move(problem), workload.ranks};
}

}  // namespace tilewright

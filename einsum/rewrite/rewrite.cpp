#include "einsum/rewrite/rewrite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "einsum/parse.hpp"
#include "einsum/passes.hpp"
#include "einsum/rewrite/rules.hpp"
#include "einsum/sum_view.hpp"

namespace tilewright {

namespace {

constexpr double most_apart = 1e-6;

std::vector<RankPasses> passes_of(const Cascade& cascade) {
  return count_passes(cascade, ByRank<double>(cascade.ranks.size(), 1));
}

int passes_over(const Cascade& cascade, const std::string& rank) {
  for (const RankPasses& each : passes_of(cascade))
    if (cascade.ranks[each.rank].name == rank) return static_cast<int>(each.passes.size());
  return 0;
}

std::string busiest_rank(const Cascade& cascade) {
  const std::vector<RankPasses> all = passes_of(cascade);
  const auto most = std::ranges::max_element(all, {}, [](const RankPasses& each) { return each.passes.size(); });
  return most == all.end() ? "" : cascade.ranks[most->rank].name;
}

std::vector<std::string> statements(const Cascade& cascade) {
  std::vector<std::string> all;
  for (const Einsum& einsum : cascade.einsums) all.push_back(print_einsum(cascade, einsum));
  return all;
}

const RewriteRule& rule_named(const std::string& name) {
  std::vector<std::string> known;
  for (const RewriteRule& rule : rewrite_rules()) {
    if (rule.name == name) return rule;
    known.push_back(rule.name);
  }
  throw InputError(fmt::format("unknown rule '{}'{}", name, did_you_mean(name, known)));
}

class Rewriter {
 public:
  explicit Rewriter(const Cascade& cascade) {
    refuse_sum_views(cascade, "rules");
    done_.cascade = cascade;
  }

  void step(const RewriteRule& rule, const std::string& rank) {
    const std::vector<std::string> before = statements(done_.cascade);
    Cascade next = applied(rule, rank);
    RewriteStep step{
        .rule = rule.name, .rank = rule.along_rank ? rank : "", .law = rule.law, .added = {}, .difference = {}};
    for (std::string& statement : statements(next))
      if (!std::ranges::count(before, statement)) step.added.push_back(std::move(statement));
    if (step.added.empty() && before.size() == next.einsums.size())
      return done_.idle.push_back(text_of(rule, rank));
    const std::string busiest = busiest_rank(next);
    step.passes = busiest.empty() ? 0 : passes_over(next, busiest);
    if (rule.same_results) step.difference = checked(rule, rank, next);
    done_.cascade = std::move(next);
    done_.steps.push_back(std::move(step));
  }

  [[nodiscard]] const Cascade& cascade() const { return done_.cascade; }
  Rewriting done() {
    std::string rules;
    for (const RewriteStep& step : done_.steps)
      rules += (rules.empty() ? "" : ", ") + step.rule + (step.rank.empty() ? "" : ":" + step.rank);
    if (!rules.empty())
      done_.cascade.description += (done_.cascade.description.empty() ? "" : "; ") + ("rewritten: " + rules);
    return std::move(done_);
  }

 private:
  [[nodiscard]] Cascade applied(const RewriteRule& rule, const std::string& rank) const {
    try {
      return rule.apply(done_.cascade, rule.along_rank ? done_.cascade.rank(rank) : RankId());
    } catch (const InputError& error) {
      throw InputError(fmt::format("{}: rule '{}': {}", done_.cascade.name, text_of(rule, rank), error.what()));
    }
  }

  [[nodiscard]] Difference checked(const RewriteRule& rule, const std::string& rank, const Cascade& next) const {
    const Difference found = difference(done_.cascade, next);
    if (found.largest <= most_apart) return found;
    throw InputError(fmt::format("{}: rule '{}': results differ by {:.1e} of the largest on random inputs",
                                 done_.cascade.name, text_of(rule, rank), found.largest));
  }

  static std::string text_of(const RewriteRule& rule, const std::string& rank) {
    return rule.along_rank ? rule.name + ":" + rank : rule.name;
  }

  Rewriting done_;
};

}  // namespace

const std::vector<RewriteRule>& rewrite_rules() {
  static const std::vector<RewriteRule> rules{
      {"stabilise", "exp(x) / sum exp(x) = exp(x - max x) / sum exp(x - max x)", true, true, &stabilise},
      {"defer-division", "sum (a / d) b = (sum a b) / d, where d is the same for all of the sum", true, true,
       &defer_division},
      {"own-maximum", "exp(x - all) = exp(x - own) exp(own - all)", true, true, &use_own_maximum},
      {"running", "max and sum are associative, and exp(x - new) = exp(x - old) exp(old - new)", true, true,
       &make_running},
      {"split", "max and sum are associative, and exp(x - all) = exp(x - part) exp(part - all)", true, true,
       &split},
      {"reassociate", "sum (sum a b) c = sum a (sum b c), where a does not have the rank", true, true,
       &reassociate},
      {"chunk", "S[t+1] = d S[t] + u is linear in S: S[t] = (product of d) S[0] + sum (product of d since) u", true,
       true, &chunk},
      {"fuse", "an Einsum of no reduction that one Einsum reads, in its place there", false, true,
       [](const Cascade& cascade, RankId) { return fuse(cascade); }},
      {"use-exp2", "exp(x) = exp2(x log2 e)", false, true,
       [](const Cascade& cascade, RankId) { return use_exp2(cascade); }},
      {"differentiate", "the chain rule, backwards; what cancels has no gradient", false, false,
       [](const Cascade& cascade, RankId) { return differentiate(cascade); }},
  };
  return rules;
}

Rewriting rewrite(const Cascade& cascade, const std::vector<std::string>& rules) {
  Rewriter rewriter(cascade);
  for (const std::string& text : rules) {
    const std::size_t colon = text.find(':');
    const RewriteRule& rule = rule_named(text.substr(0, colon));
    const std::string rank = colon == std::string::npos ? "" : text.substr(colon + 1);
    if (rule.along_rank == rank.empty())
      throw InputError(
          fmt::format("rule '{}': expected {}", text, rule.along_rank ? rule.name + ":RANK" : rule.name));
    rewriter.step(rule, rank);
  }
  return rewriter.done();
}

Rewriting rewrite_to_passes(const Cascade& cascade, int passes, const std::string& rank) {
  const std::string over = rank.empty() ? busiest_rank(cascade) : cascade.ranks[cascade.rank(rank)].name;
  Rewriter rewriter(cascade);
  std::string obstacle;
  for (const char* name : {"stabilise", "defer-division", "own-maximum", "running"}) {
    // Exponentials that may overflow are not counted as saved passes.
    if (name != std::string_view("stabilise") && passes_over(rewriter.cascade(), over) <= passes) break;
    try {
      rewriter.step(rule_named(name), over);
    } catch (const InputError& error) {
      obstacle = error.what();
    }
  }
  if (const int left = passes_over(rewriter.cascade(), over); left > passes)
    throw InputError(fmt::format("'{}' needs {} passes over '{}'{}{}", cascade.name, left, over,
                                 obstacle.empty() ? "" : ": ", obstacle));
  Rewriting done = rewriter.done();
  done.idle.clear();  // nobody asked for them
  return done;
}

}  // namespace tilewright

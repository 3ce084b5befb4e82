#include "explore/claim/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "common/short_lists.hpp"

namespace tilewright {

namespace {

constexpr const char* introduction = R"(# Are published speedups possible?

"{first}x faster" is a number over a baseline, of a kernel or of a whole model, on a machine, under a mask. This page takes
{count} published claims about attention and asks of each: can any kernel do that on this machine; if so, must it be a
kernel of another kind than the stated one; and how much of it is only the baseline? It is made from
[configs/claims/{file}.yaml](../configs/claims/{file}.yaml), where every claim stands with its source, its baseline and what had
to be assumed, by

```sh
tilewright claim {file} --check
```

which also fails where a verdict is no longer the expected one. [check-a-claim.md](check-a-claim.md) says how to ask the
same of another claim.

## How a verdict is found

`B` is the time of the baseline: all pairs of a mask at the full rate of the machine, or a kernel as its model estimates
it ("by" a kernel). `L` is a lower limit of the method's time: no kernel computes the pairs of its mask faster than the
units allow, or moves what it needs once faster than the memory does; kernels with tiles compute visited tiles whole,
fetch K and V for every Q tile, and keep a Q tile on a worker ([masks.md](masks.md) has the proofs). `B / L` is the most
that such kernels gain. Where a claim is of a whole model, attention must gain more (Amdahl); where attention's share
of the time is not stated, the answer is the least share with which the claim is possible.

Limits are optimistic: **possible does not mean reached**. What a method spends beside attention counts only where a claim
states it. An estimated baseline is a model's word, not a measurement of ours: nothing here was measured by this project.

| verdict | claims | it means |
|---|---|---|
)";

const char* meaning_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::within:
      return "kernels with the stated tiles may gain as much over the stated baseline";
    case Verdict::packed:
      return "tiles of neighbouring keys do not allow it; gathering the needed keys into tiles does";
    case Verdict::other_kernels:
      return "the pairs and bytes allow it, the stated tiles do not";
    case Verdict::reused:
      return "finding the keys takes too long to do it in every step";
    case Verdict::baseline:
      return "no kernel gains as much over a kernel that computes what the baseline does, or the method is slower "
             "than "
             "that kernel";
    case Verdict::impossible:
      return "more than the limits allow, whatever the kernel";
    case Verdict::not_enough:
      return "a number that the verdict hangs on is not in the source";
    default:
      return "it needs a part of a machine that is not modelled here";
  }
}

constexpr Verdict all_verdicts[] = {Verdict::within,     Verdict::packed,        Verdict::other_kernels,
                                    Verdict::reused,     Verdict::baseline,      Verdict::impossible,
                                    Verdict::not_enough, Verdict::not_answerable};

std::string times(double speedup) { return fmt::format("{:.{}f}x", speedup, speedup < 100 ? 2 : 0); }

std::string in_table(std::string text) {
  for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) text.insert(at, "\\");
  return text;
}

std::string link_to(const Claim& claim) { return fmt::format("[{0}](#{0})", claim.name); }

class Page {
 public:
  Page(const std::vector<Claim>& claims, const std::vector<Answer>& answers) : claims_(claims), answers_(answers) {}

  std::string str(const std::string& file) {
    double first = 0;
    for (const Answer& answer : answers_) first = std::max(first, answer.claimed.value_or(0));
    page_ = fmt::format(fmt::runtime(introduction), fmt::arg("count", claims_.size()), fmt::arg("file", file),
                        fmt::arg("first", first));
    add_verdicts();
    add_table();
    add_lessons();
    add_differences();
    page_ += "\n## Claim by claim\n";
    for (std::size_t i = 0; i < claims_.size(); ++i) add_section(claims_[i], answers_[i]);
    return std::move(page_);
  }

 private:
  [[nodiscard]] std::vector<std::size_t> with(Verdict verdict) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < answers_.size(); ++i)
      if (answers_[i].verdict == verdict) found.push_back(i);
    return found;
  }
  [[nodiscard]] std::string links(const std::vector<std::size_t>& which) const {
    std::vector<std::string> all;
    for (const std::size_t i : which) all.push_back(link_to(claims_[i]));
    return fmt::format("{}", fmt::join(all, ", "));
  }

  void add_verdicts() {
    for (const Verdict verdict : all_verdicts)
      if (const auto found = with(verdict); !found.empty())
        page_ += fmt::format("| {} | {} | {} |\n", to_text(verdict), found.size(), meaning_of(verdict));
  }

  void add_table() {
    page_ +=
        "\n## The claims\n\n\"At most\" is the speedup that the verdict rests on: over the baseline of the claim, "
        "and of "
        "attention alone where the\nclaim is of a whole model, for which \"asked\" is what attention must gain.\n\n"
        "| claim | system | claimed | asked | at most | verdict |\n|---|---|---|---|---|---|\n";
    for (std::size_t i = 0; i < claims_.size(); ++i) {
      const Answer& answer = answers_[i];
      page_ += fmt::format("| {} | {} | {} | {} | {} | {} |\n", link_to(claims_[i]), claims_[i].system,
                           claims_[i].claimed ? claims_[i].claimed->text : "", asked(claims_[i], answer),
                           answer.possible && !is_rate(claims_[i]) ? times(*answer.possible) : "",
                           to_text(answer.verdict));
    }
  }
  static bool is_rate(const Claim& claim) {
    return claim.claimed->kind == StatedQuantity::Kind::rate ||
           claim.claimed->kind == StatedQuantity::Kind::share_of_peak;
  }
  static std::string asked(const Claim& claim, const Answer& answer) {
    if (!answer.needed || (claim.whole && !claim.whole->share) || !std::isfinite(*answer.needed)) return "";
    return times(*answer.needed);
  }

  // What the claims say together.
  void add_lessons() {
    page_ += "\n## What they teach\n";
    if (const auto found = with(Verdict::baseline); !found.empty()) {
      double least = std::numeric_limits<double>::infinity();
      double most = 0;
      for (const std::size_t i : found) {
        least = std::min(least, answers_[i].baseline_slower.value_or(least));
        most = std::max(most, answers_[i].baseline_slower.value_or(most));
      }
      page_ += fmt::format(
          "\n**Ask for the baseline first.** {} of {} claims are possible only because of it: {}. Their baselines "
          "took "
          "{:.0f} to\n{:.0f} times as long as a kernel is estimated to take for what they compute, on the same "
          "machine. Changing the\nkernel is worth that much without any mask; over that kernel no method gains as "
          "much, or the method takes longer than it.\n",
          found.size(), claims_.size(), links(found), least, most);
    }
    if (const auto found = with(Verdict::packed); !found.empty())
      page_ += fmt::format(
          "\n**A bound must say for which kernels it holds.** {}: a bound of tiles of neighbouring keys calls them "
          "impossible.\nThey are not, for kernels that pack the keys that a Q tile needs. A block-sparse kernel "
          "is not enough for these masks.\n",
          links(found));
    if (const auto found = with(Verdict::other_kernels); !found.empty())
      page_ += fmt::format(
          "\n**Fewer pairs are not less time.** {}: the saved pairs alone allow the claim, but the stated tiles "
          "compute "
          "others with\nthem. Such a number is one of operations; a kernel with these tiles does not reach it.\n",
          links(found));
    if (const auto found = with(Verdict::reused); !found.empty())
      page_ += fmt::format(
          "\n**Looking for keys costs bytes, too.** {}: a step that scores all keys reads them. The claim needs a "
          "selection that serves\nseveral steps.\n",
          links(found));
    add_lesson_of_wholes();
    if (const auto found = with(Verdict::not_enough); !found.empty())
      page_ += fmt::format(
          "\n**What to state.** For {} claims the source lacks what the verdict hangs on: {}. The sections say "
          "what it "
          "is. A mask or its\ndensity, heads, the machine and the time of the baseline would do.\n",
          found.size(), links(found));
  }
  void add_lesson_of_wholes() {
    std::vector<std::size_t> wholes;
    for (std::size_t i = 0; i < claims_.size(); ++i)
      if (answers_[i].needed && claims_[i].whole && claims_[i].whole->share) wholes.push_back(i);
    if (wholes.empty()) return;
    const auto most = *std::ranges::max_element(
        wholes, {}, [&](std::size_t i) { return *answers_[i].needed / *answers_[i].claimed; });
    page_ += fmt::format(
        "\n**End to end asks more of the kernel than it says.** {} asks {} of attention, which takes {:.0f} % of "
        "the "
        "baseline's time.\n",
        fmt::format("{} of the whole ({})", times(*answers_[most].claimed), link_to(claims_[most])),
        times(*answers_[most].needed), 100 * *claims_[most].whole->share);
  }

  void add_differences() {
    std::string rows;
    std::size_t by_hand = 0;
    for (std::size_t i = 0; i < claims_.size(); ++i) {
      const auto& expected = claims_[i].expected;
      if (!expected) continue;
      ++by_hand;
      if (answers_[i].verdict != expected->verdict)
        rows += fmt::format("| {} | {} | {} | {} |\n", link_to(claims_[i]), to_text(expected->verdict),
                            to_text(answers_[i].verdict), in_table(expected->reason));
    }
    if (by_hand == 0) return;
    page_ += fmt::format(
        "\n## Against verdicts worked out by hand\n\n{} claims were judged by hand before this was "
        "written. ",
        by_hand);
    page_ += rows.empty()
                 ? "All verdicts agree.\n"
                 : "All verdicts agree but these:\n\n| claim | by hand | here | why |\n|---|---|---|---|\n" + rows;
  }

  void add_section(const Claim& claim, const Answer& answer) {
    page_ += fmt::format("\n### {}\n\n", claim.name);
    if (!claim.system.empty()) page_ += fmt::format("{}. ", claim.system);
    if (!claim.source.empty()) page_ += fmt::format("Source: {}.", claim.source);
    page_ += fmt::format("\n\n**{}.** {}.\n", capital(to_text(answer.verdict)), answer.sentence);
    if (!claim.mask.empty())
      page_ += fmt::format("\nMask `{}`{}.\n", with_short_lists(claim.mask), shape(claim.attention));
    if (!answer.lines.empty()) page_ += "\n| | at most | time | why |\n|---|---|---|---|\n";
    for (const Explanation& line : answer.lines)
      page_ += fmt::format("| {} | {} | {} | {} |\n", line.name, line.value, line.time, in_table(line.why));
    if (!answer.notes.empty()) page_ += "\n";
    for (const std::string& note : answer.notes) page_ += fmt::format("- {}\n", note);
    if (claim.expected && !claim.expected->by_hand.empty())
      page_ += fmt::format("{}By hand: {}.\n", answer.notes.empty() ? "\n" : "\n", claim.expected->by_hand);
  }
  static std::string capital(std::string text) {
    if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
    return text;
  }
  static std::string shape(const StatedAttention& stated) {
    std::string text;
    if (!stated.layout.empty()) text += fmt::format(" over {} keys", to_text(stated.layout));
    if (!stated.queries.empty()) text += fmt::format(" and {} queries", to_text(stated.queries));
    if (stated.heads) text += fmt::format(", {} heads", *stated.heads);
    if (stated.kv_heads) text += fmt::format(" ({} of K and V)", *stated.kv_heads);
    text += fmt::format(" of {}", stated.head_dim);
    if (stated.batch > 1) text += fmt::format(", batch {}", stated.batch);
    return text;
  }

  const std::vector<Claim>& claims_;
  const std::vector<Answer>& answers_;
  std::string page_;
};

}  // namespace

std::string claims_page(const std::vector<Claim>& claims, const std::vector<Answer>& answers,
                        const std::string& file) {
  return Page(claims, answers).str(file);
}

}  // namespace tilewright

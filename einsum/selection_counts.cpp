#include "einsum/selection_counts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "einsum/mask/census.hpp"
#include "einsum/mask/properties.hpp"

namespace tilewright {

namespace {

bool is_causal(const Attention& problem) {
  return std::ranges::any_of(problem.requests, [](const Request& request) {
    return std::ranges::any_of(request.masks, [](const HeadMask& each) { return properties_of(each.mask).causal; });
  });
}

// Of one head of a sequence.
Count coarse_pairs(Count queries, Count keys, const Selection& selection, bool causal) {
  if (!causal) return checked_product(ceil_div(queries, selection.queries), ceil_div(keys, selection.keys));
  const auto mask = make_masks(parse_mask("causal"), {{queries}, {keys}}, 1);
  return count_tiles(mask.front().mask, {TileOrder::flat, KeyTiles::fixed, {selection.queries}, {selection.keys}})
      .visited;
}

class Counter {
 public:
  Counter(const Attention& problem, const Selection& selection) : problem_(problem), selection_(selection) {}

  SelectionCounts count() {
    shape();
    counts_.causal = is_causal(problem_);
    for (const Request& request : problem_.requests) add(request);
    keep();
    bytes();
    return counts_;
  }

 private:
  void shape() {
    counts_.heads = selection_.heads > 0 ? static_cast<double>(selection_.heads) : problem_.kv_heads;
    counts_.key_heads = selection_.key_heads > 0 ? static_cast<double>(selection_.key_heads)
                                                 : std::min(problem_.kv_heads, counts_.heads);
    if (std::fmod(counts_.heads, counts_.key_heads) != 0)
      selection_.fail(fmt::format("{} heads of scored keys: expected a divisor of the {} heads of scored queries{}",
                                  counts_.key_heads, counts_.heads,
                                  selection_.key_heads > 0 ? "" : "; 'key_heads' says how many"));
    counts_.dim = selection_.dim > 0 ? static_cast<double>(selection_.dim) : problem_.head_dim;
    counts_.query_word_B = selection_.word_B > 0 ? selection_.word_B : problem_.words.query_B;
    counts_.key_word_B = selection_.word_B > 0 ? selection_.word_B : problem_.words.key_B;
    if (selection_.made && scores_rows_of_keys(problem_, selection_) && counts_.dim == problem_.head_dim)
      selection_.fail("made: nothing is made: every key is scored as it is stored");
  }

  void add(const Request& request) {
    const Extent all = request.layout.flattened();
    require_fits(all);
    const Count queries = selection_.last_queries > 0 ? selection_.last_queries : all.queries;
    const auto rows = static_cast<double>(ceil_div(queries, selection_.queries));
    counts_.queries += request.times * rows;
    counts_.longest = std::max(counts_.longest, rows);
    counts_.keys += request.times * static_cast<double>(ceil_div(all.keys, selection_.keys));
    counts_.pairs +=
        request.times * static_cast<double>(coarse_pairs(queries, all.keys, selection_, counts_.causal));
    counts_.choices += request.times * counts_.key_heads * (selection_.last_queries > 0 ? 1 : rows);
  }

  void require_fits(const Extent& all) const {
    const auto require = [&](const char* key, double value, Count most, const char* of) {
      if (value > static_cast<double>(most))
        selection_.fail(
            fmt::format("{} = {}: expected at most {}, as there are {} of a sequence", key, value, most, of));
    };
    require("keys", static_cast<double>(selection_.keys), all.keys, "keys");
    require("queries", static_cast<double>(selection_.queries), all.queries, "queries");
    require("last_queries", static_cast<double>(selection_.last_queries), all.queries, "queries");
    require("keep", selection_.keep, ceil_div(all.keys, selection_.keys), "(groups of) keys");
  }

  // Else those that the mask leaves.
  void keep() {
    counts_.keep = selection_.keep;
    if (selection_.keep > 0) return;
    const AttentionNeeds needs = needs_of(problem_);
    if (needs.queries > 0) counts_.keep = needs.pairs / needs.queries / static_cast<double>(selection_.keys);
  }

  void bytes() {
    counts_.query_B = counts_.queries * counts_.heads * counts_.dim * counts_.query_word_B;
    counts_.key_B = counts_.keys * counts_.key_heads * counts_.dim * counts_.key_word_B;
    counts_.made_B = selection_.made ? problem_.key_rows() * problem_.key_row_B() : 0;
    counts_.score_B = counts_.pairs * counts_.key_heads * selection_.score_B;
    counts_.index_B = counts_.choices * counts_.keep * static_cast<double>(index_B);
    counts_.multiply_adds = selection_.multiplies() ? counts_.pairs * counts_.heads * counts_.dim : 0;
  }

  const Attention& problem_;
  const Selection& selection_;
  SelectionCounts counts_;
};

}  // namespace

SelectionCounts count_selection(const Attention& problem, const Selection& selection) {
  return Counter(problem, selection).count();
}

double scored_word_B(const Attention& problem, const Selection& selection) {
  return selection.word_B > 0 ? selection.word_B : problem.words.score_product_B();
}

bool scores_rows_of_keys(const Attention& problem, const Selection& selection) {
  const bool same_words = selection.word_B == 0 || selection.word_B == problem.words.key_B;
  return selection.multiplies() && selection.keys == 1 && same_words &&
         static_cast<double>(selection.dim) <= problem.head_dim;
}

}  // namespace tilewright

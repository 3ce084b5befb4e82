#include "explore/advice/advice_reason.hpp"

#include <fmt/format.h>

#include <vector>

#include "common/with_commas.hpp"
#include "explore/advice/advice_search.hpp"

namespace tilewright {

namespace {

std::string percent(double fraction) { return fmt::format("{:.3g} %", 100 * fraction); }

double share(double part, double whole) { return part / whole; }

double partial_share(const MaskCandidate& of) {
  return share(static_cast<double>(of.partial()), static_cast<double>(of.visited));
}

bool same_tile_size(const MaskCandidate& a, const MaskCandidate& b) {
  const auto size = [](const MaskCandidate& of) {
    return checked_product(tokens_of(of.tiles.query), tokens_of(of.tiles.key));
  };
  return size(a) == size(b);
}

// What is better of the candidate, the request in brackets.
class Comparison {
 public:
  Comparison(const MaskCandidate& candidate, const MaskCandidate& requested)
      : now_(candidate), before_(requested) {}

  std::string words() {
    partial_tiles();
    visited_tiles();
    const double padding = share(now_.padding, now_.computed);
    const double padding_before = share(before_.padding, before_.computed);
    if (padding < padding_before) add("{} padding ({} before)", percent(padding), percent(padding_before));
    if (now_.pairs < before_.pairs)
      add("{} fewer pairs in the mask",
          percent(1 - share(static_cast<double>(now_.pairs), static_cast<double>(before_.pairs))));
    if (now_.ladder && before_.ladder && now_.ladder->waves->waves != before_.ladder->waves->waves)
      add("{} waves instead of {}", now_.ladder->waves->waves, before_.ladder->waves->waves);
    return fmt::format("{}", fmt::join(reasons_, "; "));
  }

 private:
  template <class... Values>
  void add(fmt::format_string<Values...> text, Values&&... values) {
    reasons_.push_back(fmt::format(text, std::forward<Values>(values)...));
  }

  void partial_tiles() {
    if (now_.fully_block_sparse() && !before_.fully_block_sparse()) {
      add("no partial tiles ({} of {} before)", with_commas(before_.partial()), with_commas(before_.visited));
    } else if (partial_share(now_) < partial_share(before_)) {
      add("{} of {} tiles partial ({} of {} before)", with_commas(now_.partial()), with_commas(now_.visited),
          with_commas(before_.partial()), with_commas(before_.visited));
      says_visited_ = true;
    }
  }

  void visited_tiles() {
    if (same_tile_size(now_, before_) && now_.visited < before_.visited) {
      if (!says_visited_) add("{} tiles instead of {}", with_commas(now_.visited), with_commas(before_.visited));
    } else if (now_.computed < before_.computed) {
      add("{} fewer pairs to compute", percent(1 - share(now_.computed, before_.computed)));
    }
  }

  const MaskCandidate& now_;
  const MaskCandidate& before_;
  std::vector<std::string> reasons_;
  bool says_visited_ = false;
};

}  // namespace

std::string reason_of(const MaskCandidate& candidate, const MaskCandidate& requested) {
  if (candidate.change == "nothing") return "as requested";
  if (candidate.computed >= requested.computed) return "no better bound";
  return Comparison(candidate, requested).words();
}

std::string change_in_words(unsigned changes) {
  std::vector<std::string> words;
  if ((changes & change_window) != 0) words.emplace_back("window");
  if ((changes & change_stride) != 0) words.emplace_back("stride");
  if ((changes & change_tiles) != 0) words.emplace_back("tiles");
  if ((changes & change_layout) != 0) words.emplace_back("layout");
  if (words.empty()) return "nothing";
  const std::string last = words.back();
  words.pop_back();
  return words.empty() ? last : fmt::format("{} and {}", fmt::join(words, ", "), last);
}

}  // namespace tilewright

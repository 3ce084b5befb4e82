#include "sim/kernel/turn_reuse.hpp"

#include <algorithm>

namespace tilewright {

namespace {

// Of x in [0, 1], the share for which the line from `begin` to `end` is at most `limit`.
double share_below(double begin, double end, double limit) {
  if (begin <= limit && end <= limit) return 1;
  if (begin > limit && end > limit) return 0;
  const double cut = (limit - begin) / (end - begin);
  return begin <= limit ? cut : 1 - cut;
}

bool touch(const KeySpan& one, const KeySpan& other) { return one.first <= other.last && other.first <= one.last; }

}  // namespace

std::size_t TurnReuse::open(double alike) {
  if (free_sets_.empty()) {
    sets_.push_back({alike, {}, {}});
    return sets_.size() - 1;
  }
  const std::size_t set = free_sets_.back();
  free_sets_.pop_back();
  sets_[set].alike = alike;
  return set;
}

void TurnReuse::use(std::size_t set, std::span<const KeySpan> keys) {
  if (keys.empty()) return;
  std::vector<KeySpan>& wanted = sets_[set].wanted;
  if (wanted.empty()) used_sets_.push_back(set);
  for (const KeySpan& span : keys)
    if (!wanted.empty() && touch(wanted.back(), span)) {
      wanted.back() = {std::min(wanted.back().first, span.first), std::max(wanted.back().last, span.last)};
    } else {
      wanted.push_back(span);
    }
}

void TurnReuse::merge(std::vector<KeySpan>& spans) {
  std::ranges::sort(spans, {}, &KeySpan::first);
  std::size_t kept = 0;
  for (const KeySpan& span : spans)
    if (kept > 0 && span.first <= spans[kept - 1].last) {
      spans[kept - 1].last = std::max(spans[kept - 1].last, span.last);
    } else {
      spans[kept++] = span;
    }
  spans.resize(kept);
}

void TurnReuse::look_up(const Set& set) {
  auto held = set.held.begin();
  for (const KeySpan& want : set.wanted) {
    wanted_ += set.alike * (want.last - want.first);
    while (held != set.held.end() && held->keys.last <= want.first) ++held;
    for (auto each = held; each != set.held.end() && each->keys.first < want.last; ++each)
      hit_[each->turn] +=
          set.alike * (std::min(each->keys.last, want.last) - std::max(each->keys.first, want.first));
  }
}

// What was held beside the wanted keys stays as it was, unless it has surely left the memory.
void TurnReuse::replace(Set& set) {
  const Turn oldest = used_.front().turn;
  std::vector<Held>& held = kept_;
  held.clear();
  auto want = set.wanted.begin();
  for (const Held& each : set.held) {
    if (each.turn < oldest) continue;
    while (want != set.wanted.end() && want->last <= each.keys.first) ++want;
    double first = each.keys.first;
    for (auto over = want; over != set.wanted.end() && over->first < each.keys.last; ++over) {
      if (first < over->first) held.push_back({{first, over->first}, each.turn});
      first = over->last;
    }
    if (first < each.keys.last) held.push_back({{first, each.keys.last}, each.turn});
  }
  for (const KeySpan& span : set.wanted) held.push_back({span, now_});
  std::ranges::sort(held, {}, [](const Held& each) { return each.keys.first; });
  set.held.swap(held);
  set.wanted.clear();
}

void TurnReuse::fetch() {
  double younger = 0;      // keys whose last use was after the turn that is looked at
  double older = wanted_;  // of this turn's keys, those whose last use was in that turn, before it, or never
  double there = 0;
  for (std::size_t i = used_.size(); i-- > 0;) {
    const Used& used = used_[i];
    const auto hit = hit_.find(used.turn);
    if (hit != hit_.end()) {
      there += hit->second * share_below(younger + used.keys, younger + older, capacity_);
      older -= hit->second;
    }
    younger += used.keys;
  }
  fetched_ += wanted_ - there;
  for (Used& used : used_)
    if (const auto hit = hit_.find(used.turn); hit != hit_.end()) used.keys -= hit->second;
  used_.push_back({now_, wanted_});
}

// Turns after which the memory has been filled anew.
void TurnReuse::forget() {
  double younger = 0;
  for (std::size_t i = used_.size(); i-- > 0; younger += used_[i].keys)
    if (younger > capacity_) {
      used_.erase(used_.begin(), used_.begin() + static_cast<std::ptrdiff_t>(i) + 1);
      break;
    }
  std::erase_if(used_, [&](const Used& used) { return used.keys <= 0 && used.turn != now_; });
}

void TurnReuse::end_turn() {
  hit_.clear();
  wanted_ = 0;
  for (const std::size_t used : used_sets_) {
    Set& set = sets_[used];
    merge(set.wanted);
    look_up(set);
  }
  fetch();
  forget();
  for (const std::size_t used : used_sets_) replace(sets_[used]);
  used_sets_.clear();
  close_sets();
  ++now_;
}

void TurnReuse::close_sets() {
  for (const std::size_t set : closed_) {
    sets_[set].held.clear();
    free_sets_.push_back(set);
  }
  closed_.clear();
}

}  // namespace tilewright

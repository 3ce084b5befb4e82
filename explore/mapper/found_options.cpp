#include "explore/mapper/found_options.hpp"

#include <algorithm>

namespace tilewright {

bool FoundOptions::is_stopped() {
  if (around_.any && !options_.empty()) stopped_ = true;
  constexpr unsigned between_looks = 32;
  if (stopped_ || ++looks_ % between_looks != 0) return stopped_;
  stopped_ = around_.stop();
  tell();
  return stopped_;
}

void FoundOptions::tell() {
  if (around_.status == nullptr) return;
  around_.status->add_plans(lanes_.priced() - told_);
  told_ = lanes_.priced();
  around_.status->show();
}

bool FoundOptions::is_excluded(const Score& least) {
  if (is_stopped()) return true;
  if (around_.best && objective_.measures().size() == 1 && objective_.before(*around_.best, with_rest(least)))
    return true;
  if (is_single_ && best_single_ && objective_.before(*best_single_, with_rest(least))) return true;
  return std::ranges::any_of(options_,
                             [&](const GroupOption& other) { return objective_.covers(other.score, least); });
}

void FoundOptions::add(const Score& score, GroupPlan plan) {
  std::erase_if(options_, [&](const GroupOption& other) { return objective_.covers(score, other.score); });
  if (is_single_ && (!best_single_ || objective_.before(with_rest(score), *best_single_))) {
    best_single_ = with_rest(score);
    if (around_.status != nullptr) around_.status->found(score);
  }
  options_.push_back({score, std::move(plan)});
}

const Score* FoundOptions::best() const {
  if (objective_.measures().size() != 1) return nullptr;
  return best_single_ ? &*best_single_ : around_.best ? &*around_.best : nullptr;
}

}  // namespace tilewright

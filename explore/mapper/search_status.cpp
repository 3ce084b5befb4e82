#include "explore/mapper/search_status.hpp"

#include <fmt/format.h>

#include <cmath>

#include "common/with_commas.hpp"

namespace tilewright {

SearchStatus::SearchStatus(StatusLine::Shown shown, const Objective& objective)
    : line_(shown, 500), objective_(objective) {}

void SearchStatus::start(std::size_t groups, const Score& bound) {
  groups_ = groups;
  bound_ = bound;
}

void SearchStatus::found(const Score& score) {
  has_found_ = true;
  const std::scoped_lock lock(mutex_);
  if (!best_ || objective_.before(score, *best_)) best_ = score;
}

void SearchStatus::show() {
  line_.show([this] { return text(); });
}

std::string SearchStatus::text() {
  const auto plans = static_cast<double>(plans_);
  const std::chrono::duration<double> since = std::chrono::steady_clock::now() - start_;
  std::string text = fmt::format("map: groups {}/{}, {} plans", groups_done_.load(), groups_, with_commas(plans));
  if (since.count() > 0) text += fmt::format(", {} per second", with_commas(std::round(plans / since.count())));
  if (objective_.measures().size() != 1) return text;
  const Metric measure = objective_.measures().front();
  const std::scoped_lock lock(mutex_);
  text += fmt::format(", {} at least {:.4g}", to_text(measure), bound_.of(measure));
  if (best_)
    text += fmt::format(", best {:.4g}, {:.3g} times that", best_->of(measure),
                        best_->of(measure) / bound_.of(measure));
  return text;
}

}  // namespace tilewright

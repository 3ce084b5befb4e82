#include "explore/mapper/kernel_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <mutex>
#include <set>
#include <tuple>

#include "common/parallel.hpp"
#include "common/with_commas.hpp"
#include "explore/mapper/kernel_price.hpp"

namespace tilewright {

namespace {

// A cell of a kernel's space, with its bound.
struct Task {
  std::size_t kernel;
  std::size_t cell;
  Score bound = {};
  bool bounded = false;
  bool fits = true;
};

struct Priced {
  const Task* task = nullptr;
  std::size_t order = 0;
  std::size_t changes = 0;
  KernelPrice price;
};

class Searcher {
 public:
  explicit Searcher(const KernelSearch& search) : search_(search), line_(search.progress, 500) {}

  KernelSearchResult run() {
    for (std::size_t k = 0; k < search_.kernels.size(); ++k) {
      const SearchedKernel& kernel = search_.kernels[k];
      least_traffic_.push_back({{Extents{}, least_traffic_of(kernel, kernel.problem)}});
      for (const auto& [pad, problem] : kernel.padded)
        least_traffic_.back()[pad] = least_traffic_of(kernel, problem);
      for (std::size_t c = 0; c < search_.spaces[k].cells.size(); ++c) tasks_.push_back({k, c});
      result_.ranking.searched.push_back(search_.kernels[k].name);
      result_.ranking.candidates += search_.spaces[k].size();
    }
    by_kernel_.resize(2 * search_.kernels.size());
    for (std::size_t k = 0; k < by_kernel_.size(); ++k) {
      std::set<Tiles> all;
      for (const KernelCell& cell : search_.spaces[k / 2].cells)
        if (is_padded(cell) == (k % 2 == 1)) all.insert(tiles_of(cell));
      by_kernel_[k].choices_of_tiles = all.size();
      if (k % 2 == 1) result_.ranking.padded_tiles += static_cast<double>(all.size());
    }
    parallel_for(tasks_.size(), search_.jobs, [&](std::size_t i) { bound(tasks_[i]); });
    sort_tasks();
    parallel_for(tasks_.size(), search_.jobs, [&](std::size_t i) { price(i); });
    return collect();
  }

 private:
  using Tiles = std::pair<Extents, Extents>;
  static Tiles tiles_of(const KernelCell& cell) {
    return cell.choice.tiles ? Tiles{cell.choice.tiles->query, cell.choice.tiles->key} : Tiles{};
  }

  static bool is_padded(const KernelCell& cell) { return !cell.choice.pad.empty(); }

  // Kernels as they are and padded ones apart, so that the best of both are known.
  [[nodiscard]] std::size_t group_of(const Task& task) const {
    return 2 * task.kernel + (is_padded(cell_of(task)) ? 1 : 0);
  }

  [[nodiscard]] const KernelCell& cell_of(const Task& task) const {
    return search_.spaces[task.kernel].cells[task.cell];
  }
  [[nodiscard]] double orders_of(const Task& task) const {
    return static_cast<double>(search_.spaces[task.kernel].orders.size());
  }
  [[nodiscard]] KernelChoice choice_of(const Priced& priced) const {
    return with(cell_of(*priced.task).choice, search_.spaces[priced.task->kernel].orders[priced.order]);
  }
  // As the file of the kernel has it, but for the order of blocks.
  [[nodiscard]] bool as_it_is(const Task& task) const {
    const KernelCell& cell = cell_of(task);
    return cell.has_tiles && changes_of(cell.choice, search_.kernels[task.kernel].kernel).empty();
  }

  void bound(Task& task) {
    if (search_.limits.is_over()) return;
    show();
    try {
      const KernelChoice& choice = cell_of(task).choice;
      task.bound =
          least_of(search_.kernels[task.kernel], choice, search_.arch, least_traffic_[task.kernel].at(choice.pad));
      task.bounded = true;
    } catch (const InfeasibleError& error) {
      task.fits = false;
      const std::scoped_lock lock(mutex_);
      result_.ranking.do_not_fit += orders_of(task);
      if (result_.why_none.empty())
        result_.why_none = fmt::format("{}: {}", search_.kernels[task.kernel].name, error.what());
    }
  }

  // Kernels as they are first; then by their bounds, those that are not known last.
  void sort_tasks() {
    std::erase_if(tasks_, [](const Task& task) { return !task.fits; });
    std::ranges::stable_sort(tasks_, [&](const Task& a, const Task& b) {
      if (as_it_is(a) != as_it_is(b)) return as_it_is(a);
      if (a.bounded != b.bounded) return a.bounded;
      return before(a.bound, b.bound);
    });
    settled_.resize(tasks_.size());
  }

  void price(std::size_t i) {
    const Task& task = tasks_[i];
    const std::size_t orders = search_.spaces[task.kernel].orders.size();
    for (std::size_t order = 0; order < orders; ++order) {
      if (search_.limits.is_over()) return;
      if (!(order == 0 && as_it_is(task)) && is_worse(task)) {
        excluded_ += orders - order;
        break;
      }
      Priced priced;
      priced.task = &task;
      priced.order = order;
      priced.price = price_of(search_.kernels[task.kernel], choice_of(priced), search_.arch);
      const KernelChoice choice = choice_of(priced);
      priced.changes =
          changes_of(choice, search_.kernels[task.kernel].kernel).size() + (cell_of(task).has_tiles ? 0 : 1);
      ++priced_;
      take(priced);
      show();
    }
    settled_[i] = 1;
  }

  [[nodiscard]] bool is_worse(const Task& task) {
    if (!search_.prune || !task.bounded) return false;
    const std::scoped_lock lock(mutex_);
    if (search_.objective.measures().size() > 1)
      return std::ranges::any_of(front_, [&](const Priced& known) {
        return search_.objective.covers(known.price.score, task.bound) &&
               !search_.objective.covers(task.bound, known.price.score);
      });
    const std::optional<Score>& second = by_kernel_[group_of(task)].second;
    return second && before(*second, task.bound);
  }

  // Of the mappings of a kernel; `second`: the score of its second best tiles.
  struct Known {
    std::map<Tiles, Priced> best;
    std::map<Tiles, Priced> as_it_is;
    std::size_t choices_of_tiles = 0;
    std::optional<Score> second = {};
  };

  // By what is minimised alone.
  [[nodiscard]] bool before(const Score& a, const Score& b) const {
    if (search_.objective.measures().size() > 1) return search_.objective.before(a, b);
    const auto only = [&](const Score& score) {
      Score value;
      value.time_s = score.of(search_.objective.measures().front());
      return value;
    };
    return by_value_.before(only(a), only(b));
  }

  // Of equal ones what is not padded, then what needs fewer changes, then what costs less of the rest.
  [[nodiscard]] bool better(const Priced& a, const Priced& b) const {
    if (before(a.price.score, b.price.score)) return true;
    if (before(b.price.score, a.price.score)) return false;
    if (is_padded(a) != is_padded(b)) return is_padded(b);
    if (a.changes != b.changes) return a.changes < b.changes;
    if (search_.objective.before(a.price.score, b.price.score)) return true;
    if (search_.objective.before(b.price.score, a.price.score)) return false;
    return std::tuple(a.task->kernel, a.task->cell, a.order) < std::tuple(b.task->kernel, b.task->cell, b.order);
  }

  void take(const Priced& priced) {
    const std::scoped_lock lock(mutex_);
    Known& known = by_kernel_[group_of(*priced.task)];
    keep(known.best, priced);
    if (priced.changes == 0) keep(known.as_it_is, priced);
    update_second(known);
    if (!best_ || better(priced, *best_)) best_ = priced;
    if (search_.objective.measures().size() > 1) add_to_front(priced);
  }

  void keep(std::map<Tiles, Priced>& by_tiles, const Priced& priced) const {
    const auto [at, is_new] = by_tiles.try_emplace(tiles_of(cell_of(*priced.task)), priced);
    if (!is_new && better(priced, at->second)) at->second = priced;
  }

  // Of a kernel with one choice of tiles that of these.
  void update_second(Known& known) const {
    std::vector<Score> scores;
    for (const auto& [tiles, priced] : known.best) scores.push_back(priced.price.score);
    if (known.choices_of_tiles == 1) known.second = scores.front();
    if (scores.size() < 2) return;
    std::ranges::partial_sort(scores, scores.begin() + 2,
                              [&](const Score& a, const Score& b) { return before(a, b); });
    known.second = scores[1];
  }

  void add_to_front(const Priced& priced) {
    const auto beats = [&](const Priced& a, const Priced& b) {
      if (!search_.objective.covers(a.price.score, b.price.score)) return false;
      return !search_.objective.covers(b.price.score, a.price.score) || better(a, b);
    };
    if (std::ranges::any_of(front_, [&](const Priced& known) { return beats(known, priced); })) return;
    std::erase_if(front_, [&](const Priced& known) { return beats(priced, known); });
    front_.push_back(priced);
  }

  [[nodiscard]] bool is_padded(const Priced& priced) const { return is_padded(cell_of(*priced.task)); }

  [[nodiscard]] RankedKernel ranked(const Priced& priced) const {
    const SearchedKernel& kernel = search_.kernels[priced.task->kernel];
    RankedKernel result;
    result.kernel = kernel.name;
    result.choice = choice_of(priced);
    result.has_tiles = cell_of(*priced.task).has_tiles;
    result.changes = changes_of(result.choice, kernel.kernel);
    result.score = priced.price.score;
    result.binding = priced.price.binding;
    return result;
  }

  [[nodiscard]] std::vector<Priced> two_best_of(const Known& known) const {
    std::vector<Priced> some;
    for (const auto& [tiles, priced] : known.best) some.push_back(priced);
    std::ranges::sort(some, [&](const Priced& a, const Priced& b) { return better(a, b); });
    some.resize(std::min<std::size_t>(some.size(), 2));
    return some;
  }

  // Of every kernel the two best tiles, and all that need no change; of two best padded ones those that are better.
  void rank() {
    std::vector<Priced> all;
    for (std::size_t k = 0; k < search_.kernels.size(); ++k) {
      const std::vector<Priced> some = two_best_of(by_kernel_[2 * k]);
      all.insert(all.end(), some.begin(), some.end());
      for (const auto& [tiles, priced] : by_kernel_[2 * k].as_it_is) all.push_back(priced);
      for (const Priced& padded : two_best_of(by_kernel_[2 * k + 1]))
        if (some.empty() || before(padded.price.score, some.front().price.score)) all.push_back(padded);
    }
    std::ranges::sort(all, [&](const Priced& a, const Priced& b) { return better(a, b); });
    const auto same = [](const Priced& a, const Priced& b) { return a.task == b.task && a.order == b.order; };
    all.erase(std::unique(all.begin(), all.end(), same), all.end());
    for (const Priced& priced : all) result_.ranking.ranked.push_back(ranked(priced));
  }

  KernelSearchResult collect() {
    result_.ranking.priced = static_cast<double>(priced_.load());
    result_.ranking.excluded = static_cast<double>(excluded_.load());
    result_.ended = std::ranges::count(settled_, 0) == 0;
    if (!best_) return std::move(result_);
    rank();
    if (search_.objective.measures().size() > 1) {
      std::ranges::sort(front_, [&](const Priced& a, const Priced& b) { return better(a, b); });
      for (const Priced& priced : front_) result_.best.push_back(ranked(priced));
    } else {
      result_.best.push_back(ranked(*best_));
    }
    set_bound();
    return std::move(result_);
  }

  // What is left may have: of cells without a bound, nothing is known.
  void set_bound() {
    result_.bound = best_->price.score;
    for (const Priced& priced : front_) result_.bound = least(result_.bound, priced.price.score);
    for (std::size_t i = 0; i < tasks_.size(); ++i)
      if (settled_[i] == 0) result_.bound = least(result_.bound, tasks_[i].bound);
  }
  static Score least(const Score& a, const Score& b) {
    return {std::min(a.time_s, b.time_s), std::min(a.energy_J, b.energy_J), std::min(a.traffic_B, b.traffic_B),
            std::min(a.buffer_B, b.buffer_B)};
  }

  void show() {
    line_.show([this] {
      const std::scoped_lock lock(mutex_);
      const std::chrono::duration<double> since = std::chrono::steady_clock::now() - start_;
      const auto priced = static_cast<double>(priced_.load());
      std::string text = fmt::format("map: {} of {} kernels and tiles priced, {} per second", with_commas(priced),
                                     with_commas(result_.ranking.candidates),
                                     with_commas(std::round(priced / std::max(since.count(), 1e-9))));
      if (best_ && search_.objective.measures().size() == 1) {
        const Metric measure = search_.objective.measures().front();
        text += fmt::format(", best {} {:.4g}", to_text(measure), best_->price.score.of(measure));
      }
      return text;
    });
  }

  const KernelSearch& search_;
  const Objective by_value_ = Objective::parse("time");
  StatusLine line_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::vector<std::map<Extents, double>> least_traffic_;  // by kernel and padded layout
  std::vector<Task> tasks_;
  std::vector<char> settled_;  // by task
  std::atomic<std::size_t> priced_{0};
  std::atomic<std::size_t> excluded_{0};
  std::mutex mutex_;
  std::vector<Known> by_kernel_;  // see group_of()
  std::vector<Priced> front_;
  std::optional<Priced> best_;
  KernelSearchResult result_;
};

}  // namespace

KernelSearchResult search_kernels(const KernelSearch& search) { return Searcher(search).run(); }

}  // namespace tilewright

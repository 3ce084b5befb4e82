#include "explore/mapper/preferred.hpp"

#include <algorithm>
#include <chrono>

#include "common/parallel.hpp"
#include "mappings/space/mapspace_keys.hpp"

namespace tilewright {

namespace {

bool is_of_other_tiles(const RankedKernel& a, const RankedKernel& b) {
  return a.kernel != b.kernel || a.choice.tiles != b.choice.tiles;
}

// The one that is preferred first, in a ranking of all.
void put_first(const RankedKernel& preferred, const Record& best, KernelRanking& ranking) {
  const RankedKernel first = ranking.ranked.front();
  std::erase_if(ranking.ranked, [&](const RankedKernel& each) {
    return each.kernel == preferred.kernel && each.choice == preferred.choice;
  });
  ranking.ranked.insert(ranking.ranked.begin(), preferred);
  if (!is_of_other_tiles(preferred, first)) return;
  ranking.runner_up = first;
  ranking.runner_up_record = best;
}

class PreferredSearch {
 public:
  PreferredSearch(const MapRequest& request, Library& library)
      : request_(request), library_(library), measure_(request.objective.measures().front()) {}

  MapResult run(const std::vector<std::string>& names) {
    result_ = find_mappings(request_, library_);
    best_ = score_of(result_.found.front()).of(measure_);
    std::optional<MapResult> preferred;
    result_.preferences = take_preferences(names, best_, [&](const std::vector<std::size_t>& taken) {
      std::string skipped = why_skipped();
      if (!skipped.empty()) return PreferredValue{{}, false, std::move(skipped)};
      return search(taken, preferred);
    });
    if (preferred) take(std::move(*preferred));
    return std::move(result_);
  }

 private:
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] double time_left_s() const {
    return request_.time_limit_s - std::chrono::duration<double>(Clock::now() - start_).count();
  }

  [[nodiscard]] std::string why_skipped() const {
    if (!result_.count.ended) return "the search itself ended early";
    if (result_.interrupted) return "interrupted";
    return time_left_s() > 0 ? "" : "no time is left";
  }

  PreferredValue search(const std::vector<std::size_t>& taken, std::optional<MapResult>& preferred) {
    MapRequest request = request_;
    request.demanded = taken;
    request.time_limit_s = time_left_s();
    request.keep_interrupted = false;
    try {
      MapResult found = find_mappings(request, library_);
      if (found.found.empty()) return {{}, found.count.ended, {}};
      const double value = score_of(found.found.front()).of(measure_);
      const bool ended = found.count.ended;
      if (is_as_good(value, best_)) preferred = std::move(found);
      return {value, ended, {}};
    } catch (const Interrupted&) {
      if (!request_.keep_interrupted) throw;
      accept_interrupt();  // what is found stays
      result_.interrupted = true;
      return {{}, false, "interrupted"};
    }
  }

  void take(MapResult preferred) {
    if (result_.kernels)
      put_first(preferred.kernels->ranked.front(), result_.found.front().record, *result_.kernels);
    result_.found = std::move(preferred.found);
  }

  const MapRequest& request_;
  Library& library_;
  Metric measure_;
  Clock::time_point start_ = Clock::now();
  MapResult result_;
  double best_ = 0;
};

}  // namespace

MapResult find_preferred(const MapRequest& request, Library& library) {
  std::optional<Yaml> prefer;
  if (!request.space.empty()) prefer = find_preferences(Yaml::load(request.space));
  if (!prefer) return find_mappings(request, library);
  if (request.objective.measures().size() != 1)
    prefer->fail("expected one objective, as of several no mapping is the best");
  std::vector<std::string> names;
  if (prefer->is_list())
    for (const Yaml& item : prefer->items())
      if (item.is_map()) names.push_back(preference_name(item));
  return PreferredSearch(request, library).run(names);
}

}  // namespace tilewright

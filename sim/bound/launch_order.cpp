#include "sim/bound/launch_order.hpp"

#include <algorithm>
#include <cmath>

namespace tilewright {

namespace {

constexpr double most_listed = 1 << 22;

// Q tiles of a KV head that its query heads share; 0 where these are apart.
double shared_tiles(const Attention& problem, double queries, double query_tile) {
  const double tiles = std::ceil(problem.group() * queries / query_tile);
  return queries <= query_tile && tiles < problem.group() ? tiles : 0;
}

std::vector<JobRun> runs_of(const std::vector<TileCount>& tiles) {
  std::vector<JobRun> runs;
  for (const TileCount& tile : tiles) {
    const auto length = static_cast<double>(tile.visited);
    if (runs.empty() || runs.back().length != length) runs.push_back({0, length});
    ++runs.back().count;
  }
  return runs;
}

class Launch {
 public:
  Launch(const Attention& problem, const Tiling& tiling, const std::vector<Census>& censuses)
      : problem_(problem), tiling_(tiling), censuses_(censuses) {}

  Schedule schedule(double workers) {
    const std::vector<Jobs> all = jobs();
    double count = 0;
    for (const Jobs& job : all) count += job.count;
    return count <= most_listed ? in_launch_order(sequences(), workers) : in_worst_order(all, workers);
  }

 private:
  [[nodiscard]] double shared(const Request& request) const {
    return shared_tiles(problem_, request.queries(), static_cast<double>(tiling_.query_tile_size()));
  }

  // Of every KV head of a sequence: what the neediest of its query heads visits. `at`: the request's first census.
  [[nodiscard]] std::vector<double> visits_of_groups(const Request& request, std::size_t at) const {
    std::vector<double> visits(static_cast<std::size_t>(problem_.kv_heads), 0);
    double head = 0;
    for (const HeadMask& mask : request.masks) {
      const auto visited = static_cast<double>(censuses_[at++].visited);
      for (Count i = 0; i < mask.heads; ++i, ++head) {
        double& most = visits[static_cast<std::size_t>(head / problem_.group())];
        most = std::max(most, visited);
      }
    }
    return visits;
  }

  [[nodiscard]] std::vector<Jobs> jobs() const {
    std::vector<Jobs> all;
    std::size_t at = 0;
    for (const Request& request : problem_.requests) {
      if (shared(request) > 0)
        for (const double visits : visits_of_groups(request, at))
          all.push_back({visits, request.times * shared(request)});
      else
        for (std::size_t m = 0; m < request.masks.size(); ++m)
          for (const VisitCount& visit : censuses_[at + m].distribution)
            all.push_back(
                {static_cast<double>(visit.visited), request.times * static_cast<double>(request.masks[m].heads) *
                                                         static_cast<double>(visit.query_tiles)});
      at += request.masks.size();
    }
    return all;
  }

  [[nodiscard]] std::vector<JobSequence> sequences() const {
    std::vector<JobSequence> all;
    std::size_t at = 0;
    for (const Request& request : problem_.requests) {
      std::vector<JobSequence> one = sequences_of(request, at);
      if (one.size() == 1) one.front().times *= request.times;
      const double copies = one.size() == 1 ? 1 : request.times;
      for (double i = 0; i < copies; ++i) all.insert(all.end(), one.begin(), one.end());
      at += request.masks.size();
    }
    return all;
  }

  [[nodiscard]] std::vector<JobSequence> sequences_of(const Request& request, std::size_t at) const {
    if (const double tiles = shared(request); tiles > 0) {
      JobSequence groups;
      for (const double visits : visits_of_groups(request, at)) groups.runs.push_back({tiles, visits});
      return {groups};
    }
    std::vector<JobSequence> heads;
    for (const HeadMask& mask : request.masks)
      heads.push_back({runs_of(visits_of(mask.mask, tiling_)), static_cast<double>(mask.heads)});
    return heads;
  }

  const Attention& problem_;
  const Tiling& tiling_;
  const std::vector<Census>& censuses_;
};

}  // namespace

Schedule launch(const Attention& problem, const Tiling& tiling, const std::vector<Census>& censuses,
                double workers) {
  return Launch(problem, tiling, censuses).schedule(workers);
}

double dense_query_tiles(const Attention& problem, const Tiling& tiling) {
  const auto size = static_cast<double>(tiling.query_tile_size());
  double tiles = 0;
  for (const Request& request : problem.requests) {
    const double shared = shared_tiles(problem, request.queries(), size);
    tiles += request.times * problem.kv_heads *
             (shared > 0 ? shared : problem.group() * std::ceil(request.queries() / size));
  }
  return tiles;
}

}  // namespace tilewright

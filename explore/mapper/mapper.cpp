#include "explore/mapper/mapper.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <numeric>
#include <thread>

#include "common/file.hpp"
#include "common/parallel.hpp"
#include "einsum/masked_einsums.hpp"
#include "einsum/shapes.hpp"
#include "explore/mapper/constrained_sizes.hpp"
#include "explore/mapper/infeasible.hpp"
#include "explore/mapper/kernel_mapper.hpp"
#include "explore/mapper/named_from.hpp"
#include "explore/mapper/runner_up.hpp"
#include "explore/mapper/search_limits.hpp"
#include "explore/mapper/variants.hpp"
#include "mappings/space/parse_mapspace.hpp"

namespace tilewright {

namespace {

/// A variant as the search takes it, with what is known of its Einsums.
struct Searched {
  explicit Searched(MapProblem of) : problem(std::move(of)), lanes(problem) {}
  MapProblem problem;
  LaneSearch lanes;
};

// Tensors in and out, by name: cascades that agree in these compute the same.
std::vector<std::string> ends_of(const Cascade& cascade) {
  std::vector<std::string> names;
  for (const Tensor& tensor : cascade.tensors)
    if (!tensor.view_of && tensor.role != Tensor::Role::intermediate) names.push_back(tensor.name);
  std::ranges::sort(names);
  return names;
}

void refuse_unmapped(const Workload& workload) {
  if (!workload.requests.empty())
    throw InputError(workload.requests_place, "workload.requests",
                     "the mapper takes sequences of one length, by shapes");
  if (!workload.shared.empty())
    throw InputError({workload.file, 0, 0}, "workload.shared", "the mapper does not take shared tensors, so far");
}

class Mapper {
 public:
  Mapper(const MapRequest& request, Library& library)
      : request_(request),
        library_(library),
        workload_(parse_workload(library.workload(request.point.workload), request.point.set)),
        arch_(library.arch(request.point.arch).with(request.point.arch_set)),
        limits_(request.time_limit_s, request.memory_limit_B),
        status_(request.progress, request.objective) {
    set_mask_of(request.point, workload_);
    workload_.refuse_selection();
    refuse_unmapped(workload_);
    if (!request.space.empty()) space_ = Yaml::load(request.space);
  }

  MapResult run() {
    choose_cascades();
    results_.resize(variants_.size());
    sort_variants();
    if (variants_.size() > 1 && limits_.end() != Clock::time_point::max()) look_around();
    const std::vector<std::size_t> order = best_first();
    parallel_for(order.size(), request_.jobs, [&](std::size_t i) {
      search(order[i], Clock::time_point::max());
      searched_[order[i]].reset();
    });
    for (const PartitionResult& result : results_) result_.count.ended = result_.count.ended && result.count.ended;
    result_.interrupted = interrupted();
    if (result_.interrupted) {
      if (!request_.keep_interrupted) throw Interrupted();
      result_.count.ended = false;
      accept_interrupt();  // what is found is still to be evaluated
    }
    collect();
    return std::move(result_);
  }

 private:
  using Clock = std::chrono::steady_clock;

  void choose_cascades() {
    const std::vector<std::string>& named = request_.cascades.empty() ? workload_.cascades : request_.cascades;
    if (std::ranges::none_of(named, [&](const std::string& name) { return has_attention(name); }))
      workload_.drop_attention();
    std::vector<std::string> ends;
    for (const std::string& name : named) {
      const Cascade& cascade = library_.cascade(name);
      if (request_.cascades.empty() && !ends.empty() && ends_of(cascade) != ends) {
        result_.skipped.push_back(name);
        continue;
      }
      ends = ends_of(cascade);
      require_workload_has(name);
      const std::size_t first = variants_.size();
      add_variants(name, cascade, workload_, variants_);
      if (space_) constrain(first, named.size() > 1);
    }
  }

  bool has_attention(const std::string& name) {
    return workload_.ranks && has_ranks(*workload_.ranks, library_.cascade(name));
  }

  // The variants of one cascade, from `first` on.
  void constrain(std::size_t first, bool several) {
    const Variant& any = variants_[first];
    std::vector<ByRank<double>> shapes;
    for (std::size_t i = first; i < variants_.size(); ++i) shapes.push_back(variants_[i].shapes);
    try {
      const Mapspace space = parse_mapspace(*space_, *any.cascade, arch_, request_.demanded);
      require_sizes(space, shapes, problem_of(any));
      for (std::size_t i = first; i < variants_.size(); ++i) variants_[i].space = space;
    } catch (const InputError& error) {
      if (several)
        throw InputError(fmt::format("{} (of cascade '{}'; --cascade names others)", error.what(), any.name));
      throw;
    }
  }

  void require_workload_has(const std::string& name) const {
    const auto same = [&](const std::string& other) {
      std::error_code ignored;
      return name == other || std::filesystem::equivalent(name, other, ignored);
    };
    if (std::ranges::any_of(workload_.cascades, same)) return;
    throw InputError(fmt::format("workload '{}' is not computed by cascade '{}'{}", workload_.name, name,
                                 did_you_mean(name, workload_.cascades)));
  }

  void share_heads(const Cascade& cascade, MapConditions& given) const {
    Symbols symbols;
    for (const auto& [name, shape] : workload_.shapes) symbols.add(name);
    const auto shared = shared_heads(workload_, cascade, symbols);
    if (!shared) return;
    const double groups = workload_.shapes.at(workload_.ranks->kv_heads);
    if (groups == workload_.shapes.at(workload_.ranks->heads)) return;
    if (parts_of(cascade, shared->rank).size() > 1)
      throw InputError(workload_.ranks->place, "workload.ranks.kv_heads",
                       fmt::format("the mapper takes no cascade that splits the heads that share keys, so far, but "
                                   "'{}' does",
                                   cascade.name));
    given.shared = shared;
    given.groups = groups;
  }

  [[nodiscard]] MapProblem problem_of(const Variant& variant) const {
    ByTensor<double> element_B;
    for (const Tensor& tensor : variant.cascade->tensors) element_B.push_back(workload_.element_B(tensor.name));
    MapConditions given;
    if (workload_.mask && workload_.mask->spec.text != "dense") given.mask = &*workload_.mask;
    share_heads(*variant.cascade, given);
    MapProblem problem(*variant.cascade, arch_, variant.shapes, std::move(element_B), std::move(given));
    problem.constrain(variant.space);
    return problem;
  }

  // Those of few Einsums first, which end soonest, and of them those with the least bound: what they find leaves
  // out most of the others.
  void sort_variants() {
    struct Bounded {
      Score least;
      Variant variant;
      std::unique_ptr<Searched> searched;
    };
    std::vector<Bounded> bounded;
    std::size_t groups = 0;
    for (Variant& variant : variants_) {
      auto searched = std::make_unique<Searched>(problem_of(variant));
      groups += groups_of(searched->problem);
      if (request_.objective.is_traffic_by_buffer()) result_.floor.add(searched->problem);
      const Score least = bound_of(searched->problem, searched->lanes, request_.objective);
      bounded.push_back({least, std::move(variant), std::move(searched)});
    }
    std::ranges::stable_sort(bounded, [&](const Bounded& a, const Bounded& b) {
      const std::size_t first = a.variant.cascade->einsums.size();
      const std::size_t second = b.variant.cascade->einsums.size();
      return first != second ? first < second : request_.objective.before(a.least, b.least);
    });
    variants_.clear();
    Score least;
    for (std::size_t i = 0; i < bounded.size(); ++i) {
      results_[i].bound = bounded[i].least;  // also of those that the search does not come to
      variants_.push_back(std::move(bounded[i].variant));
      searched_.push_back(std::move(bounded[i].searched));
      least = i == 0 ? bounded[i].least : least_of(least, bounded[i].least);
    }
    status_.start(groups, least);
  }

  // At most half of a limited time: few variants first, as long at each, then those beside the best so far, and
  // where none is better beside it all others. The first variants by themselves may need all of the time. As long
  // as nothing is found a look goes on. A Pareto set has no best one: then all are looked at.
  void look_around() {
    const auto half = (limits_.end() - Clock::now()) / 2;
    const Clock::time_point end = Clock::now() + half;
    looked_.assign(variants_.size(), 0);
    if (request_.objective.measures().size() != 1) return look_at(all_variants(), half);
    looks_end_ = end;
    std::vector<std::size_t> next = few_of(variants_);
    while (!next.empty() && Clock::now() < end) {
      look_at(next, (end - Clock::now()) / 2);
      next = not_looked_at(beside(variants_, best_first().front()));
      if (next.empty()) next = not_looked_at(all_variants());
    }
  }

  [[nodiscard]] std::vector<std::size_t> not_looked_at(std::vector<std::size_t> variants) const {
    std::erase_if(variants, [&](std::size_t v) { return looked_[v] != 0; });
    return variants;
  }

  [[nodiscard]] std::vector<std::size_t> all_variants() const {
    std::vector<std::size_t> all(variants_.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    return all;
  }

  void look_at(const std::vector<std::size_t>& variants, Clock::duration time) {
    const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
    const std::size_t jobs = request_.jobs > 0 ? static_cast<std::size_t>(request_.jobs) : cores;
    const auto each = time * std::min({jobs, cores, variants.size()}) / variants.size();
    for (const std::size_t v : variants) looked_[v] = 1;
    parallel_for(variants.size(), request_.jobs, [&](std::size_t i) { search(variants[i], Clock::now() + each); });
  }

  [[nodiscard]] bool is_over(Clock::time_point end) {
    if (limits_.is_over()) return true;
    const Clock::time_point now = Clock::now();
    return now > end && (status_.has_found() || now > looks_end_);
  }

  // Variants with the best that was found first, then as they are.
  [[nodiscard]] std::vector<std::size_t> best_first() const {
    std::vector<std::size_t> order = all_variants();
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
      const std::vector<MappingOption>& first = results_[a].options;
      const std::vector<MappingOption>& second = results_[b].options;
      if (first.empty() || second.empty()) return !first.empty() && second.empty();
      return request_.objective.before(first.front().score, second.front().score);
    });
    return order;
  }

  // What is left out because a mapping is known is worse than it: the best ones are the same whatever ends first.
  void search(std::size_t i, Clock::time_point end) {
    const MapProblem& problem = searched_[i]->problem;
    if (!problem.knows_energy && request_.objective.needs_energy())
      throw InputError({arch_.file, 0, 0}, "arch",
                       "it has levels or operations without energies; expected another objective than these");
    Surroundings around;
    around.stop = [this, end] { return is_over(end); };
    {
      const std::scoped_lock lock(mutex_);
      around.best = best_;
    }
    around.status = &status_;
    PartitionResult found =
        request_.differing != nullptr && request_.differing->cascade == variants_[i].name
            ? search_differing(problem, request_.objective, around, request_.differing->plan.groups)
            : search_partitions(problem, searched_[i]->lanes, request_.objective, around);
    const std::scoped_lock lock(mutex_);
    for (const MappingOption& option : found.options)
      if (!best_ || request_.objective.before(option.score, *best_)) best_ = option.score;
    for (const MappingOption& option : found.options) status_.found(option.score);
    if (request_.objective.measures().size() != 1) best_.reset();
    // What an earlier look found is left out where nothing is better.
    for (MappingOption& known : results_[i].options) found.options.push_back(std::move(known));
    results_[i] = std::move(found);
  }

  void collect() {
    std::vector<std::pair<std::size_t, MappingOption*>> front;
    for (std::size_t i = 0; i < results_.size(); ++i) {
      result_.count.blocks += results_[i].count.blocks;
      result_.count.opened += results_[i].count.opened;
      result_.count.priced += results_[i].count.priced;
      result_.bound = i == 0 ? results_[i].bound : least_of(result_.bound, results_[i].bound);
      for (MappingOption& option : results_[i].options) {
        const auto covered = [&](const auto& other) {
          return request_.objective.covers(other.second->score, option.score);
        };
        if (std::ranges::any_of(front, covered)) continue;
        std::erase_if(
            front, [&](const auto& other) { return request_.objective.covers(option.score, other.second->score); });
        front.emplace_back(i, &option);
      }
    }
    std::ranges::stable_sort(front, [&](const auto& a, const auto& b) {
      return request_.objective.before(a.second->score, b.second->score);
    });
    if (request_.objective.measures().size() == 1 && front.size() > 1) front.resize(1);
    for (auto& [i, option] : front)
      result_.found.push_back(described(variants_[i], std::move(*option), result_.found.size()));
    if (result_.found.empty() && (request_.differing != nullptr || !request_.demanded.empty())) return;
    if (result_.found.empty() && result_.interrupted) throw Interrupted();
    if (result_.found.empty() && !result_.count.ended)
      throw InfeasibleError("nothing is found within the limits of time and memory; expected larger ones");
    if (result_.found.empty()) throw why_none();
  }

  // Of the first cascade, for a while.
  [[nodiscard]] InfeasibleError why_none() {
    constexpr std::chrono::seconds enough{10};
    const Clock::time_point end = std::min(limits_.end(), Clock::now() + enough);
    const MapProblem problem = problem_of(variants_.front());
    return why_infeasible(problem, [&] { return limits_.is_over() || Clock::now() > end; });
  }

  static Score least_of(const Score& a, const Score& b) {
    return {std::min(a.time_s, b.time_s), std::min(a.energy_J, b.energy_J), std::min(a.traffic_B, b.traffic_B),
            std::min(a.buffer_B, b.buffer_B)};
  }

  [[nodiscard]] FoundMapping described(const Variant& variant, MappingOption option, std::size_t number) {
    FoundMapping found;
    found.cascade = variant.name;
    found.traffic_B = option.score.traffic_B;
    found.buffer_B = option.score.buffer_B;
    found.plan = {variant.chosen, std::move(option.groups)};
    found.nest = to_nest(found.plan, *variant.cascade, arch_);
    PlanNames names{number == 0 ? request_.name : fmt::format("{}-{}", request_.name, number + 1), variant.name};
    // The folder may not be there yet: what is read back here names the cascade as the workload does.
    const std::string text = to_yaml(found.plan, names, *variant.cascade, arch_);
    const std::string file = (request_.folder / (names.name + ".yaml")).string();
    found.record = estimate(candidate_of(request_.point, Yaml::parse(text, file), library_));
    names.cascade = named_from(request_.folder, variant.name);
    found.text = to_yaml(found.plan, names, *variant.cascade, arch_);
    return found;
  }

  const MapRequest& request_;
  Library& library_;
  Workload workload_;
  Arch arch_;
  SearchLimits limits_;
  SearchStatus status_;
  std::optional<Yaml> space_;
  std::vector<Variant> variants_;
  std::vector<std::unique_ptr<Searched>> searched_;  // as variants_; none of those whose search is over
  std::vector<PartitionResult> results_;
  std::mutex mutex_;
  std::optional<Score> best_;
  std::vector<char> looked_;                                // as variants_
  Clock::time_point looks_end_ = Clock::time_point::min();  // of looks that have found nothing
  MapResult result_;
};

}  // namespace

Score score_of(const FoundMapping& found) {
  return {found.record.number("time_s").value_or(0), found.record.number("energy_J").value_or(0), found.traffic_B,
          found.buffer_B};
}

MapResult find_mappings(const MapRequest& request, Library& library) {
  if (maps_kernels(request, library)) return find_kernels(request, library);
  return Mapper(request, library).run();
}

std::optional<double> gap_of(const MapResult& result, const Objective& objective) {
  if (objective.measures().size() != 1) return std::nullopt;
  if (result.count.ended) return 1;
  const Metric measure = objective.measures().front();
  return score_of(result.found.front()).of(measure) / result.bound.of(measure);
}

}  // namespace tilewright

#include "explore/mapper/variants.hpp"

#include <algorithm>

#include "einsum/shapes.hpp"
#include "explore/mapper/sizes.hpp"

namespace tilewright {

namespace {

// Those that some Einsum runs over.
std::vector<RankId> free_ranks(const Cascade& cascade, const Workload& workload) {
  std::vector<RankId> ranks;
  for (const Partition& partition : cascade.partitions)
    for (const RankId part : partition.parts)
      if (!cascade.ranks[part].shape && !workload.shapes.contains(cascade.ranks[part].name)) ranks.push_back(part);
  return ranks;
}

double whole_of(const Cascade& cascade, RankId part, const Workload& workload) {
  for (const Partition& partition : cascade.partitions)
    if (std::ranges::find(partition.parts, part) != partition.parts.end()) {
      const auto whole = workload.shapes.find(cascade.ranks[partition.whole].name);
      if (whole != workload.shapes.end()) return whole->second;
    }
  return 1;
}

// Of variants of this one's cascade, ascending.
std::vector<double> shapes_of(const std::vector<Variant>& variants, const Variant& variant, std::size_t rank) {
  std::vector<double> shapes;
  for (const Variant& other : variants)
    if (other.name == variant.name) shapes.push_back(other.chosen[rank].second);
  std::ranges::sort(shapes);
  shapes.erase(std::unique(shapes.begin(), shapes.end()), shapes.end());
  return shapes;
}

bool has(const std::vector<double>& sizes, double size) { return std::ranges::find(sizes, size) != sizes.end(); }

}  // namespace

void add_variants(const std::string& name, const Cascade& cascade, const Workload& workload,
                  std::vector<Variant>& variants) {
  const std::vector<RankId> free = free_ranks(cascade, workload);
  const auto choose = [&](const auto& self, std::size_t i, std::map<std::string, double> given,
                          std::vector<std::pair<RankId, double>> chosen) -> void {
    if (i == free.size()) {
      variants.push_back({name, &cascade, std::move(chosen), rank_shapes(cascade, given), {}});
      return;
    }
    for (const double shape : divisors(whole_of(cascade, free[i], workload))) {
      given[cascade.ranks[free[i]].name] = shape;
      chosen.emplace_back(free[i], shape);
      self(self, i + 1, given, chosen);
      chosen.pop_back();
    }
  };
  choose(choose, 0, workload.shapes, {});
}

std::vector<std::size_t> few_of(const std::vector<Variant>& variants) {
  std::vector<std::size_t> few;
  for (std::size_t v = 0; v < variants.size(); ++v) {
    bool is_one = true;
    for (std::size_t i = 0; i < variants[v].chosen.size(); ++i)
      is_one &= has(few_of(shapes_of(variants, variants[v], i), 5), variants[v].chosen[i].second);
    if (is_one) few.push_back(v);
  }
  return few;
}

std::vector<std::size_t> beside(const std::vector<Variant>& variants, std::size_t variant) {
  const Variant& of = variants[variant];
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < of.chosen.size(); ++i) {
    const std::vector<double> shapes = shapes_of(variants, of, i);
    const auto at = std::ranges::find(shapes, of.chosen[i].second);
    auto other = of.chosen;
    const auto add = [&](double shape) {
      other[i].second = shape;
      for (std::size_t v = 0; v < variants.size(); ++v)
        if (variants[v].name == of.name && variants[v].chosen == other) found.push_back(v);
    };
    if (at != shapes.begin()) add(*(at - 1));
    if (at + 1 != shapes.end()) add(*(at + 1));
  }
  return found;
}

}  // namespace tilewright

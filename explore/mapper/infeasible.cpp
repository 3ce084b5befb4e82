#include "explore/mapper/infeasible.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "explore/mapper/feasibility.hpp"

namespace tilewright {

namespace {

class Reason {
 public:
  Reason(const MapProblem& problem, const std::function<bool()>& stop)
      : problem_(problem), stop_(stop), to_blame_(problem.space.constraints()) {
    std::erase_if(to_blame_, [](const Constraint& constraint) { return constraint.preferred; });
  }

  InfeasibleError error() {
    find_constraints();
    const std::string change = capacity();
    if (to_blame_.empty())
      return {{problem_.arch.file, 0, 0}, "arch.levels", change.empty() ? "no mapping of the space fits" : change};
    std::string text = "no mapping keeps to it";
    for (std::size_t c = 1; c < to_blame_.size(); ++c)
      text += (c == 1 ? " together with " : ", ") + to_blame_[c].path;
    if (!change.empty()) text += ": " + change;
    return {to_blame_.front().place, to_blame_.front().path, text + sizes()};
  }

 private:
  [[nodiscard]] MapProblem with(const Arch& arch, const std::vector<Constraint>& constraints) const {
    MapProblem problem(problem_.cascade, arch, problem_.shapes, problem_.element_B, problem_.conditions);
    problem.constrain(Mapspace(problem_.cascade, arch, constraints));
    return problem;
  }
  [[nodiscard]] bool has_mapping(const Arch& arch, const std::vector<Constraint>& constraints) const {
    const MapProblem problem = with(arch, constraints);
    return Feasibility(problem, stop_).has_mapping();
  }

  // One after another is left out where there is still no mapping: what is left is needed, each of it.
  void find_constraints() {
    for (std::size_t c = 0; c < to_blame_.size() && !stop_();) {
      std::vector<Constraint> others = to_blame_;
      others.erase(others.begin() + static_cast<long>(c));
      if (has_mapping(problem_.arch, others) || stop_())
        ++c;
      else
        to_blame_ = std::move(others);
    }
  }

  // The first level that has a mapping once it is large enough, and how large that is; empty: there is none.
  [[nodiscard]] std::string capacity() {
    for (const LevelId level : problem_.arch.levels.ids()) {
      if (!std::isfinite(problem_.arch.levels[level].capacity_B)) continue;
      Arch arch = problem_.arch;
      arch.levels[level].capacity_B = unlimited;
      if (!has_mapping(arch, to_blame_)) continue;
      const double needed = least_capacity(arch, level);
      if (stop_()) return {};
      const Level& given = problem_.arch.levels[level];
      const MapProblem problem = with(problem_.arch, to_blame_);
      const EinsumId einsum = Feasibility(problem, stop_).without_group();
      return fmt::format("{} holds {:.0f} B{}; the smallest mapping{} needs {:.0f} B", given.name, given.capacity_B,
                         given.instances > 1 ? " in each of its instances" : "",
                         einsum ? " of Einsum '" + problem_.cascade.einsums[einsum].name + "'" : "", needed);
    }
    return {};
  }

  // In whole bytes. A larger level has all mappings of a smaller one.
  [[nodiscard]] double least_capacity(Arch& arch, LevelId level) const {
    double without = std::floor(problem_.arch.levels[level].capacity_B);
    double with = std::max(1.0, without);
    const auto fits = [&](double bytes) {
      arch.levels[level].capacity_B = bytes;
      return has_mapping(arch, to_blame_);
    };
    do with *= 2;
    while (!fits(with) && !stop_());
    while (with - without > 1 && !stop_()) {
      const double middle = std::floor((with + without) / 2);
      (fits(middle) ? with : without) = middle;
    }
    return with;
  }

  // Of the first constraint, where it is one of sizes: the nearest that has a mapping.
  [[nodiscard]] std::string sizes() {
    AllowedSizes* allowed = nullptr;
    RankId rank;
    std::visit(
        [&](auto& what) {
          if constexpr (requires { what.sizes; }) {
            allowed = &what.sizes;
            rank = what.rank;
          }
        },
        to_blame_.front().what);
    if (allowed == nullptr) return {};
    const AllowedSizes asked = *allowed;
    const double from = asked.listed.empty() ? asked.from : std::ranges::min(asked.listed);
    const double to = asked.listed.empty() ? asked.to : std::ranges::max(asked.listed);
    std::vector<double> others = problem_.tile_sizes[rank];
    std::erase_if(others, [&](double size) { return asked.has(size); });
    std::ranges::stable_sort(others, {}, [&](double size) {
      return size < from ? from / size : size > to ? size / to : 1;
    });
    for (const double size : others) {
      *allowed = {1, unlimited, {size}};
      const bool found = has_mapping(problem_.arch, to_blame_);
      if (stop_()) break;
      if (found) return fmt::format("; with {:.0f} there is one", size);
    }
    return {};
  }

  const MapProblem& problem_;
  const std::function<bool()>& stop_;
  std::vector<Constraint> to_blame_;
};

}  // namespace

InfeasibleError why_infeasible(const MapProblem& problem, const std::function<bool()>& stop) {
  return Reason(problem, stop).error();
}

}  // namespace tilewright

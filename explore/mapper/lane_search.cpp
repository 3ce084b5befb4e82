#include "explore/mapper/lane_search.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <memory>
#include <tuple>

#include "explore/mapper/lane_price.hpp"

namespace tilewright {

namespace {

using Vector = std::vector<double>;  // by local rank
using Ranks = std::uint32_t;         // a set of local ranks, or of operands

bool is_in(Ranks set, std::size_t i) { return (set >> i & 1) != 0; }

/// An operand in a context.
struct Operand {
  const MappedOperand* of;
  OperandPrice price;
  Ranks ranks = 0;     // local ones that select its element
  double outside = 1;  // factors of loops outside the block that select no other tile of it
  double stays = 1;    // see OperandHome
  double least = 1;    // how often a tile comes at least
  LevelId home;
  LevelPrice at_home;
  struct Keeper {
    LevelId level;
    LevelPrice price;
  };
  std::vector<Keeper> keepers;  // levels of the lanes of the unit at hand that can hold it
};

class Search {
 public:
  Search(const MapProblem& problem, const LaneContext& context, std::vector<LaneOption>& found, std::size_t& priced)
      : problem_(problem),
        context_(context),
        einsum_(problem.einsums[context.einsum]),
        found_(found),
        priced_(priced) {
    for (const RankId rank : problem.shapes.ids())
      if (has(einsum_.iteration, rank) && context.extents[rank.index()] > 1) {
        ranks_.push_back(rank);
        extents_.push_back(context.extents[rank.index()]);
        const double tile = problem.masked(context.einsum) ? problem.mask->along(rank, context.mask_tile) : 0;
        step_.push_back(tile > 0 ? tile : extents_.back());
      }
    for (std::size_t o = 0; o < einsum_.operands.size(); ++o) operands_.push_back(operand(o));
    lanes_.assign(ranks_.size(), 1);
  }

  void run(const LaneSearch::Limit& limit) {
    limit_ = limit;
    for (const UnitId unit : problem_.arch.units.ids())
      if (start(unit)) on_unit();
  }

  /// The least energy of all ways, where an operand may live in any of these levels, too.
  double least_J(const std::vector<std::vector<LevelId>>& homes) {
    for (std::size_t o = 0; o < operands_.size(); ++o) {
      others_.emplace_back();
      for (const LevelId level : homes[o]) others_.back().push_back(price_of(problem_, einsum_.operands[o], level));
    }
    double least = unlimited;
    for (const UnitId unit : problem_.arch.units.ids()) {
      if (!start(unit)) continue;
      least_only_ = &least;
      spread(0, 1);
    }
    return least;
  }

  /// Cycles with as many lanes as there can be.
  double least_cycles(UnitId unit) {
    start(unit);
    double most = 1;
    most_lanes(0, 1, most);
    return einsum_.points / most * einsum_.costs[unit]->cycles;
  }

 private:
  struct Lanes {
    Vector each;
    double all = 1;
    double cycles = 0;
    Moved least;
  };

  [[nodiscard]] Operand operand(std::size_t o) const {
    Operand operand{&einsum_.operands[o],
                    OperandPrice(einsum_.operands[o], einsum_.points, context_.homes[o].first),
                    0,
                    1,
                    context_.homes[o].stays,
                    context_.homes[o].stays,
                    context_.homes[o].level,
                    price_of(problem_, einsum_.operands[o], context_.homes[o].level),
                    {}};
    for (std::size_t r = 0; r < ranks_.size(); ++r)
      if (has(operand.of->ranks, ranks_[r])) operand.ranks |= Ranks{1} << r;
    for (const RankId rank : problem_.shapes.ids())
      if (has(einsum_.iteration & ~operand.of->ranks, rank))
        operand.outside *= problem_.shapes[rank] / context_.extents[rank.index()];
    // Where parts of the block are skipped along a rank that selects, tiles of these parts come, and each that is
    // ever touched does.
    for (std::size_t r = 0; r < ranks_.size(); ++r)
      if (is_in(operand.ranks, r) && step_[r] < extents_[r]) operand.least = context_.homes[o].first;
    return operand;
  }

  // Lanes fill from a level with one instance.
  bool start(UnitId unit) {
    if (!einsum_.costs[unit]) return false;
    for (const Operand& o : operands_)
      if (!reaches(problem_.arch, unit, o.home)) return false;
    unit_ = unit;
    compute_J_ = einsum_.points * einsum_.costs[unit]->energy_J;
    for (Operand& o : operands_) {
      o.keepers.clear();
      if (!o.of->once || problem_.arch.levels[o.home].instances != 1) continue;
      for (const LevelId level : problem_.roles.lanes[unit])
        if (o.of->element_B <= context_.lane_B[level])
          o.keepers.push_back({level, price_of(problem_, *o.of, level)});
    }
    return true;
  }

  void on_unit() {
    spread_.clear();
    spread(0, 1);
    std::ranges::stable_sort(spread_, [](const Lanes& a, const Lanes& b) {
      return std::tie(a.cycles, a.least.energy_J) < std::tie(b.cycles, b.least.energy_J);
    });
    for (const Lanes& choice : spread_)
      if (!is_dominated(choice.cycles, choice.least)) try_lanes(choice);
  }

  [[nodiscard]] double most_along(std::size_t r, double used) const {
    return has(einsum_.apart, ranks_[r]) ? 1 : problem_.arch.units[unit_].lanes / used;
  }

  // All products of lanes.
  void spread(std::size_t r, double used) {
    if (r == ranks_.size()) return bound_lanes(used);
    const double most = most_along(r, used);
    for (const double factor : divisors_of(step_[r])) {
      if (factor > most) break;
      lanes_[r] = factor;
      spread(r + 1, used * factor);
    }
    lanes_[r] = 1;
  }

  void most_lanes(std::size_t r, double used, double& most) {
    most = std::max(most, used);
    if (r == ranks_.size()) return;
    const double limit = most_along(r, used);
    for (const double factor : divisors_of(step_[r])) {
      if (factor > limit) break;
      most_lanes(r + 1, used * factor, most);
    }
  }

  [[nodiscard]] double sharing(const Operand& o, const Vector& lanes) const {
    double product = 1;
    for (std::size_t r = 0; r < lanes.size(); ++r)
      if (!is_in(o.ranks, r)) product *= lanes[r];
    return product;
  }

  // Bound: of each operand by itself the lesser of being taken directly, which is what it is, and of being kept
  // with every tile coming as rarely as it can. No choice of what is kept, of tiles and of orders is below, since
  // all sums over operands have these terms.
  void bound_lanes(double used) {
    Moved all;
    for (std::size_t o = 0; o < operands_.size(); ++o) {
      const double copies = sharing(operands_[o], lanes_);
      Moved least = least_of(operands_[o], operands_[o].at_home, copies, used);
      if (least_only_ != nullptr)
        for (const LevelPrice& home : others_[o]) least.lessen(least_of(operands_[o], home, copies, used));
      all.add(least);
    }
    all.energy_J += compute_J_;
    if (least_only_ != nullptr)
      *least_only_ = std::min(*least_only_, all.energy_J);
    else
      spread_.push_back({lanes_, used, einsum_.points / used * einsum_.costs[unit_]->cycles, all});
  }

  [[nodiscard]] Moved least_of(const Operand& o, const LevelPrice& home, double copies, double used) const {
    Moved least;
    o.price.direct(home, copies, least);
    for (const Operand::Keeper& keeper : o.keepers) {
      if (used > problem_.arch.levels[keeper.level].instances) continue;
      Moved moved;
      o.price.kept(home, keeper.price, copies, o.least, moved);
      least.lessen(moved);
    }
    return least;
  }

  void try_lanes(const Lanes& choice) {
    chosen_ = &choice;
    copies_.clear();
    for (const Operand& o : operands_) copies_.push_back(sharing(o, choice.each));
    keeper_.assign(operands_.size(), nullptr);
    Moved least;
    least.energy_J = compute_J_;
    choose_kept(0, least);
  }

  // `least` of the operands before, as in bound_lanes().
  void choose_kept(std::size_t o, const Moved& least) {
    if (is_dominated(chosen_->cycles, least)) return;
    if (o == keeper_.size()) return try_kept();
    Moved next = least;
    operands_[o].price.direct(operands_[o].at_home, copies_[o], next);
    choose_kept(o + 1, next);
    for (const Operand::Keeper& keeper : operands_[o].keepers) {
      if (chosen_->all > problem_.arch.levels[keeper.level].instances) continue;
      keeper_[o] = &keeper;
      next = least;
      operands_[o].price.kept(operands_[o].at_home, keeper.price, copies_[o], operands_[o].least, next);
      choose_kept(o + 1, next);
    }
    keeper_[o] = nullptr;
  }

  void try_kept() {
    direct_ = {};
    direct_.energy_J = compute_J_;
    used_ = 0;
    for (std::size_t o = 0; o < keeper_.size(); ++o) {
      if (keeper_[o] != nullptr)
        used_ |= operands_[o].ranks;
      else
        operands_[o].price.direct(operands_[o].at_home, copies_[o], direct_);
    }
    held_.assign(ranks_.size(), 1);
    if (fits()) choose_held(0);
  }

  // Larger tiles of a lane leave fewer steps, and a tile never comes more often for fewer steps: only tiles that
  // cannot grow along any rank are tried. Ranks that select no kept tile have all their steps innermost.
  void choose_held(std::size_t r) {
    if (r == held_.size()) {
      if (is_largest()) try_orders();
      return;
    }
    for (const double size : divisors_of(is_in(used_, r) ? step_[r] / chosen_->each[r] : 1)) {
      held_[r] = size;
      if (!fits()) break;
      choose_held(r + 1);
    }
    held_[r] = 1;
  }

  [[nodiscard]] bool is_largest() {
    for (std::size_t r = 0; r < held_.size(); ++r) {
      if (!is_in(used_, r)) continue;
      const Vector& sizes = divisors_of(step_[r] / chosen_->each[r]);
      const auto next = std::ranges::upper_bound(sizes, held_[r]);
      if (next == sizes.end()) continue;
      const double now = std::exchange(held_[r], *next);
      const bool grows = fits();
      held_[r] = now;
      if (grows) return false;
    }
    return true;
  }

  [[nodiscard]] bool fits() const {
    for (const LevelId level : problem_.roles.lanes[unit_]) {
      double bytes = 0;
      for (std::size_t o = 0; o < keeper_.size(); ++o) {
        if (keeper_[o] == nullptr || keeper_[o]->level != level) continue;
        double tile = operands_[o].of->element_B;
        for (std::size_t r = 0; r < held_.size(); ++r)
          if (is_in(operands_[o].ranks, r)) tile *= held_[r];
        bytes += tile;
      }
      if (bytes > context_.lane_B[level]) return false;
    }
    return true;
  }

  // Ranks that select the same kept tiles stand together: moving the outer one of two inwards, to the other, lets
  // tiles come no more often, since what selects no other tile is counted only outside of what does. So ranks that
  // select all of them stand outermost, and those that select none innermost.
  void try_orders() {
    steps_.resize(ranks_.size());
    classes_.clear();
    Ranks all = 0;
    for (std::size_t o = 0; o < keeper_.size(); ++o)
      if (keeper_[o] != nullptr) all |= Ranks{1} << o;
    for (std::size_t r = 0; r < steps_.size(); ++r) {
      steps_[r] = extents_[r] / chosen_->each[r] / held_[r];
      if (steps_[r] == 1) continue;
      Ranks selects = 0;
      for (std::size_t o = 0; o < keeper_.size(); ++o)
        if (is_in(all, o) && is_in(operands_[o].ranks, r)) selects |= Ranks{1} << o;
      classes_.push_back({selects == all ? 0 : selects == 0 ? 2 : 1, selects, r});
    }
    std::ranges::sort(classes_, {},
                      [](const Class& each) { return std::tie(each.place, each.selects, each.rank); });
    price();
    // Permutations of the classes between: of their ranks, those that keep a class together and in order.
    permute();
  }

  void permute() {
    std::vector<std::vector<Class>> between;
    std::vector<Class> first;
    std::vector<Class> last;
    for (const Class& each : classes_) {
      if (each.place == 0) first.push_back(each);
      if (each.place == 2) last.push_back(each);
      if (each.place != 1) continue;
      if (between.empty() || between.back().front().selects != each.selects) between.emplace_back();
      between.back().push_back(each);
    }
    if (between.size() < 2) return;
    const auto by_class = [](const std::vector<Class>& a, const std::vector<Class>& b) {
      return a.front().selects < b.front().selects;
    };
    while (std::ranges::next_permutation(between, by_class).found) {
      classes_ = first;
      for (const auto& each : between) classes_.insert(classes_.end(), each.begin(), each.end());
      classes_.insert(classes_.end(), last.begin(), last.end());
      price();
    }
  }

  // How often a tile comes: every iteration of the loops above it, but for the innermost run of those that select
  // no other tile.
  [[nodiscard]] double comes(const Operand& o) const {
    double all = 1;
    double until = 0;
    std::size_t moving = 0;
    for (std::size_t c = 0; c < classes_.size(); ++c) {
      if (is_in(o.ranks, classes_[c].rank)) {
        until = all;
        moving = c + 1;
      } else {
        all *= steps_[classes_[c].rank];
      }
    }
    return until == 0 ? o.stays : o.outside * until * visited_below(moving);
  }

  // Of what the mask leaves: tiles below the first steps are skipped as a whole, with all that stays there.
  [[nodiscard]] double visited_below(std::size_t steps) const {
    if (!problem_.masked(context_.einsum)) return 1;
    TileSize tile = context_.mask_tile;
    for (std::size_t r = 0; r < ranks_.size(); ++r) {
      double tokens = extents_[r];
      for (std::size_t c = 0; c < steps; ++c)
        if (classes_[c].rank == r) tokens /= steps_[r];
      if (step_[r] == extents_[r]) continue;
      Count& along = ranks_[r] == problem_.mask->queries() ? tile.first : tile.second;
      along = std::max(along, static_cast<Count>(tokens));
    }
    return problem_.mask->share(tile) / problem_.mask->share(context_.mask_tile);
  }

  void price() {
    ++priced_;
    Moved moved = direct_;
    for (std::size_t o = 0; o < keeper_.size(); ++o)
      if (keeper_[o] != nullptr)
        operands_[o].price.kept(operands_[o].at_home, keeper_[o]->price, copies_[o], comes(operands_[o]), moved);
    if (is_dominated(chosen_->cycles, moved)) return;
    std::erase_if(found_, [&](const LaneOption& other) {
      return no_worse(chosen_->cycles, moved.energy_J, moved.watched_B, other.cycles, other.energy_J,
                      other.moved_B);
    });
    found_.push_back({chosen_->cycles, moved.energy_J, moved.watched_B, plan()});
  }

  [[nodiscard]] EinsumPlan plan() const {
    EinsumPlan plan{context_.einsum, unit_, {}, {}, {}, {}};
    for (const Class& each : classes_) plan.steps.push_back({ranks_[each.rank], steps_[each.rank]});
    for (std::size_t r = 0; r < held_.size(); ++r) {
      if (chosen_->each[r] > 1) plan.lanes.push_back({ranks_[r], chosen_->each[r]});
      if (held_[r] > 1) plan.in_lane.push_back({ranks_[r], held_[r]});
    }
    for (std::size_t o = 0; o < keeper_.size(); ++o)
      if (keeper_[o] != nullptr) plan.kept.push_back({operands_[o].of->tensor, keeper_[o]->level, 0});
    std::ranges::stable_sort(plan.kept, {}, &PlannedKeep::level);
    return plan;
  }

  using Watched = std::array<double, most_watched>;
  static bool no_worse(double cycles, double energy_J, const Watched& moved, double other_cycles, double other_J,
                       const Watched& other_moved) {
    if (cycles > other_cycles || energy_J > other_J) return false;
    for (std::size_t w = 0; w < most_watched; ++w)
      if (moved[w] > other_moved[w]) return false;
    return true;
  }

  [[nodiscard]] bool is_dominated(double cycles, const Moved& moved) const {
    if (cycles > limit_.cycles || moved.energy_J > limit_.energy_J) return true;
    return std::ranges::any_of(found_, [&](const LaneOption& other) {
      return no_worse(other.cycles, other.energy_J, other.moved_B, cycles, moved.energy_J, moved.watched_B);
    });
  }

  // Kept from one call to the next: the same few numbers come again and again.
  const Vector& divisors_of(double number) {
    for (const auto& [known, list] : divisors_)
      if (known == number) return *list;
    divisors_.emplace_back(number, std::make_unique<Vector>(divisors(number)));
    return *divisors_.back().second;
  }

  const MapProblem& problem_;
  const LaneContext& context_;
  const MappedEinsum& einsum_;
  std::vector<LaneOption>& found_;
  std::size_t& priced_;
  LaneSearch::Limit limit_;
  std::vector<RankId> ranks_;  // of the block, that have more than one coordinate
  Vector extents_;
  Vector step_;  // what a step takes at most
  std::vector<Operand> operands_;
  std::vector<std::pair<double, std::unique_ptr<Vector>>> divisors_;
  // Of a bound.
  double* least_only_ = nullptr;
  std::vector<std::vector<LevelPrice>> others_;
  // What is chosen so far.
  UnitId unit_;
  double compute_J_ = 0;
  Vector lanes_;
  std::vector<Lanes> spread_;
  const Lanes* chosen_ = nullptr;
  Vector copies_;                               // by operand: lanes that want the same
  std::vector<const Operand::Keeper*> keeper_;  // by operand: nullptr where the unit takes it from its home
  Ranks used_ = 0;                              // ranks that select a kept tile
  Moved direct_;
  Vector held_;
  Vector steps_;
  struct Class {
    int place;      // 0: selects all kept tiles, 2: none
    Ranks selects;  // operands
    std::size_t rank;
  };
  std::vector<Class> classes_;  // ranks with steps, outermost first
};

}  // namespace

std::size_t LaneSearch::Hash::operator()(const std::vector<double>& key) const {
  std::size_t hash = key.size();
  for (const double each : key)
    hash = (hash ^ std::bit_cast<std::uint64_t>(each)) * 0x9E3779B97F4A7C15u + (hash >> 29);
  return hash;
}

void LaneSearch::find_key(const LaneContext& context) {
  const MappedEinsum& einsum = problem_.einsums[context.einsum];
  key_.clear();
  key_.push_back(static_cast<double>(context.einsum.index()));
  for (const RankId rank : problem_.shapes.ids())
    if (has(einsum.iteration, rank)) key_.push_back(context.extents[rank.index()]);
  for (const OperandHome& home : context.homes) {
    key_.push_back(static_cast<double>(home.level.index()));
    key_.push_back(home.stays);
    key_.push_back(home.first);
  }
  for (const auto& levels : problem_.roles.lanes)
    for (const LevelId level : levels) key_.push_back(context.lane_B[level]);
  key_.push_back(static_cast<double>(context.mask_tile.first));
  key_.push_back(static_cast<double>(context.mask_tile.second));
}

// What was found within a wider limit serves a narrower one.
const std::vector<LaneOption>& LaneSearch::options(const LaneContext& context, const Limit& limit) {
  find_key(context);
  const auto [place, fresh] = known_.try_emplace(key_);
  Known& known = place->second;
  if (!fresh && known.limit.cycles >= limit.cycles && known.limit.energy_J >= limit.energy_J) return known.options;
  known = {limit, {}};
  Search(problem_, context, known.options, priced_).run(limit);
  return known.options;
}

double LaneSearch::least_J(const LaneContext& context) {
  find_key(context);
  const auto [place, fresh] = least_.try_emplace(key_);
  if (!fresh) return place->second;
  std::vector<LaneOption> none;
  return place->second = Search(problem_, context, none, priced_)
                             .least_J(std::vector<std::vector<LevelId>>(context.homes.size()));
}

// One block of everything.
LaneContext LaneSearch::whole(EinsumId e) const {
  LaneContext context{e, {}, {}, {}, {1, 1}};
  for (const double shape : problem_.shapes) context.extents.push_back(std::max(1.0, shape));
  for (const Level& level : problem_.arch.levels) context.lane_B.push_back(level.capacity_B);
  if (problem_.masked(e)) context.mask_tile = problem_.mask->all();
  return context;
}

// Of operands without a home: at the outermost level, at the shared one and, where another Einsum of the cascade
// writes or reads them too, at lanes.
double LaneSearch::least_J(EinsumId e, const std::vector<LevelId>& homes) {
  const MappedEinsum& einsum = problem_.einsums[e];
  key_.clear();
  key_.push_back(static_cast<double>(e.index()));
  for (const LevelId home : homes) key_.push_back(home ? static_cast<double>(home.index()) : -1);
  const auto [place, fresh] = floors_.try_emplace(key_);
  if (!fresh) return place->second;
  LaneContext context = whole(e);
  std::vector<std::vector<LevelId>> others(homes.size());
  for (std::size_t o = 0; o < homes.size(); ++o) {
    context.homes.push_back({homes[o] ? homes[o] : problem_.roles.outermost, 1, 1 / problem_.least_share(e)});
    if (homes[o]) continue;
    const Tensor& tensor = problem_.cascade.tensors[einsum.operands[o].tensor];
    for (const LevelId level : problem_.arch.levels.ids())
      if (level == problem_.roles.shared ||
          (tensor.role == Tensor::Role::intermediate && problem_.arch.levels[level].instances > 1))
        others[o].push_back(level);
  }
  std::vector<LaneOption> none;
  return place->second = Search(problem_, context, none, priced_).least_J(others);
}

ByUnit<double> LaneSearch::least_cycles(EinsumId e) {
  LaneContext context = whole(e);
  context.homes.assign(problem_.einsums[e].operands.size(), {problem_.roles.outermost, 1, 1});
  std::vector<LaneOption> none;
  ByUnit<double> cycles;
  for (const UnitId unit : problem_.arch.units.ids()) {
    cycles.push_back(unlimited);
    if (problem_.einsums[e].costs[unit]) cycles[unit] = Search(problem_, context, none, priced_).least_cycles(unit);
  }
  return cycles;
}

}  // namespace tilewright

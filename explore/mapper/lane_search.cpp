#include "explore/mapper/lane_search.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <memory>
#include <numeric>
#include <tuple>

namespace tilewright {

namespace {

using Vector = std::vector<double>;  // by local rank

/// Bytes by level, and what they cost.
struct Moved {
  double energy_J = 0;
  std::array<double, 16> by_level{};  // read and written
};

class Pricer {
 public:
  Pricer(const MapProblem& problem, const LaneContext& context)
      : problem_(problem), einsum_(problem.einsums[context.einsum]), context_(context) {
    for (const RankId rank : problem.shapes.ids())
      if (has(einsum_.iteration, rank) && context.extents[rank.index()] > 1) {
        ranks_.push_back(rank);
        extents_.push_back(context.extents[rank.index()]);
      }
    for (const MappedOperand& operand : einsum_.operands) {
      std::uint32_t relevant = 0;
      for (std::size_t r = 0; r < ranks_.size(); ++r)
        if (has(operand.ranks, ranks_[r])) relevant |= 1u << r;
      relevant_.push_back(relevant);
      double outside = 1;
      for (const RankId rank : problem.shapes.ids())
        if (has(einsum_.iteration & ~operand.ranks, rank)) outside *= problem.shapes[rank] / context.extents[rank.index()];
      outside_.push_back(outside);
    }
    for (const OperandHome& home : context.homes) homes_.push_back(home.level);
  }

  /// In place of the context's home.
  void live_in(std::size_t o, LevelId level) { homes_[o] = level; }
  [[nodiscard]] LevelId home(std::size_t o) const { return homes_[o]; }
  [[nodiscard]] std::size_t ranks() const { return ranks_.size(); }
  [[nodiscard]] const std::vector<RankId>& rank_ids() const { return ranks_; }
  [[nodiscard]] const Vector& extents() const { return extents_; }
  [[nodiscard]] std::uint32_t relevant(std::size_t operand) const { return relevant_[operand]; }
  [[nodiscard]] const MappedEinsum& einsum() const { return einsum_; }

  // The unit takes every operand from its home, and leaves results there.
  void direct(std::size_t o, const Vector& lanes, Moved& moved) const {
    const MappedOperand& operand = einsum_.operands[o];
    const double at_home = shared_once(o) ? einsum_.points / sharing(o, lanes) : einsum_.points;
    at_level(home(o), operand, at_home, operand.elements, moved);
  }

  // A lane keeps a tile, which comes `comes` times for each that there is.
  void kept(std::size_t o, LevelId level, const Vector& lanes, double comes, Moved& moved) const {
    const MappedOperand& operand = einsum_.operands[o];
    const double copies = sharing(o, lanes);
    const double each = operand.elements * comes;
    const double at_home = shared_once(o) ? each : each * copies;
    const double again = at_level(home(o), operand, at_home, operand.elements, moved);
    const double fill = operand.result ? each * copies * (again / at_home) : each * copies;
    write(level, fill * operand.element_B, moved);
    at_level(level, operand, einsum_.points, operand.elements * copies, moved);
  }

  // How often a tile comes: every iteration of the loops above it, but for the innermost run of those that select
  // no other tile. `order`: local ranks of the steps, outermost first.
  [[nodiscard]] double comes(std::size_t o, const Vector& steps, const std::vector<std::size_t>& order) const {
    double all = 1;
    double until = 0;
    for (const std::size_t r : order) {
      if ((relevant_[o] >> r & 1) == 0)
        all *= steps[r];
      else if (steps[r] > 1)
        until = all;
    }
    return until == 0 ? context_.homes[o].stays : outside_[o] * until;
  }
  [[nodiscard]] double comes_at_least(std::size_t o) const { return context_.homes[o].stays; }

  [[nodiscard]] double sharing(std::size_t o, const Vector& lanes) const {
    double product = 1;
    for (std::size_t r = 0; r < lanes.size(); ++r)
      if ((relevant_[o] >> r & 1) == 0) product *= lanes[r];
    return product;
  }

 private:
  [[nodiscard]] bool shared_once(std::size_t o) const {
    const Level& level = problem_.arch.levels[home(o)];
    return einsum_.operands[o].result ? level.reduction : level.multicast;
  }
  // Of a result that accumulates, what was there before is read back first; returns that much.
  double at_level(LevelId level, const MappedOperand& operand, double elements, double first, Moved& moved) const {
    if (!operand.result) {
      read(level, elements * operand.element_B, moved);
      return 0;
    }
    write(level, elements * operand.element_B, moved);
    const double again = operand.accumulates ? std::max(0.0, elements - first) : 0;
    read(level, again * operand.element_B, moved);
    return again;
  }
  void read(LevelId level, double bytes, Moved& moved) const {
    moved.energy_J += bytes * problem_.read_J_per_B[level];
    moved.by_level[level.index()] += bytes;
  }
  void write(LevelId level, double bytes, Moved& moved) const {
    moved.energy_J += bytes * problem_.write_J_per_B[level];
    moved.by_level[level.index()] += bytes;
  }

  const MapProblem& problem_;
  const MappedEinsum& einsum_;
  const LaneContext& context_;
  std::vector<LevelId> homes_;  // by operand
  std::vector<RankId> ranks_;  // of the block, that have more than one coordinate
  Vector extents_;
  std::vector<std::uint32_t> relevant_;  // by operand: bits of local ranks
  Vector outside_;                       // by operand: of loops outside the block that select no other tile
};

void add(Moved& to, const Moved& moved) {
  to.energy_J += moved.energy_J;
  for (std::size_t l = 0; l < to.by_level.size(); ++l) to.by_level[l] += moved.by_level[l];
}

class Search {
 public:
  Search(const MapProblem& problem, const LaneContext& context, std::vector<LaneOption>& found, std::size_t& priced)
      : problem_(problem), context_(context), pricer_(problem, context), found_(found), priced_(priced) {
    for (const LevelId level : problem.arch.levels.ids())
      if (problem.arch.levels[level].bandwidth_B_per_s < unlimited) limited_.push_back(level.index());
  }

  void run() {
    for (const UnitId unit : problem_.arch.units.ids())
      if (pricer_.einsum().costs[unit]) on(unit);
  }

 private:
  struct Lanes {
    Vector each;
    double all = 1;
    double cycles = 0;
    Moved least;
  };

  void on(UnitId unit) {
    unit_ = unit;
    spread_.clear();
    Vector lanes(pricer_.ranks(), 1);
    spread(0, 1, lanes);
    std::ranges::stable_sort(spread_, [](const Lanes& a, const Lanes& b) {
      return std::tie(a.cycles, a.least.energy_J) < std::tie(b.cycles, b.least.energy_J);
    });
    for (const Lanes& choice : spread_)
      if (!is_dominated(choice.cycles, choice.least)) try_lanes(choice);
  }

  // See LaneSearch::Floor: of each operand the least over all homes and keepers, as in add_lanes(), but for lanes over
  // the whole ranks.
 public:
  [[nodiscard]] LaneSearch::Floor floor(UnitId unit, const std::vector<std::vector<LevelId>>& homes) {
    on_all_homes_ = &homes;
    unit_ = unit;
    spread_.clear();
    Vector lanes(pricer_.ranks(), 1);
    spread(0, 1, lanes);
    LaneSearch::Floor floor{unlimited, unlimited};
    for (const Lanes& choice : spread_) {
      floor.cycles = std::min(floor.cycles, choice.cycles);
      floor.energy_J = std::min(floor.energy_J, choice.least.energy_J);
    }
    return floor;
  }

 private:
  // All products of lanes.
  void spread(std::size_t r, double used, Vector& lanes) {
    if (r == lanes.size()) return add_lanes(lanes, used);
    const RankId rank = pricer_.rank_ids()[r];
    const double most = has(pricer_.einsum().apart, rank) ? 1 : problem_.arch.units[unit_].lanes / used;
    for (const double factor : divisors_of(pricer_.extents()[r])) {
      if (factor > most) break;
      lanes[r] = factor;
      spread(r + 1, used * factor, lanes);
    }
    lanes[r] = 1;
  }

  // Bound: of each operand by itself the lesser of being taken directly, which is what it is, and of being kept with
  // every tile coming as rarely as it can. No choice of what is kept, of tiles and of orders is below, since all
  // sums over operands have these terms.
  void add_lanes(const Vector& lanes, double used) {
    Lanes choice{lanes, used, pricer_.einsum().points / used * pricer_.einsum().costs[unit_]->cycles, {}};
    for (std::size_t o = 0; o < pricer_.einsum().operands.size(); ++o) {
      Moved least = least_of(o, lanes, used);
      if (on_all_homes_ != nullptr)
        for (const LevelId level : (*on_all_homes_)[o]) {
          pricer_.live_in(o, level);
          lessen(least, least_of(o, lanes, used));
        }
      add(choice.least, least);
    }
    choice.least.energy_J += compute_J();
    spread_.push_back(std::move(choice));
  }

  [[nodiscard]] Moved least_of(std::size_t o, const Vector& lanes, double used) const {
    Moved least;
    pricer_.direct(o, lanes, least);
    for (const LevelId level : keepers(o, used)) {
      Moved moved;
      pricer_.kept(o, level, lanes, pricer_.comes_at_least(o), moved);
      lessen(least, moved);
    }
    return least;
  }

  static void lessen(Moved& least, const Moved& other) {
    least.energy_J = std::min(least.energy_J, other.energy_J);
    for (std::size_t l = 0; l < least.by_level.size(); ++l)
      least.by_level[l] = std::min(least.by_level[l], other.by_level[l]);
  }

  [[nodiscard]] double compute_J() const {
    return pricer_.einsum().points * pricer_.einsum().costs[unit_]->energy_J;
  }

  // Levels that can keep an operand for so many lanes.
  [[nodiscard]] std::vector<LevelId> keepers(std::size_t o, double lanes) const {
    std::vector<LevelId> levels;
    const MappedOperand& operand = pricer_.einsum().operands[o];
    if (!operand.once || problem_.arch.levels[pricer_.home(o)].instances != 1) return levels;
    for (const LevelId level : problem_.roles.lanes[unit_])
      if (
          lanes <= problem_.arch.levels[level].instances && operand.element_B <= context_.lane_B[level])
        levels.push_back(level);
    return levels;
  }

  void try_lanes(const Lanes& choice) {
    lanes_ = &choice;
    kept_.assign(pricer_.einsum().operands.size(), LevelId());
    choose_kept(0);
  }

  void choose_kept(std::size_t o) {
    if (o == kept_.size()) return try_kept();
    kept_[o] = {};
    choose_kept(o + 1);
    for (const LevelId level : keepers(o, lanes_->all)) {
      kept_[o] = level;
      choose_kept(o + 1);
    }
    kept_[o] = {};
  }

  void try_kept() {
    Moved direct;
    Moved least;
    used_ = 0;
    for (std::size_t o = 0; o < kept_.size(); ++o) {
      if (kept_[o]) {
        pricer_.kept(o, kept_[o], lanes_->each, pricer_.comes_at_least(o), least);
        used_ |= pricer_.relevant(o);
      } else {
        pricer_.direct(o, lanes_->each, direct);
      }
    }
    add(least, direct);
    least.energy_J += compute_J();
    if (is_dominated(lanes_->cycles, least)) return;
    direct_ = direct;
    held_.assign(pricer_.ranks(), 1);
    if (fits()) choose_held(0);
  }

  // Larger tiles of a lane leave fewer steps, and a tile never comes more often for fewer steps: only tiles that
  // cannot grow along any rank are tried. Ranks that select no kept tile have all their steps innermost.
  void choose_held(std::size_t r) {
    if (r == held_.size()) {
      if (is_largest()) try_orders();
      return;
    }
    const double rest = pricer_.extents()[r] / lanes_->each[r];
    for (const double size : divisors_of((used_ >> r & 1) == 0 ? 1 : rest)) {
      held_[r] = size;
      if (!fits()) break;
      choose_held(r + 1);
    }
    held_[r] = 1;
  }

  [[nodiscard]] bool is_largest() {
    for (std::size_t r = 0; r < held_.size(); ++r) {
      if ((used_ >> r & 1) == 0) continue;
      const Vector sizes = divisors_of(pricer_.extents()[r] / lanes_->each[r]);
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
      for (std::size_t o = 0; o < kept_.size(); ++o) {
        if (kept_[o] != level) continue;
        double elements = 1;
        for (std::size_t r = 0; r < held_.size(); ++r)
          if (pricer_.relevant(o) >> r & 1) elements *= held_[r];
        bytes += elements * pricer_.einsum().operands[o].element_B;
      }
      if (bytes > context_.lane_B[level]) return false;
    }
    return true;
  }

  // Ranks that select the same kept tiles stand together: moving the outer one of two inwards, to the other, lets
  // it come no more often, since what selects no other tile is counted only outside of what does. So ranks that
  // select all of them stand outermost, and those that select none innermost.
  void try_orders() {
    Vector steps(pricer_.ranks());
    std::vector<std::vector<std::size_t>> classes;
    std::vector<std::uint32_t> signatures;
    for (std::size_t r = 0; r < steps.size(); ++r) {
      steps[r] = pricer_.extents()[r] / lanes_->each[r] / held_[r];
      if (steps[r] == 1) continue;
      std::uint32_t signature = 0;
      for (std::size_t o = 0; o < kept_.size(); ++o)
        if (kept_[o] && (pricer_.relevant(o) >> r & 1) != 0) signature |= 1u << o;
      const auto known = static_cast<std::size_t>(std::ranges::find(signatures, signature) - signatures.begin());
      if (known == signatures.size()) {
        signatures.push_back(signature);
        classes.emplace_back();
      }
      classes[known].push_back(r);
    }
    std::uint32_t all = 0;
    for (std::size_t o = 0; o < kept_.size(); ++o)
      if (kept_[o]) all |= 1u << o;
    std::vector<std::size_t> inner;
    std::vector<std::size_t> outer;
    std::vector<std::size_t> between;
    for (std::size_t c = 0; c < classes.size(); ++c) {
      auto& list = signatures[c] == all ? outer : signatures[c] == 0 ? inner : between;
      list.push_back(c);
    }
    do {
      order_.clear();
      for (const auto* list : {&outer, &between, &inner})
        for (const std::size_t c : *list) order_.insert(order_.end(), classes[c].begin(), classes[c].end());
      price(steps);
    } while (std::ranges::next_permutation(between).found);
  }

  void price(const Vector& steps) {
    ++priced_;
    Moved moved = direct_;
    for (std::size_t o = 0; o < kept_.size(); ++o)
      if (kept_[o]) pricer_.kept(o, kept_[o], lanes_->each, pricer_.comes(o, steps, order_), moved);
    moved.energy_J += compute_J();
    if (is_dominated(lanes_->cycles, moved)) return;
    std::erase_if(found_, [&](const LaneOption& other) {
      if (other.cycles < lanes_->cycles || other.energy_J < moved.energy_J) return false;
      return std::ranges::all_of(limited_, [&](std::size_t l) { return other.moved_B[l] >= moved.by_level[l]; });
    });
    LaneOption option{lanes_->cycles, moved.energy_J, {}, plan(steps)};
    option.moved_B.assign(moved.by_level.begin(), moved.by_level.begin() + static_cast<long>(problem_.arch.levels.size()));
    found_.push_back(std::move(option));
  }

  [[nodiscard]] EinsumPlan plan(const Vector& steps) const {
    EinsumPlan plan{context_.einsum, unit_, {}, {}, {}, {}};
    for (const std::size_t r : order_) plan.steps.push_back({pricer_.rank_ids()[r], steps[r]});
    for (std::size_t r = 0; r < held_.size(); ++r) {
      if (lanes_->each[r] > 1) plan.lanes.push_back({pricer_.rank_ids()[r], lanes_->each[r]});
      if (held_[r] > 1) plan.in_lane.push_back({pricer_.rank_ids()[r], held_[r]});
    }
    for (std::size_t o = 0; o < kept_.size(); ++o)
      if (kept_[o]) plan.kept.push_back({pricer_.einsum().operands[o].tensor, kept_[o], 0});
    std::ranges::stable_sort(plan.kept, {}, &PlannedKeep::level);
    return plan;
  }

  [[nodiscard]] bool is_dominated(double cycles, const Moved& moved) const {
    return std::ranges::any_of(found_, [&](const LaneOption& other) {
      if (other.cycles > cycles || other.energy_J > moved.energy_J) return false;
      return std::ranges::all_of(limited_, [&](std::size_t l) { return other.moved_B[l] <= moved.by_level[l]; });
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
  const std::vector<std::vector<LevelId>>* on_all_homes_ = nullptr;  // of a floor: by operand
  Pricer pricer_;
  std::vector<LaneOption>& found_;
  std::size_t& priced_;
  std::vector<std::size_t> limited_;
  std::vector<Lanes> spread_;
  std::vector<std::pair<double, std::unique_ptr<Vector>>> divisors_;
  // What is chosen so far.
  UnitId unit_;
  const Lanes* lanes_ = nullptr;
  std::vector<LevelId> kept_;  // by operand: none where the unit takes it from its home
  std::uint32_t used_ = 0;     // local ranks that select a kept tile
  Moved direct_;
  Vector held_;
  std::vector<std::size_t> order_;
};

}  // namespace

std::size_t LaneSearch::Hash::operator()(const std::vector<double>& key) const {
  std::size_t hash = key.size();
  for (const double each : key) hash = (hash ^ std::bit_cast<std::uint64_t>(each)) * 0x9E3779B97F4A7C15u + (hash >> 29);
  return hash;
}

const std::vector<LaneOption>& LaneSearch::options(const LaneContext& context) {
  const MappedEinsum& einsum = problem_.einsums[context.einsum];
  key_.clear();
  key_.push_back(static_cast<double>(context.einsum.index()));
  for (const RankId rank : problem_.shapes.ids())
    if (has(einsum.iteration, rank)) key_.push_back(context.extents[rank.index()]);
  for (const OperandHome& home : context.homes) {
    key_.push_back(static_cast<double>(home.level.index()));
    key_.push_back(home.stays);
  }
  for (const auto& levels : problem_.roles.lanes)
    for (const LevelId level : levels) key_.push_back(context.lane_B[level]);
  const auto [place, fresh] = known_.try_emplace(key_);
  if (fresh) Search(problem_, context, place->second, priced_).run();
  return place->second;
}

// Operands may live at the outermost level, at the shared one and, where another Einsum of the cascade writes or reads
// them too, at lanes.
const ByUnit<std::optional<LaneSearch::Floor>>& LaneSearch::floors(EinsumId e) {
  if (floors_.empty()) floors_.resize(problem_.cascade.einsums.size());
  ByUnit<std::optional<Floor>>& floors = floors_[e];
  if (!floors.empty()) return floors;
  const MappedEinsum& einsum = problem_.einsums[e];
  LaneContext context{e, {}, {}, {}};
  for (const double shape : problem_.shapes) context.extents.push_back(std::max(1.0, shape));
  for (const Level& level : problem_.arch.levels) context.lane_B.push_back(level.capacity_B);
  std::vector<std::vector<LevelId>> homes;
  for (const MappedOperand& operand : einsum.operands) {
    context.homes.push_back({problem_.roles.outermost, 1});
    homes.emplace_back();
    const bool intermediate = problem_.cascade.tensors[operand.tensor].role == Tensor::Role::intermediate;
    for (const LevelId level : problem_.arch.levels.ids())
      if (level == problem_.roles.shared || (intermediate && problem_.arch.levels[level].instances > 1))
        homes.back().push_back(level);
    homes.back().push_back(problem_.roles.outermost);
  }
  for (const UnitId unit : problem_.arch.units.ids()) {
    std::vector<LaneOption> none;
    floors.push_back(std::nullopt);
    if (einsum.costs[unit]) floors[unit] = Search(problem_, context, none, priced_).floor(unit, homes);
  }
  return floors;
}

}  // namespace tilewright

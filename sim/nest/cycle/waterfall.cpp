#include "sim/nest/cycle/waterfall.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace tilewright {

namespace {

// Cycles in which at least one of the bars is there.
double busy_cycles(const std::vector<WaterfallRow>& rows) {
  std::vector<std::pair<double, double>> bars;
  for (const WaterfallRow& row : rows)
    for (const WaterfallBar& bar : row.bars) bars.emplace_back(bar.start, bar.end);
  std::ranges::sort(bars);
  double busy = 0;
  double until = 0;
  for (const auto& [start, end] : bars) {
    busy += std::max(0.0, end - std::max(start, until));
    until = std::max(until, end);
  }
  return busy;
}

struct Piece {
  std::size_t owner;  // tasks, then copies
  std::int64_t tile;
  double start;
  double end;
};

class WaterfallMaker {
 public:
  WaterfallMaker(const TileProgram& program, const PipelineResult& whole, std::int64_t tiles, const Arch& arch)
      : program_(program), whole_(whole), tiles_(tiles), arch_(arch) {}

  // Steady states come early: twice as long as before, until there is one, or nothing more comes.
  Waterfall make(const TileMask* mask) {
    constexpr double most_tiles = 20'000;
    for (double tiles = 64;; tiles *= 2) {
      const double until = std::min(whole_.cycles, tiles * whole_.tile_cycles);
      simulate(mask, until);
      const Beginning beginning = steadiest();
      if (beginning.unlike <= close_enough() || until >= whole_.cycles || tiles > most_tiles)
        return from(beginning, until);
    }
  }

 private:
  // Of a tile, with a task of it; and how unlike the steady state its neighbours follow one another.
  struct Beginning {
    std::size_t task = 0;
    std::int64_t tile = 0;
    double unlike = unlimited;
  };

  [[nodiscard]] double close_enough() const { return 0.02 * whole_.tile_cycles; }

  void simulate(const TileMask* mask, double until) {
    pieces_.clear();
    begun_.assign(program_.tasks.size(), {});
    (void)run_pipeline(
        program_, mask, whole_.parent_events.size(),
        {.exact = true, .until_cycles = until, .observe = [this](const TileSpan& span) { add(span); }});
  }

  void add(const TileSpan& span) {
    if (!span.waits_for.empty()) return;
    if (span.task == nullptr) {
      const auto copy = static_cast<std::size_t>(span.copy - program_.copies.data());
      pieces_.push_back({program_.tasks.size() + copy, span.number, span.start, span.end});
      return;
    }
    const auto task = static_cast<std::size_t>(span.task - program_.tasks.data());
    pieces_.push_back({task, span.number, span.start, span.end});
    begun_[task].emplace(span.number, span.start);
  }

  // By the first task that is steady: those before it may run ahead in bursts as far as there is room.
  [[nodiscard]] Beginning steadiest() const {
    Beginning best;
    for (std::size_t task = 0; task < begun_.size() && best.unlike > close_enough(); ++task) {
      const Beginning of_task = steadiest(task);
      if (of_task.unlike < best.unlike) best = of_task;
    }
    return best;
  }

  // The tiles around those of the picture count too: their ends and beginnings are in it.
  [[nodiscard]] Beginning steadiest(std::size_t task) const {
    constexpr std::int64_t around = 2;
    Beginning best{task};
    for (std::int64_t first = around; begun_[task].contains(first + tiles_ + around); ++first) {
      double unlike = 0;
      for (std::int64_t tile = first - around; tile < first + tiles_ + around; ++tile)
        unlike = std::max(unlike, unlike_steady(task, tile));
      if (unlike < best.unlike * (1 - 1e-6) - 1e-6) best = {task, first, unlike};
    }
    return best;
  }

  [[nodiscard]] double unlike_steady(std::size_t task, std::int64_t tile) const {
    const auto begun = begun_[task].find(tile);
    const auto next = begun_[task].find(tile + 1);
    if (begun == begun_[task].end() || next == begun_[task].end()) return unlimited;
    return std::abs(next->second - begun->second - whole_.tile_cycles);
  }

  [[nodiscard]] Waterfall from(const Beginning& beginning, double until) const {
    const auto& begun = begun_[beginning.task];
    const auto after = begun.find(beginning.tile + tiles_);
    const double left = after == begun.end() ? 0 : begun.at(beginning.tile);  // of few tiles all
    const double right = after == begun.end() ? until : after->second;
    return {
        .cycles = right - left, .tile_cycles = whole_.tile_cycles, .parts = parts_of(beginning.tile, left, right)};
  }

  [[nodiscard]] std::vector<WaterfallRows> parts_of(std::int64_t first, double left, double right) const {
    std::vector<WaterfallRows> parts(program_.capacity.size() + 1);  // the last: copies
    for (const ResourceId id : program_.capacity.ids()) parts[id.index()].name = name_of(id, arch_);
    for (std::size_t owner = 0; owner < program_.tasks.size() + program_.copies.size(); ++owner) {
      const WaterfallRow row = row_of(owner, first, left, right);
      if (row.bars.empty()) continue;
      for (const std::size_t part : parts_with(owner)) parts[part].rows.push_back(row);
    }
    std::erase_if(parts, [](const WaterfallRows& part) { return part.rows.empty(); });
    for (WaterfallRows& part : parts) part.busy_cycles = busy_cycles(part.rows);
    return parts;
  }

  [[nodiscard]] WaterfallRow row_of(std::size_t owner, std::int64_t first, double left, double right) const {
    const std::size_t tasks = program_.tasks.size();
    WaterfallRow row{owner < tasks ? program_.tasks[TaskId::at(owner)].name : program_.copies[owner - tasks].name,
                     owner < tasks,
                     {}};
    for (const Piece& piece : pieces_)
      if (piece.owner == owner && piece.end > left && piece.start < right)
        row.bars.push_back(
            {piece.tile - first, std::max(piece.start, left) - left, std::min(piece.end, right) - left});
    std::ranges::sort(row.bars, {}, &WaterfallBar::start);
    return row;
  }

  // Positions of the units of a task, or else of what it moves through.
  [[nodiscard]] std::set<std::size_t> parts_with(std::size_t owner) const {
    const std::size_t copies = program_.capacity.size();
    if (owner >= program_.tasks.size()) return {copies};
    std::set<std::size_t> units;
    const std::vector<Flow>& flows = program_.tasks[TaskId::at(owner)].flows;
    for (const Flow& flow : flows)
      if (flow.resource.index() < program_.units) units.insert(flow.resource.index());
    if (!units.empty()) return units;
    return {flows.empty() ? copies : flows.front().resource.index()};
  }

  const TileProgram& program_;
  const PipelineResult& whole_;
  std::int64_t tiles_;
  const Arch& arch_;
  std::vector<Piece> pieces_;
  std::vector<std::map<std::int64_t, double>> begun_;  // by task and tile
};

}  // namespace

Waterfall waterfall_of(const TileProgram& program, const TileMask* mask, const PipelineResult& result,
                       std::int64_t tiles, const Arch& arch) {
  return WaterfallMaker(program, result, tiles, arch).make(mask);
}

}  // namespace tilewright

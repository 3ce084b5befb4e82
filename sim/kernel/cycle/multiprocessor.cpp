#include "sim/kernel/cycle/multiprocessor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "common/parallel.hpp"
#include "sim/systemc/ticks.hpp"

namespace tilewright {

namespace {

constexpr double least_rounds = 2;  // fewer are not worth skipping

double now() { return static_cast<double>(sc_core::sc_time_stamp().value()) / ticks_per_cycle; }

void sleep(double cycles) {
  const auto ticks = std::llround(cycles * ticks_per_cycle);
  if (ticks > 0) sc_core::wait(sc_core::sc_time::from_value(static_cast<sc_dt::uint64>(ticks)));
}

}  // namespace

Multiprocessor::Multiprocessor(const sc_core::sc_module_name& name, SimulatedGpu& machine, int index)
    : sc_module(name),
      machine_(machine),
      index_(index),
      traced_(machine.trace != nullptr && machine.trace->shows(index)) {
  for (std::size_t s = 0; s < machine.shape.resident; ++s)
    slots_.push_back(std::make_unique<Slot>(fmt::format("slot_{}", s).c_str(), *this, static_cast<int>(s)));
  if (traced_) name_rows();
}

Multiprocessor::~Multiprocessor() = default;

void Multiprocessor::assign(std::size_t slot, const Block& block) { slots_[slot]->first_ = block; }

void Multiprocessor::name_rows() const {
  Trace& trace = *machine_.trace;
  trace.name_process(index_, fmt::format("multiprocessor {}", index_));
  const auto slots = static_cast<int>(slots_.size());
  for (int s = 0; s < slots; ++s) trace.name_row(index_, s, fmt::format("block slot {}", s));
  trace.name_row(index_, slots, "matrix unit");
  trace.name_row(index_, slots + 1, "softmax units");
  for (const auto& slot : slots_) {
    trace.name_row(index_, slot->query_row(), fmt::format("copies of slot {}: Q, output", slot->index_));
    for (std::size_t s = 0; s < machine_.shape.stages; ++s)
      trace.name_row(index_, slot->stage_row(s), fmt::format("copies of slot {}: K/V, stage {}", slot->index_, s));
  }
}

void Multiprocessor::unsettle() {
  for (const auto& slot : slots_) slot->marks_.clear();
}

double Multiprocessor::rounds_to_skip(double round_cycles) const {
  double rounds = std::numeric_limits<double>::infinity();
  for (const auto& slot : slots_) {
    if (slot->done_) continue;
    if (!slot->visiting_ || slot->steady_round() != round_cycles) return 0;
    rounds = std::min(rounds, std::floor(slot->visits_to_skip() / static_cast<double>(machine_.shape.stages)));
  }
  return rounds;
}

double Multiprocessor::skip(double round_cycles) {
  const double rounds = rounds_to_skip(round_cycles);
  if (rounds < least_rounds) return 0;
  const double cycles = rounds * round_cycles;
  double visits = 0;
  for (const auto& slot : slots_)
    if (slot->visiting_) visits += slot->skip(rounds, cycles);
  show_skip(visits, cycles);
  held_until_ += cycles;
  softmax_until_ += cycles;
  skipped_cycles_ += cycles;
  return cycles;
}

void Multiprocessor::show_skip(double visits, double cycles) const {
  if (!traced_) return;
  const auto row = static_cast<int>(slots_.size());
  const std::string what = fmt::format("{:.0f} visits like the last", visits);
  machine_.trace->add({index_, row, what, held_until_, held_until_ + cycles, Colour::skipped});
  machine_.trace->add({index_, row + 1, what, softmax_until_, softmax_until_ + cycles, Colour::skipped});
}

Slot::Slot(const sc_core::sc_module_name& name, Multiprocessor& home, int index)
    : sc_module(name),
      home_(home),
      machine_(home.machine_),
      index_(index),
      stage_until_(home.machine_.shape.stages, 0) {
  SC_HAS_PROCESS(Slot);
  SC_THREAD(run);
}

void Slot::run() {
  while (begin()) go_through();
  done_ = true;
}

bool Slot::begin() {
  if (interrupted()) return false;
  if (ahead_) {
    now_ = *ahead_;
    ahead_.reset();
    return true;
  }
  const std::optional<Block> block = first_ ? first_ : next_block();
  if (!block) return false;
  now_ = take(*block);
  return true;
}

void Slot::go_through() {
  const MachineShape& shape = machine_.shape;
  const double begun = now();
  if (!shape.persistent || first_) {
    show("launch", begun, begun + shape.costs.launch, Colour::overhead);
    machine_.tally.tile += shape.costs.launch / static_cast<double>(shape.resident);
    sleep_until(begun + shape.costs.launch);
  }
  first_.reset();
  const Block block = now_.block;
  const double asked = now();
  prologue();
  visit_all(block.full, false);
  visit_all(block.partial, true);
  const auto number = static_cast<std::size_t>(block.number);
  machine_.tally.visited[number] = {static_cast<float>(asked), static_cast<float>(now())};
  epilogue();
  if (home_.traced_)
    machine_.trace->add(
        {home_.index_, index_, fmt::format("block {:.0f}", block.number), begun, now(), Colour::whole,
         fmt::format("{:g} visits, {:g} with element mask", block.full + block.partial, block.partial)});
}

void Slot::prologue() {
  if (now_.query_there < 0) ask_for_query(now_);
  fill_stages();
  const double cycles = in_ticks(machine_.shape.costs.prologue * now_.block.tiles);
  const double start = hold(cycles);
  machine_.tally.tile += cycles;
  show("wait for the multiprocessor", now(), start, Colour::wait);
  show("prologue", start, start + cycles, Colour::overhead);
  sleep_until(start + cycles);
  wait_for("wait for Q", now_.query_there);
}

void Slot::visit_all(double visits, bool masked) {
  if (visits <= 0) return;
  left_ = std::ceil(visits);
  size_ = visits / left_;
  masked_ = masked;
  home_.unsettle();
  visiting_ = true;
  const bool skips = machine_.shape.skips;
  while (left_ > 0 && !interrupted()) {
    --left_;
    visit();
    if (!skips) continue;
    if (marks_.size() > 2 * machine_.shape.stages) marks_.pop_front();
    marks_.push_back({now(), held_});
    const double round = steady_round();
    const double skipped = round > 0 ? home_.skip(round) : 0;
    if (skipped > 0) sleep_until(now() + skipped);
  }
  visiting_ = false;
  home_.unsettle();
}

// Products, then what the products of this visit and the last leave of its softmax, then the mask; the rest of its
// softmax stays with the softmax units while others go on. The next copies begin half way: the place of K is free
// after the first product, that of V, which is needed half a visit after K, after the second.
void Slot::visit() {
  if (arrivals_.empty()) ask_for_keys(now_);
  const double keys_there = arrivals_.front();
  arrivals_.pop_front();
  wait_for("wait for K/V", keys_there);
  const StageCosts& costs = machine_.shape.costs;
  const double asked = now();
  const double start = std::max(asked, home_.held_until_);
  const double products_end = start + in_ticks(size_ * costs.products);
  const double softmax_start = std::max(products_end, home_.softmax_until_);
  const double softmax_end = softmax_start + in_ticks(size_ * costs.exposed);
  const double end = softmax_end + (masked_ ? in_ticks(size_ * costs.mask) : 0);
  home_.held_until_ = end;
  home_.softmax_until_ = end + in_ticks(size_ * costs.hidden);
  held_.products += products_end - start;
  held_.softmax += softmax_end - products_end;
  held_.mask += end - softmax_end;
  machine_.tally.visits += size_;
  if (masked_) machine_.tally.masked += size_;
  if (home_.traced_) {
    const int matrix_row = static_cast<int>(machine_.shape.resident);
    show("wait for the matrix unit", asked, start, Colour::wait);
    show("products", start, products_end, Colour::work);
    show("wait for the softmax units", products_end, softmax_start, Colour::wait);
    show("softmax", softmax_start, softmax_end, Colour::second_work);
    show("element mask", softmax_end, end, Colour::third_work);
    show_on(matrix_row, "products", start, products_end, Colour::work);
    show_on(matrix_row + 1, "softmax", softmax_start, softmax_end, Colour::second_work);
    show_on(matrix_row + 1, "element mask", softmax_end, end, Colour::third_work);
    show_on(matrix_row + 1, "softmax under products", end, home_.softmax_until_, Colour::second_work);
  }
  visit_end_ = end;
  const double first_half = in_ticks((end - start) / 2);
  sleep_until(start + first_half);
  fill_stages();
  sleep_until(now() + (end - start) - first_half);
  if (machine_.shape.sums)
    (void)machine_.memory.copy(now(), static_cast<std::size_t>(home_.index_), Copy::sums, now_.copy_size);
}

void Slot::epilogue() {
  if (ahead_) ask_for_query(*ahead_);
  const double tiles = now_.block.tiles;
  const double cycles = in_ticks(machine_.shape.costs.epilogue * tiles);
  const double start = hold(cycles);
  Tally& tally = machine_.tally;
  tally.tile += cycles;
  tally.tiles += tiles;
  tally.products += std::exchange(held_.products, 0);
  tally.softmax += std::exchange(held_.softmax, 0);
  tally.mask += std::exchange(held_.mask, 0);
  show("wait for the multiprocessor", now(), start, Colour::wait);
  show("epilogue", start, start + cycles, Colour::overhead);
  sleep_until(start + cycles);
  const double written = machine_.memory.copy(now(), static_cast<std::size_t>(home_.index_), Copy::output, tiles);
  show_on(query_row(), "output", now(), written, Colour::copy);
  tally.multiprocessors[static_cast<std::size_t>(home_.index_)] = now();
  tally.end = std::max({tally.end, now(), written});
}

double Slot::steady_round() const {
  const std::size_t stages = machine_.shape.stages;
  if (marks_.size() <= 2 * stages) return 0;
  const double before = marks_[stages].end - marks_[0].end;
  const double last = marks_.at(2 * stages).end - marks_[stages].end;
  return last == before ? last : 0;
}

double Slot::visits_to_skip() const { return std::min(left_, now_.to_copy); }

double Slot::skip(double rounds, double cycles) {
  const double visits = rounds * static_cast<double>(machine_.shape.stages);
  const double shown_until = std::max(asleep_until_, visit_end_);
  show(fmt::format("{:.0f} visits like the last", visits), shown_until, shown_until + cycles, Colour::skipped);
  visit_end_ += cycles;
  const std::string copies = fmt::format("{:.0f} copies like the last", rounds);
  for (std::size_t s = 0; s < stage_until_.size(); ++s) {
    show_on(stage_row(s), copies, stage_until_[s], stage_until_[s] + cycles, Colour::skipped);
    stage_until_[s] += cycles;
  }
  left_ -= visits;
  now_.to_copy -= visits;
  machine_.memory.account(Copy::key_value, visits * now_.copy_size);
  if (machine_.shape.sums) machine_.memory.account(Copy::sums, visits * now_.copy_size);
  machine_.tally.visits += visits * size_;
  if (masked_) machine_.tally.masked += visits * size_;
  const Held& round_start = marks_[machine_.shape.stages].held;
  const Held& round_end = marks_.back().held;
  held_.products += rounds * (round_end.products - round_start.products);
  held_.softmax += rounds * (round_end.softmax - round_start.softmax);
  held_.mask += rounds * (round_end.mask - round_start.mask);
  for (double& arrival : arrivals_) arrival += cycles;
  for (Mark& mark : marks_) mark.end += cycles;
  return visits;
}

Slot::Work Slot::take(const Block& block) const {
  Work work{block, std::ceil(block.full) + std::ceil(block.partial)};
  work.copy_size = (block.full + block.partial) / work.to_copy;
  return work;
}

std::optional<Block> Slot::next_block() {
  const std::size_t number =
      static_cast<std::size_t>(index_) * machine_.shape.multiprocessors + static_cast<std::size_t>(home_.index_);
  machine_.queue.ask(number);
  sc_core::wait(sc_core::SC_ZERO_TIME);
  return machine_.queue.take(number);
}

void Slot::ask_for_query(Work& work) {
  work.query_there =
      machine_.memory.copy(now(), static_cast<std::size_t>(home_.index_), Copy::query, work.block.tiles);
  show_on(query_row(), "Q", now(), work.query_there, Colour::copy);
}

void Slot::ask_for_keys(Work& work) {
  const double there =
      machine_.memory.copy(now(), static_cast<std::size_t>(home_.index_), Copy::key_value, work.copy_size);
  const std::size_t stage = copies_++ % stage_until_.size();
  show_on(stage_row(stage), "K/V", now(), there, Colour::copy);
  stage_until_[stage] = there;
  arrivals_.push_back(there);
  --work.to_copy;
}

void Slot::fill_stages() {
  const MachineShape& shape = machine_.shape;
  if (!shape.copies_hidden) return;
  while (arrivals_.size() < shape.stages && now_.to_copy > 0) ask_for_keys(now_);
  if (!shape.persistent || arrivals_.size() == shape.stages) return;
  if (!ahead_) {
    const std::optional<Block> block = next_block();
    if (!block) return;
    ahead_ = take(*block);
  }
  while (arrivals_.size() < shape.stages && ahead_->to_copy > 0) ask_for_keys(*ahead_);
}

double Slot::hold(double cycles) {
  if (cycles == 0) return now();
  const double start = std::max(now(), home_.held_until_);
  home_.held_until_ = start + cycles;
  return start;
}

// Longer by what the multiprocessor skips meanwhile.
void Slot::sleep_until(double cycle) {
  asleep_until_ = cycle;
  double skipped = home_.skipped_cycles_;
  sleep(cycle - now());
  while (home_.skipped_cycles_ != skipped) {
    const double more = home_.skipped_cycles_ - skipped;
    skipped += more;
    asleep_until_ += more;
    sleep(more);
  }
}

void Slot::wait_for(const std::string& what, double cycle) {
  const double from = now();
  if (cycle <= from) return;
  show(what, from, cycle, Colour::wait);
  sleep_until(cycle);
}

void Slot::show(const std::string& name, double start, double end, Colour colour) const {
  show_on(index_, name, start, end, colour);
}

void Slot::show_on(int row, const std::string& name, double start, double end, Colour colour) const {
  if (home_.traced_) machine_.trace->add({home_.index_, row, name, start, end, colour});
}

int Slot::query_row() const {
  const MachineShape& shape = machine_.shape;
  return static_cast<int>(shape.resident + 2 + static_cast<std::size_t>(index_) * (shape.stages + 1));
}

int Slot::stage_row(std::size_t stage) const { return query_row() + 1 + static_cast<int>(stage); }

}  // namespace tilewright

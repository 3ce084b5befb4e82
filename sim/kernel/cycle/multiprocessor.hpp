// A multiprocessor and the block slots on it, as SystemC modules: a process per slot goes through the stages of one
// block after another, and the units are servers that take one request after another.
//
// What a server does next is known when it is asked, so that a process sleeps through a whole visit; another
// request cannot come in between. An SM cycle is 10^6 of SystemC's units of time.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <systemc>
#include <vector>

#include "sim/kernel/cycle/machine.hpp"

namespace tilewright {

class Slot;

class Multiprocessor : public sc_core::sc_module {
 public:
  Multiprocessor(const sc_core::sc_module_name& name, SimulatedGpu& machine, int index);
  ~Multiprocessor() override;

  /// The first block of a slot, before the simulation starts.
  void assign(std::size_t slot, const Block& block);

 private:
  friend class Slot;

  /// Lets all blocks go many visits ahead, where their last ones took equally long: a round is as many visits as a
  /// block has stages. Returns the cycles that this takes.
  double skip(double round_cycles);
  [[nodiscard]] double rounds_to_skip(double round_cycles) const;
  /// Other blocks visit from now on, so that past visits do not say how long the next ones take.
  void unsettle();
  void name_rows() const;
  void show_skip(double visits, double cycles) const;

  SimulatedGpu& machine_;
  int index_;
  bool traced_;
  double held_until_ = 0;     // by products, exposed softmax, prologues or epilogues
  double softmax_until_ = 0;  // the units of the softmax
  double skipped_cycles_ = 0;
  std::vector<std::unique_ptr<Slot>> slots_;
};

class Slot : public sc_core::sc_module {
 public:
  Slot(const sc_core::sc_module_name& name, Multiprocessor& home, int index);

 private:
  friend class Multiprocessor;

  // A block whose copies have begun.
  struct Work {
    Block block;
    double to_copy = 0;       // visits whose K and V are not asked for yet
    double copy_size = 1;     // of a visit
    double query_there = -1;  // cycle; -1: not asked for yet
  };
  // Cycles for which visits held the multiprocessor.
  struct Held {
    double products = 0;
    double softmax = 0;
    double mask = 0;
  };
  // The end of a visit, and what was held until then.
  struct Mark {
    double end;
    Held held;
  };

  void run();
  bool begin();
  void go_through();
  void prologue();
  void visit_all(double visits, bool masked);
  void visit();
  void epilogue();

  // From one round of the stages to the next, where two in a row took equally long; else 0.
  [[nodiscard]] double steady_round() const;
  [[nodiscard]] double visits_to_skip() const;
  double skip(double rounds, double cycles);  // returns the visits that it skips

  std::optional<Block> next_block();
  [[nodiscard]] Work take(const Block& block) const;
  void ask_for_query(Work& work);
  void ask_for_keys(Work& work);
  void fill_stages();

  // Holds the multiprocessor for so many cycles, after those who asked before; returns from when on.
  double hold(double cycles);
  void sleep_until(double cycle);
  void wait_for(const std::string& what, double cycle);

  void show(const std::string& name, double start, double end, Colour colour) const;
  void show_on(int row, const std::string& name, double start, double end, Colour colour) const;
  [[nodiscard]] int stage_row(std::size_t stage) const;
  [[nodiscard]] int query_row() const;

  Multiprocessor& home_;
  SimulatedGpu& machine_;
  int index_;
  std::optional<Block> first_;
  Work now_;
  std::optional<Work> ahead_;        // of a persistent kernel: the next Q tile, whose copies begin early
  std::deque<double> arrivals_;      // cycles at which K and V of the next visits are there
  std::vector<double> stage_until_;  // when the last copy into each stage is there
  std::size_t copies_ = 0;
  double asleep_until_ = 0;
  double visit_end_ = 0;

  // Of the visits of one kind of a block.
  bool visiting_ = false;
  bool done_ = false;  // no more blocks
  bool masked_ = false;
  double size_ = 1;  // of a visit; below 1 where a block has a share of one
  double left_ = 0;  // visits that have not begun
  Held held_;
  std::deque<Mark> marks_;  // of the last visits, as many as two rounds of the stages need
};

}  // namespace tilewright

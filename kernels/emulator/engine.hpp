// One block while it runs: its threads, in what order they go on, and what they wait for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <typeindex>
#include <utility>
#include <vector>

#include "kernels/emulator/block.hpp"
#include "kernels/emulator/fiber.hpp"
#include "kernels/emulator/random.hpp"

namespace tilewright::kernels::emulator {

class Block {
 public:
  /// `here` tells of the block, whatever its `thread` is. `body` is called once for every thread.
  Block(const Here& here, Random random, StackPool& stacks, const std::function<void()>& body);
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  ~Block();

  /// Runs all threads of the blocks of a cluster to their ends. Throws what one of them throws.
  static void run(std::span<const std::unique_ptr<Block>> blocks, Random& random);

  /// The block that runs on this thread of the host.
  static Block& current();

  [[nodiscard]] const Here& here() const { return here_; }

  // For the calling thread, as block.hpp says.
  void in_block(const char* instruction, int rank, const void* shared,
                const std::function<void(std::byte*)>& action);
  void meet_cluster(const char* instruction);
  void meet(Scope scope, const char* instruction, void* operands, MeetingAction action, const void* closure);
  void wait_for(const char* instruction, Predicate done, const void* closure);
  std::shared_ptr<void>& state_slot(Scope scope, std::type_index type);

  void start(std::function<void()> operation);
  /// Whether an operation that is started now is to run at once.
  bool eager() { return random_.chance(eagerness_, 4); }
  /// `queue` has pending operations now and had none.
  void pending(OperationQueue& queue) { queues_.push_back(&queue); }

 private:
  struct Thread {
    std::unique_ptr<Fiber> fiber;
    const char* waits_in = nullptr;
    Predicate done = nullptr;
    const void* closure = nullptr;
  };
  struct Warp {
    std::uint32_t ready = ~std::uint32_t{0};
    std::uint32_t polling = 0;
    std::uint64_t priority = 0;
  };
  // What a group's threads have brought to the collective that they are in.
  struct Meeting {
    const char* instruction = nullptr;
    std::size_t arrived = 0;
    std::vector<void*> operands;
  };
  struct Group {
    Meeting meeting;
    std::vector<std::pair<std::type_index, std::shared_ptr<void>>> state;
  };

  [[nodiscard]] std::size_t size_of(Scope scope) const;
  Group& group_of(Scope scope);
  Thread& thread();
  void suspend(const char* instruction);
  void release(std::size_t first_thread, std::size_t threads);

  /// What a cluster's blocks have in common.
  struct Cluster {
    std::vector<Block*> blocks;
    std::size_t arrived = 0;
    std::uint64_t meetings = 0;
  };

  /// One turn; false where nothing can go on.
  bool step();
  void check_end() const;

  Warp* choose();
  void poll(Warp& warp);
  void run_lanes(Warp& warp);
  bool run_pending();
  [[nodiscard]] std::string whereabouts() const;

  Here here_;
  Random random_;
  std::vector<Thread> threads_;
  std::vector<Warp> warps_;
  std::vector<std::vector<Group>> groups_;  // by scope
  std::vector<std::function<void()>> operations_;
  std::vector<OperationQueue*> queues_;  // may hold empty ones
  std::size_t running_;
  // The temper of this block's schedule.
  std::uint64_t eagerness_;   // of 4
  std::uint64_t diligence_;   // of 4: how often pending operations run while threads can
  std::uint64_t steadiness_;  // turns that a warp keeps its priority
  Block* outer_;
  std::shared_ptr<Cluster> cluster_;
};

}  // namespace tilewright::kernels::emulator

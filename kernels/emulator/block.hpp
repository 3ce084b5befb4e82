// What the instructions of kernels/device/ are built from on the host: collectives of the threads of a warp, a
// warpgroup or a block, waiting, and work that happens asynchronously. To be called from within emulate() only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <typeindex>

#include "kernels/device/platform.hpp"

namespace tilewright::kernels::emulator {

/// The calling thread.
struct Here {
  Grid grid;   // its extent
  Grid block;  // its index
  int thread = 0;
  int threads = 0;
  std::span<std::byte> shared;
  int rank = 0;            // of the block in its cluster
  int cluster_blocks = 1;  // of the cluster
};
const Here& here();

/// Threads that belong together: consecutive ones, beginning at a multiple of their number.
enum class Scope { thread, warp, warpgroup, block };

/// Throws std::logic_error: the instruction, what is wrong, and the block and thread that call it.
[[noreturn]] void fail(const char* instruction, const std::string& what);

/// Fails unless [address, address + bytes) lies in the block's shared memory, aligned.
void check_shared(const char* instruction, const void* address, std::size_t bytes, std::size_t alignment);

/// Does `action` as the block of that rank in the cluster would, given the address there that is `shared` here.
/// Fails where that block has ended, or where there is none.
void in_block(const char* instruction, int rank, const void* shared,
              const std::function<void(std::byte* shared)>& action);

/// All threads of all blocks of the cluster have come to it.
void meet_cluster(const char* instruction);

/// Fails unless the address is aligned.
void check_aligned(const char* instruction, const void* address, std::size_t alignment);

/// The operands of all threads of a collective, in the order of the threads.
template <class Operands>
class Participants {
 public:
  explicit Participants(std::span<void* const> all) : all_(all) {}
  Operands& operator[](int thread) const { return *static_cast<Operands*>(all_[static_cast<std::size_t>(thread)]); }
  [[nodiscard]] int size() const { return static_cast<int>(all_.size()); }

 private:
  std::span<void* const> all_;
};

using MeetingAction = void (*)(std::span<void* const> operands, const void* closure);
void meet(Scope scope, const char* instruction, void* operands, MeetingAction action, const void* closure);

/// Every thread of the caller's group calls this with the same instruction and its own operands. The last one to
/// come calls `action(Participants<Operands>)`, and then all go on. Two threads of a group in different
/// instructions are an error. `instruction` lives as long as the program.
template <class Operands, class Action>
void collective(Scope scope, const char* instruction, Operands& mine, const Action& action) {
  meet(
      scope, instruction, &mine,
      [](std::span<void* const> operands, const void* closure) {
        (*static_cast<const Action*>(closure))(Participants<Operands>(operands));
      },
      &action);
}

using Predicate = bool (*)(const void* closure);
void wait_for(const char* instruction, Predicate done, const void* closure);

/// The calling thread goes on once `done()` holds. `done` only looks, and may be called at any time.
template <class Done>
void wait_until(const char* instruction, const Done& done) {
  wait_for(
      instruction, [](const void* closure) -> bool { return (*static_cast<const Done*>(closure))(); }, &done);
}

/// `operation` runs at once, or later while threads wait, and at the latest when no thread can go on. One that has
/// not run when the last thread ends is an error.
void start(std::function<void()> operation);

/// Operations that run like those of start(), but in their order, and can be waited for. A queue is part of the
/// state of a group (below).
class OperationQueue {
 public:
  OperationQueue() = default;
  OperationQueue(const OperationQueue&) = delete;
  OperationQueue& operator=(const OperationQueue&) = delete;
  ~OperationQueue() = default;

  void start(std::function<void()> operation);

  /// How many were ever started.
  [[nodiscard]] std::uint64_t started() const { return finished_ + pending_.size(); }

  /// Runs what is left of the first `count` ever started.
  void finish(std::uint64_t count);

  /// Runs the oldest one that has not run; there is one.
  void run_oldest();

  [[nodiscard]] bool empty() const { return pending_.empty(); }

 private:
  std::deque<std::function<void()>> pending_;
  std::uint64_t finished_ = 0;
};

std::shared_ptr<void>& state_slot(Scope scope, std::type_index type);

/// The caller's group's own T, made when first asked for; it lives as long as the block.
template <class T>
T& state(Scope scope) {
  std::shared_ptr<void>& slot = state_slot(scope, typeid(T));
  if (!slot) slot = std::make_shared<T>();
  return *static_cast<T*>(slot.get());
}

}  // namespace tilewright::kernels::emulator

#include "kernels/emulator/block.hpp"

#include <stdexcept>
#include <utility>

#include "kernels/emulator/engine.hpp"
#include "kernels/emulator/text.hpp"

namespace tilewright::kernels::emulator {

const Here& here() { return Block::current().here(); }

void fail(const char* instruction, const std::string& what) {
  throw std::logic_error(std::string(instruction) + ": " + what + "; block " + text(here().block) + ", thread " +
                         std::to_string(here().thread));
}

void check_aligned(const char* instruction, const void* address, std::size_t alignment) {
  if (reinterpret_cast<std::uintptr_t>(address) % alignment != 0) {
    fail(instruction, "an address is not aligned to " + std::to_string(alignment) + " B");
  }
}

void check_shared(const char* instruction, const void* address, std::size_t bytes, std::size_t alignment) {
  const std::span<const std::byte> shared = here().shared;
  const auto begin = reinterpret_cast<std::uintptr_t>(shared.data());
  const auto from = reinterpret_cast<std::uintptr_t>(address);
  // Before the beginning, the difference wraps round to more than there is.
  if (bytes > shared.size() || from - begin > shared.size() - bytes) {
    const auto offset = static_cast<std::intptr_t>(from - begin);
    fail(instruction, std::to_string(bytes) + " B at byte " + std::to_string(offset) +
                          " are not within the shared memory of " + std::to_string(shared.size()) + " B");
  }
  if ((from - begin) % alignment != 0) {
    fail(instruction, "byte " + std::to_string(from - begin) + " of shared memory is not aligned to " +
                          std::to_string(alignment) + " B");
  }
}

void meet(Scope scope, const char* instruction, void* operands, MeetingAction action, const void* closure) {
  Block::current().meet(scope, instruction, operands, action, closure);
}

void wait_for(const char* instruction, Predicate done, const void* closure) {
  Block::current().wait_for(instruction, done, closure);
}

void in_block(const char* instruction, int rank, const void* shared,
              const std::function<void(std::byte*)>& action) {
  Block::current().in_block(instruction, rank, shared, action);
}

void meet_cluster(const char* instruction) { Block::current().meet_cluster(instruction); }

void start(std::function<void()> operation) { Block::current().start(std::move(operation)); }

std::shared_ptr<void>& state_slot(Scope scope, std::type_index type) {
  return Block::current().state_slot(scope, type);
}

void OperationQueue::start(std::function<void()> operation) {
  if (pending_.empty()) {
    if (Block::current().eager()) {
      operation();
      ++finished_;
      return;
    }
    Block::current().pending(*this);
  }
  pending_.push_back(std::move(operation));
}

void OperationQueue::finish(std::uint64_t count) {
  while (finished_ < count && !pending_.empty()) run_oldest();
}

void OperationQueue::run_oldest() {
  const std::function<void()> operation = std::move(pending_.front());
  pending_.pop_front();
  ++finished_;
  operation();
}

}  // namespace tilewright::kernels::emulator

#include "kernels/device/copy_async.hpp"

#include <cstring>
#include <vector>

#include "kernels/emulator/block.hpp"

namespace tilewright::kernels::device {
namespace {

struct Copies {
  emulator::OperationQueue queue;
  std::vector<std::uint64_t> groups;  // of each group, how many copies were started when it was committed
};

Copies& copies() { return emulator::state<Copies>(emulator::Scope::thread); }

}  // namespace

void cp_async_16(void* shared, const void* global, bool valid) {
  constexpr const char* instruction = "cp.async";
  emulator::check_shared(instruction, shared, 16, 16);
  if (valid) emulator::check_aligned(instruction, global, 16);
  copies().queue.start([=] {
    if (valid) {
      std::memcpy(shared, global, 16);
    } else {
      std::memset(shared, 0, 16);
    }
  });
}

void cp_async_commit() { copies().groups.push_back(copies().queue.started()); }

void cp_async_wait_group(int newest_groups) {
  const std::vector<std::uint64_t>& groups = copies().groups;
  const auto newest = static_cast<std::size_t>(newest_groups);
  if (groups.size() > newest) copies().queue.finish(groups[groups.size() - newest - 1]);
}

}  // namespace tilewright::kernels::device

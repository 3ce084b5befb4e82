#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <new>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernels/emulator/emulate.hpp"
#include "kernels/emulator/engine.hpp"
#include "kernels/emulator/text.hpp"

namespace tilewright::kernels::emulator {
namespace {

// CUDA C++ Programming Guide, "Compute Capabilities", table "Technical Specifications per Compute Capability".
constexpr int max_threads = 1024;
constexpr int max_shared_B = 227 << 10;
constexpr int max_blocks_y = 65535;
constexpr int max_cluster = 8;  // CUDA C++ Programming Guide, "Thread Block Clusters"

constexpr std::size_t alignment_B = 1024;
constexpr unsigned char poison = 0xff;  // NaN, in any floating-point format

// The shared memory of a block that runs, and something on either side in which writes past its ends show.
class SharedMemory {
 public:
  explicit SharedMemory(int size_B)
      : size_(static_cast<std::size_t>(size_B)),
        bytes_(static_cast<std::byte*>(::operator new (total(), std::align_val_t{alignment_B}))) {}
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  ~SharedMemory() { ::operator delete (bytes_, std::align_val_t{alignment_B}); }

  void fill() { std::memset(bytes_, poison, total()); }

  std::span<std::byte> span() { return {bytes_ + alignment_B, size_}; }

  // Whether the sides are as fill() left them.
  [[nodiscard]] bool sound() const {
    const auto untouched = [](std::byte byte) { return byte == std::byte{poison}; };
    const std::byte* const end = bytes_ + alignment_B + size_;
    return std::all_of(bytes_, bytes_ + alignment_B, untouched) && std::all_of(end, end + alignment_B, untouched);
  }

 private:
  [[nodiscard]] std::size_t total() const { return size_ + 2 * alignment_B; }

  std::size_t size_;
  std::byte* bytes_;
};

void check(const LaunchShape& shape) {
  const auto [x, y, z] = shape.grid;
  const auto require = [](bool holds, const std::string& what) {
    if (!holds) throw std::logic_error("emulate: " + what);
  };
  require(x >= 1 && y >= 1 && z >= 1 && y <= max_blocks_y && z <= max_blocks_y,
          "a grid of " + text(shape.grid) + " blocks");
  require(shape.threads >= 1 && shape.threads <= max_threads && shape.threads % device::warp_size == 0,
          "a block of " + std::to_string(shape.threads) + " threads");
  require(shape.shared_B >= 0 && shape.shared_B <= max_shared_B,
          "a block with " + std::to_string(shape.shared_B) + " B of shared memory");
  require(shape.cluster >= 1 && shape.cluster <= max_cluster && x % shape.cluster == 0,
          "a cluster of " + std::to_string(shape.cluster) + " blocks in a grid of " + text(shape.grid));
}

// The first blocks of all clusters.
std::vector<Grid> shuffled_clusters(const Grid& grid, int cluster, Random& random) {
  std::vector<Grid> blocks;
  for (int z = 0; z < grid.z; ++z) {
    for (int y = 0; y < grid.y; ++y) {
      for (int x = 0; x < grid.x; x += cluster) blocks.push_back({x, y, z});
    }
  }
  for (std::size_t i = blocks.size(); i > 1; --i) std::swap(blocks[i - 1], blocks[random.below(i)]);
  return blocks;
}

}  // namespace

namespace {

void run_cluster(const LaunchShape& shape, const Grid& first, Random& random, StackPool& stacks,
                 std::vector<std::unique_ptr<SharedMemory>>& shared,
                 const std::function<void(std::byte*)>& thread) {
  const auto body = [&] { thread(here().shared.data()); };
  std::vector<std::unique_ptr<Block>> blocks;
  for (int rank = 0; rank < shape.cluster; ++rank) {
    SharedMemory& mine = *shared[static_cast<std::size_t>(rank)];
    mine.fill();
    const Grid index{first.x + rank, first.y, first.z};
    const Here here{shape.grid, index, 0, shape.threads, mine.span(), rank, shape.cluster};
    blocks.push_back(std::make_unique<Block>(here, Random(random()), stacks, body));
  }
  Block::run(blocks, random);
  while (!blocks.empty()) blocks.pop_back();  // the last one first, as they were made
  for (const auto& each : shared) {
    if (!each->sound()) throw std::logic_error("block " + text(first) + " writes outside of its shared memory");
  }
}

}  // namespace

void run_grid(const LaunchShape& shape, const Schedule& schedule, const std::function<void(std::byte*)>& thread) {
  check(shape);
  Random random(schedule.seed);
  StackPool stacks;
  std::vector<std::unique_ptr<SharedMemory>> shared;
  for (int rank = 0; rank < shape.cluster; ++rank) shared.push_back(std::make_unique<SharedMemory>(shape.shared_B));
  for (const Grid& first : shuffled_clusters(shape.grid, shape.cluster, random))
    run_cluster(shape, first, random, stacks, shared, thread);
}

}  // namespace tilewright::kernels::emulator

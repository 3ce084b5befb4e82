#include "kernels/device/thread.hpp"

#include "kernels/emulator/block.hpp"

namespace tilewright::kernels::device {

int thread_index() { return emulator::here().thread; }

int lane() { return emulator::here().thread % warp_size; }

int warp() { return emulator::here().thread / warp_size; }

Grid block_index() { return emulator::here().block; }

Grid grid_size() { return emulator::here().grid; }

}  // namespace tilewright::kernels::device

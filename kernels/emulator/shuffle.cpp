#include "kernels/device/shuffle.hpp"

#include <bit>
#include <cstdint>
#include <string>

#include "kernels/emulator/block.hpp"

namespace tilewright::kernels::device {
namespace {

struct Exchange {
  std::uint32_t bits;
  int from_lane;
  std::uint32_t received = 0;
};

std::uint32_t exchange(const char* instruction, std::uint32_t bits, int from_lane) {
  if (from_lane < 0 || from_lane >= warp_size)
    emulator::fail(instruction, "there is no lane " + std::to_string(from_lane));
  Exchange mine{bits, from_lane};
  emulator::collective(emulator::Scope::warp, instruction, mine, [](emulator::Participants<Exchange> lanes) {
    for (int lane = 0; lane < lanes.size(); ++lane) lanes[lane].received = lanes[lanes[lane].from_lane].bits;
  });
  return mine.received;
}

template <class T>
T exchange_value(const char* instruction, T value, int from_lane) {
  return std::bit_cast<T>(exchange(instruction, std::bit_cast<std::uint32_t>(value), from_lane));
}

}  // namespace

float shuffle_xor(float value, int lane_mask) {
  return exchange_value("shfl.sync.bfly", value, emulator::here().thread % warp_size ^ lane_mask);
}

int shuffle_xor(int value, int lane_mask) {
  return exchange_value("shfl.sync.bfly", value, emulator::here().thread % warp_size ^ lane_mask);
}

float shuffle(float value, int from_lane) { return exchange_value("shfl.sync.idx", value, from_lane); }

int shuffle(int value, int from_lane) { return exchange_value("shfl.sync.idx", value, from_lane); }

bool any_lane(bool value) {
  struct Vote {
    bool mine;
    bool any = false;
  } vote{value};
  emulator::collective(emulator::Scope::warp, "vote.sync.any", vote, [](emulator::Participants<Vote> lanes) {
    bool any = false;
    for (int lane = 0; lane < lanes.size(); ++lane) any = any || lanes[lane].mine;
    for (int lane = 0; lane < lanes.size(); ++lane) lanes[lane].any = any;
  });
  return vote.any;
}

}  // namespace tilewright::kernels::device

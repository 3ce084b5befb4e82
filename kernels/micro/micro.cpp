#include "kernels/micro/micro.hpp"

namespace tilewright::kernels {
namespace {

constexpr std::string_view fills_matrix_lanes =
    "units.tensor_cores: lanes * operations.multiply_add at clock_Hz is half of it";
constexpr std::string_view fills_synchronous_lanes =
    "units.tensor_cores_sync: lanes * operations.multiply_add at clock_Hz is half of it";

constexpr Micro all[] = {
    {"hbm-read", "B/s", "bytes read per second from a buffer much larger than the L2 cache",
     "levels.HBM.bandwidth_B_per_s"},
    {"hbm-write", "B/s", "bytes written per second to such a buffer", "levels.HBM.bandwidth_B_per_s, of writes"},
    {"hbm-copy", "B/s", "bytes read and written per second, from such a buffer to another",
     "levels.HBM.bandwidth_B_per_s, of as many reads as writes"},
    {"l2-read", "B/s", "bytes read per second, past L1, from a buffer of a quarter of the L2 cache",
     "levels.L2.bandwidth_B_per_s"},
    {"shared-bandwidth", "B/s", "bytes read per second from the shared memory of all multiprocessors together",
     "levels.SMEM.bandwidth_B_per_s, times its instances"},
    {"hbm-latency", "s", "a load that misses all caches, at a random line of such a buffer",
     "levels.HBM.latency_s"},
    {"l2-latency", "s", "a load that misses L1 and hits the L2 cache, near and far parts alike",
     "levels.L2.latency_s"},
    {"shared-latency", "s", "a load from shared memory", "levels.SMEM.latency_s"},
    {"mma-sync", "FLOP/s", "mma.sync.m16n8k16 with fp32 accumulators, two operations per multiply-add",
     fills_synchronous_lanes},
    {"wgmma-shared", "FLOP/s", "wgmma.m64n128k16 with fp32 accumulators, both operands from shared memory",
     fills_matrix_lanes, "sm_90a"},
    {"wgmma-registers", "FLOP/s", "wgmma.m64n128k16 with fp32 accumulators, A from registers", fills_matrix_lanes,
     "sm_90a"},
    {"exp2", "op/s", "ex2.approx.ftz.f32", "units.exp_units: lanes * operations.exp at clock_Hz"},
    {"fma", "op/s", "fused multiply-adds in fp32, one operation each", "units.vector_units: lanes at clock_Hz"},
    {"launch-period", "s", "from one launch of an empty kernel to the next, given by the host one by one",
     "launch_s, where kernels are launched one by one"},
    {"graph-period", "s", "from one empty kernel to the next within the replay of a graph",
     "launch_s, within a graph"},
    {"sustained-clock", "Hz", "clock of the multiprocessors at the end of a matrix run of 4 s, which is done once",
     "sustained_clock_Hz"},
    {"sustained-power", "W", "power of the board in the last half of such a run, as the driver reads it",
     "fills no key: over operations per second, the energy of an operation with all else that the board takes"},
};

}  // namespace

std::span<const Micro> micros() { return all; }

}  // namespace tilewright::kernels

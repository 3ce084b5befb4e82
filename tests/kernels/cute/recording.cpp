#include "tests/kernels/cute/recording.hpp"

#include <cstddef>
#include <iterator>
#include <stdexcept>

#include "kernels/device/cluster.hpp"
#include "kernels/device/tensor_copy.hpp"
#include "kernels/device/thread.hpp"
#include "kernels/emulator/warpgroup.hpp"

namespace tilewright::kernels {

// In place of what they end in: write down, then go on.
namespace emulator {
template <class T>
void recorded_product(WarpgroupProduct product);
}
namespace device {
void recorded_copy(void* shared, const TensorMap* map, MBarrier* barrier, const int (&coordinates)[tensor_axes]);
void recorded_shared_copy(void* shared, const TensorMap* map, MBarrier* barrier,
                          const int (&coordinates)[tensor_axes], std::uint16_t ranks);
}  // namespace device

}  // namespace tilewright::kernels

// No other file of this program includes a kernel, so that none has one that isn't led here.
#define issue_product recorded_product
#define tensor_copy_5d recorded_copy
#define tensor_copy_to_cluster_5d recorded_shared_copy
#include "kernels/attention/specialized.hpp"
#include "kernels/backward/specialized.hpp"
#include "kernels/micro/warpgroup_rate.hpp"
#undef issue_product
#undef tensor_copy_5d
#undef tensor_copy_to_cluster_5d

#include "kernels/attention/specialized_launch.hpp"
#include "kernels/attention/specialized_setup.hpp"
#include "kernels/attention/work_order.hpp"
#include "kernels/backward/specialized_launch.hpp"
#include "kernels/backward/specialized_setup.hpp"
#include "kernels/emulator/block.hpp"
#include "kernels/emulator/emulate.hpp"
#include "kernels/mask/make_masks.hpp"
#include "kernels/mask/visitor_lists.hpp"

namespace tilewright::kernels {
namespace {

std::vector<std::vector<conformance::Product>> products;
std::vector<conformance::Copy> copies;

}  // namespace

template <class T>
void emulator::recorded_product(WarpgroupProduct product) {
  const int thread = device::thread_index();
  if (thread % 128 == 0 && device::cluster_rank() == 0) {
    const auto warpgroup = static_cast<std::size_t>(thread / 128);
    if (products.size() <= warpgroup) products.resize(warpgroup + 1);
    products[warpgroup].push_back({product.n, product.a != nullptr, product.a_mn_major, product.b_mn_major,
                                   product.a_matrix, product.b_matrix});
  }
  issue_product<T>(product);
}

void device::recorded_copy(void* shared, const TensorMap* map, MBarrier* barrier,
                           const int (&coordinates)[tensor_axes]) {
  if (cluster_rank() == 0)
    copies.push_back({static_cast<int>(matrix_address(shared)), map->shape, std::to_array(coordinates)});
  tensor_copy_5d(shared, map, barrier, coordinates);
}

void device::recorded_shared_copy(void* shared, const TensorMap* map, MBarrier* barrier,
                                  const int (&coordinates)[tensor_axes], std::uint16_t ranks) {
  if ((ranks & 1) != 0) {
    copies.push_back(
        {static_cast<int>(matrix_address(shared)), map->shape, std::to_array(coordinates), cluster_rank()});
  }
  tensor_copy_to_cluster_5d(shared, map, barrier, coordinates, ranks);
}

namespace conformance {
namespace {

constexpr int heads = 2;

MaskProblem dense(const Tokens& queries, const Tokens& keys) {
  MaskProblem of;
  of.queries = queries.extent;
  of.q_tile = queries.tile;
  of.keys = keys.extent;
  of.kv_tile = keys.tile;
  of.permuted = queries.permuted;
  of.rules = {{{of.keys[0], of.keys[1], of.keys[2]}, {1, 1, 1}, {false, false, false}}};
  return of;
}

template <class T>
std::vector<T> zeros(const TokenGrid& grid, int head_dim) {
  return std::vector<T>(static_cast<std::size_t>(heads * grid.memory_tokens * head_dim), T{0});
}

/// Of a cluster, blocks in turns, each in its own order.
std::vector<Copy> copies_from(const void* tensor) {
  std::vector<Copy> by_rank[2];
  for (const Copy& copy : copies) {
    if (copy.shape.base == tensor) by_rank[copy.rank].push_back(copy);
  }
  if (by_rank[1].empty()) return by_rank[0];
  std::vector<Copy> of;
  for (std::size_t i = 0; i < by_rank[0].size(); ++i) {
    of.push_back(by_rank[0][i]);
    of.push_back(by_rank[1].at(i));
  }
  return of;
}

template <class Kernel>
Recording record_kernel(const Tokens& query_tokens, const Tokens& key_tokens) {
  using T = typename Kernel::Number;
  const Masks masks = make_masks(dense(query_tokens, key_tokens));
  const auto q = zeros<T>(masks.queries, Kernel::head_dim);
  const auto k = zeros<T>(masks.keys, Kernel::head_dim);
  const auto v = k;
  auto o = zeros<device::OutputOf<T>>(masks.queries, Kernel::head_dim);
  const AttentionParams<T> params{q.data(), k.data(), v.data(),      o.data(),   nullptr,     1,
                                  heads,    heads,    masks.queries, masks.keys, masks.set(), 1.0F};
  const WorkShape shape{1, heads, heads, Kernel::head_dim, sizeof(T), Kernel::cluster_blocks};
  const WorkOrder order = work_order(masks, shape, 1);
  products.clear();
  copies.clear();
  emulate<Kernel>({Kernel::cluster_blocks, 1, 1},
                  specialized_params<Kernel>(params, {order.firsts.data(), order.items.data()}));
  return {products, copies_from(q.data()), copies_from(k.data()), copies_from(v.data()), {}};
}

template <int ClusterBlocks, std::size_t Index = 0>
Recording record_from(const Instance& instance, const Tokens& queries, const Tokens& keys) {
  if constexpr (Index == std::size(specialized_instances)) {
    throw std::invalid_argument("not an instance of the specialised kernel");
  } else {
    constexpr Instance of = specialized_instances[Index];
    if (instance != of) return record_from<ClusterBlocks, Index + 1>(instance, queries, keys);
    using T = std::conditional_t<of.dtype == "bf16", device::bf16,
                                 std::conditional_t<of.dtype == "fp16", device::fp16, device::e4m3>>;
    if constexpr (ClusterBlocks == 1 || (of.head_dim == 128 && sizeof(T) == 2)) {
      return record_kernel<Specialized<T, of.head_dim, of.q_tile, of.kv_tile, ClusterBlocks>>(queries, keys);
    } else {
      throw std::invalid_argument("an instance without clusters");
    }
  }
}

template <class Kernel>
Recording record_backward_kernel(const Tokens& query_tokens, const Tokens& key_tokens) {
  using T = typename Kernel::Number;
  const Masks masks = make_masks(dense(query_tokens, key_tokens));
  const std::vector<Visitors> visitors = all_visitors(masks, {}, {});
  const auto q = zeros<T>(masks.queries, Kernel::head_dim);
  const auto k = zeros<T>(masks.keys, Kernel::head_dim);
  const auto v = k;
  const auto grad_o = q;
  auto grad_k = k;
  auto grad_v = k;
  std::vector<float> sums(q.size());
  BackwardParams<T> params{};
  params.forward = {q.data(), k.data(), v.data(),      nullptr,    nullptr,     1,
                    heads,    heads,    masks.queries, masks.keys, masks.set(), 1.0F};
  params.grad_o = grad_o.data();
  params.grad_k = grad_k.data();
  params.grad_v = grad_v.data();
  params.visitors = visitors.data();
  params.deltas = params.log_sums = params.grad_q_sums = sums.data();
  products.clear();
  copies.clear();
  emulate<Kernel>({1, 1, 1}, specialized_backward_params<Kernel>(params));
  return {products, copies_from(q.data()), copies_from(k.data()), copies_from(v.data()),
          copies_from(grad_o.data())};
}

template <std::size_t Index = 0>
Recording record_backward_from(const Instance& instance, const Tokens& queries, const Tokens& keys) {
  if constexpr (Index == std::size(specialized_backward_instances)) {
    throw std::invalid_argument("not an instance of the specialised backward kernel");
  } else {
    constexpr Instance of = specialized_backward_instances[Index];
    if (instance != of) return record_backward_from<Index + 1>(instance, queries, keys);
    return record_backward_kernel<BackwardSpecialized<device::bf16, of.head_dim, of.q_tile, of.kv_tile>>(queries,
                                                                                                         keys);
  }
}

template <class Rate>
Recording record_chain() {
  std::vector<float> results(Rate::threads);
  products.clear();
  emulate<Rate>({1, 1, 1}, {1, results.data()});
  return {products, {}, {}, {}, {}};
}

}  // namespace

Tokens in_memory(const Tokens& tokens) {
  if (!tokens.permuted) return tokens;
  const int rows = tokens.tile[0] * tokens.tile[1] * tokens.tile[2];
  int places = rows;
  for (std::size_t i = 0; i < 3; ++i) places *= ceil_divide(tokens.extent[i], tokens.tile[i]);
  return {{1, 1, places}, {1, 1, rows}};
}

Recording record(const Instance& instance, const Tokens& queries, const Tokens& keys) {
  return record_from<1>(instance, queries, keys);
}

Recording record_pair(const Instance& instance, const Tokens& queries, const Tokens& keys) {
  return record_from<2>(instance, queries, keys);
}

Recording record_backward(const Instance& instance, const Tokens& queries, const Tokens& keys) {
  return record_backward_from(instance, queries, keys);
}

Recording record_rate(bool a_in_registers) {
  return a_in_registers ? record_chain<WarpgroupRate<device::bf16, true>>()
                        : record_chain<WarpgroupRate<device::bf16, false>>();
}

}  // namespace conformance
}  // namespace tilewright::kernels

#include "kernels/runner/tensors.cuh"

#include <algorithm>

#include "kernels/device/e4m3.hpp"
#include "kernels/runner/fill.hpp"
#include "kernels/runner/problem.hpp"

namespace tilewright::kernels::runner {
namespace {

Grid blocks_for(std::int64_t elements, const Gpu& gpu) {
  const std::int64_t most = std::int64_t{gpu.properties().multiProcessorCount} * 8;
  return {static_cast<int>(std::clamp<std::int64_t>(elements / 256, 1, most))};
}

}  // namespace

std::int64_t tokens_of(const TokenGrid& grid) {
  return std::int64_t{grid.whole_extent[0]} * grid.whole_extent[1] * grid.whole_extent[2];
}

TokenGrid natural_grid(const plan::Shape& layout) {
  TokenOrder order;
  const auto axes = plan::axes_of(layout);
  std::copy(axes.begin(), axes.end(), order.extent);
  return token_grid(order);
}

template <class T>
Buffer filled(const plan::Row& point, int set, reference::Input tensor, const TokenGrid& grid, const Gpu& gpu) {
  const bool of_keys = tensor == reference::Input::k || tensor == reference::Input::v;
  const std::int64_t columns =
      std::int64_t{point.batch} * (of_keys ? point.kv_heads : point.heads) * point.head_dim;
  Buffer buffer(gpu, columns * grid.memory_tokens * static_cast<std::int64_t>(sizeof(T)));
  check_cuda(cudaMemsetAsync(buffer.as<void>(), 0, static_cast<std::size_t>(buffer.bytes()), gpu.stream()),
             "clearing an input");
  const std::int64_t elements = columns * tokens_of(grid);
  const std::uint64_t seed = point.seed + static_cast<std::uint64_t>(set);
  launch<FillInputs<T>>(blocks_for(elements, gpu), {buffer.as<T>(), elements, seed, tensor, point.head_dim, grid},
                        gpu.stream());
  return buffer;
}

void poison_buffer(const Buffer& buffer, const Gpu& gpu) {
  static_assert(reference::poison == 0xffff, "memset writes bytes");
  check_cuda(cudaMemsetAsync(buffer.as<void>(), 0xff, static_cast<std::size_t>(buffer.bytes()), gpu.stream()),
             "poisoning an output");
}

std::int64_t count_poison(const Buffer& buffer, Gpu& gpu) {
  const Buffer count = upload(gpu, std::vector<int>{0});
  const std::int64_t elements = buffer.bytes() / 2;
  launch<CountValue>(blocks_for(elements, gpu),
                     {buffer.as<std::uint16_t>(), elements, reference::poison, count.as<int>()}, gpu.stream());
  gpu.wait();
  return download(gpu, count.as<int>(), 1)[0];
}

std::vector<std::uint16_t> download_rows(const Buffer& tensor, const TokenGrid& grid, const plan::Row& point,
                                         const std::vector<reference::Row>& rows, const Gpu& gpu) {
  std::vector<std::uint16_t> got;
  for (const reference::Row& row : rows) {
    const std::int64_t head = std::int64_t{row.batch} * point.heads + row.head;
    const std::int64_t place = head * grid.memory_tokens + place_of(grid, row.query);
    const auto numbers = download(gpu, tensor.as<std::uint16_t>() + place * point.head_dim,
                                  static_cast<std::size_t>(point.head_dim));
    got.insert(got.end(), numbers.begin(), numbers.end());
  }
  return got;
}

template <class T>
Tensors<T>::Tensors(const plan::Row& point, const TokenGrid& queries, const TokenGrid& keys, Gpu& gpu)
    : point_(point), gpu_(gpu), queries_(queries) {
  const std::int64_t q_heads = std::int64_t{point.batch} * point.heads;
  const std::int64_t kv_heads = std::int64_t{point.batch} * point.kv_heads;
  const std::int64_t q_numbers = q_heads * queries.memory_tokens * point.head_dim;
  const std::int64_t kv_numbers = kv_heads * keys.memory_tokens * point.head_dim;
  const std::int64_t o_B = q_numbers * static_cast<std::int64_t>(sizeof(device::OutputOf<T>));
  const int sets = gpu.input_sets(point, o_B + (q_numbers + 2 * kv_numbers) * static_cast<std::int64_t>(sizeof(T)));
  for (int set = 0; set < sets; ++set) {
    sets_.push_back({filled<T>(point, set, reference::Input::q, queries, gpu),
                     filled<T>(point, set, reference::Input::k, keys, gpu),
                     filled<T>(point, set, reference::Input::v, keys, gpu), Buffer(gpu, o_B)});
  }
}

template <class T>
void Tensors<T>::poison() {
  poison_buffer(at(0).o, gpu_);
}

template <class T>
std::int64_t Tensors<T>::padding() const {
  return std::int64_t{point_.batch} * point_.heads * (queries_.memory_tokens - tokens_of(queries_)) *
         point_.head_dim;
}

template <class T>
Judge Tensors<T>::check(const reference::Problem& problem) {
  gpu_.wait();
  const std::int64_t unwritten = count_poison(at(0).o, gpu_) - padding();
  const std::vector<reference::Row> rows = checked_rows(point_);
  const auto got = download_rows(at(0).o, queries_, point_, rows, gpu_);
  return [=, point = point_] {
    reference::Verdict verdict = judge(problem, point, rows, got);
    if (verdict.right && unwritten > 0) {
      verdict.right = false;
      verdict.message = std::to_string(unwritten) + " elements of the whole output were not written";
    }
    return verdict;
  };
}

template Buffer filled<device::bf16>(const plan::Row&, int, reference::Input, const TokenGrid&, const Gpu&);
template class Tensors<device::bf16>;
template class Tensors<device::fp16>;
template class Tensors<device::e4m3>;

}  // namespace tilewright::kernels::runner

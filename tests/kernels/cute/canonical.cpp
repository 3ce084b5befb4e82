// The only file that includes CuTe.
#include "tests/kernels/cute/canonical.hpp"

#include <cstddef>
#include <iterator>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "kernels/attention/specialized_launch.hpp"
#include "kernels/attention/specialized_shared.hpp"
#include "kernels/backward/specialized.hpp"
#include "kernels/backward/specialized_launch.hpp"
#include "kernels/device/e4m3.hpp"
#include "kernels/device/numbers.hpp"

namespace {

alignas(1024) std::byte shared_memory[227 * 1024];

}  // namespace

// CuTe asks it for addresses in shared memory, which on a GPU is an intrinsic.
#define CUTE_CVTA_GENERIC_TO_SHARED_ACTIVATED 1
static std::size_t __cvta_generic_to_shared(const void* pointer) {  // NOLINT(bugprone-reserved-identifier)
  return static_cast<std::size_t>(static_cast<const std::byte*>(pointer) - shared_memory);
}
// The driver's functions are called by their names, which map_call.cpp defines.
#define CUTLASS_ENABLE_DIRECT_CUDA_DRIVER_CALL 1
#include <cute/tensor.hpp>  // before the others, which it has in the right order

#include <cute/atom/copy_traits_sm90_tma.hpp>
#include <cute/atom/mma_traits_sm90_gmma.hpp>

namespace tilewright::kernels::conformance {
namespace {

using cute::_0;
using cute::_1;
using cute::_2;
using cute::_3;
using cute::Int;
using cute::make_shape;
namespace gmma = cute::SM90::GMMA;

// Layouts know the size of a type only.
using Half = cute::bfloat16_t;
using Byte = cute::float_e4m3_t;

template <class Number>
using Step = Int<32 / int(sizeof(Number))>;  // of a product along K

template <class Number, int Rows, int Columns, int Copies>
auto k_major_layout() {
  return cute::tile_to_shape(gmma::Layout_K_SW128_Atom<Number>{},
                             make_shape(Int<Rows>{}, Int<Columns>{}, Int<Copies>{}));
}

/// (columns, rows, copies); panels of 64 columns, each with all its rows, follow each other.
template <int Rows, int Columns, int Copies>
auto mn_major_layout() {
  return cute::tile_to_shape(gmma::Layout_MN_SW128_Atom<Half>{},
                             make_shape(Int<Columns>{}, Int<Rows>{}, Int<Copies>{}), cute::Step<_2, _1, _3>{});
}

/// `element`: the index of (copy, row, column) by the layout.
template <class Number, class Element>
Canonical addresses_by(int rows, int columns, int copies, int start, const Element& element) {
  constexpr int number_B = sizeof(Number);
  Canonical of{number_B, false, rows, columns, copies, start + number_B * rows * columns * copies, {}, {}};
  for (int copy = 0; copy < copies; ++copy) {
    for (int row = 0; row < rows; ++row) {
      for (int column = 0; column < columns; ++column) {
        of.addresses.push_back(start + number_B * static_cast<int>(element(copy, row, column)));
      }
    }
  }
  return of;
}

/// `tensor`: ((MN, K), parts of MN, steps of K, copies). As CuTe's MMA_Atom makes the operand of its products.
template <gmma::Major Order, class Tensor>
std::vector<std::uint64_t> descriptors_of(const Tensor& tensor) {
  const auto fragment = cute::make_tensor<gmma::smem_desc<Order>>(tensor);
  std::vector<std::uint64_t> of;
  for (int copy = 0; copy < cute::size<3>(fragment); ++copy) {
    for (int part = 0; part < cute::size<1>(fragment); ++part) {
      for (int step = 0; step < cute::size<2>(fragment); ++step) of.push_back(fragment(0, part, step, copy).desc_);
    }
  }
  return of;
}

template <class Number, class Layout, class Tile>
auto divided(int start, const Layout& layout, const Tile& tile) {
  auto* const first = reinterpret_cast<Number*>(shared_memory + start);
  return cute::group_modes<0, 2>(cute::flat_divide(cute::make_tensor(cute::make_smem_ptr(first), layout), tile));
}

template <class Number, int Rows, int Columns, int Copies, int Part>
Canonical k_major(int start) {
  const auto layout = k_major_layout<Number, Rows, Columns, Copies>();
  const auto plain = cute::as_position_independent_swizzle_layout(layout);
  Canonical of = addresses_by<Number>(Rows, Columns, Copies, start,
                                      [&](int copy, int row, int column) { return plain(row, column, copy); });
  of.descriptors =
      descriptors_of<gmma::Major::K>(divided<Number>(start, layout, make_shape(Int<Part>{}, Step<Number>{})));
  return of;
}

template <int Rows, int Columns, int Copies, int Part = Columns>
Canonical mn_major(int start) {
  const auto layout = mn_major_layout<Rows, Columns, Copies>();
  const auto plain = cute::as_position_independent_swizzle_layout(layout);
  Canonical of = addresses_by<Half>(Rows, Columns, Copies, start,
                                    [&](int copy, int row, int column) { return plain(column, row, copy); });
  of.mn_major = true;
  of.descriptors =
      descriptors_of<gmma::Major::MN>(divided<Half>(start, layout, make_shape(Int<Part>{}, Step<Half>{})));
  return of;
}

/// Calls use.template operator()<its numbers, tiles and head dimension>() for the instance of the table.
template <const auto& table, std::size_t Index = 0, class Use>
auto with_instance_of(const Instance& instance, const Use& use) {
  constexpr Instance of = table[Index];
  using Number = std::conditional_t<of.dtype == "fp8", Byte, Half>;
  if (instance == of) return use.template operator()<Number, of.q_tile, of.kv_tile, of.head_dim>();
  if constexpr (Index + 1 < std::size(table)) {
    return with_instance_of<table, Index + 1>(instance, use);
  } else {
    throw std::invalid_argument("not an instance of the specialised kernel");
  }
}

template <class Use>
auto with_instance(const Instance& instance, const Use& use) {
  return with_instance_of<specialized_instances>(instance, use);
}

template <class Layout>
std::vector<int> registers_of(const Layout& layout, int values) {
  std::vector<int> of;
  for (int thread = 0; thread < cute::size<0>(layout); ++thread) {
    for (int value = 0; value < values; ++value) of.push_back(layout(thread, value));
  }
  return of;
}

/// On as many axes as `tile` has, the fastest first; d: numbers from a token to the next.
template <class Tile>
auto tokens_of(const Tile&, const Tokens& tokens, std::int64_t d) {
  const auto [t, h, w] = tokens.extent;
  if constexpr (cute::rank(Tile{}) == 1) {
    return cute::make_layout(make_shape(w), cute::make_stride(d));
  } else {
    return cute::make_layout(make_shape(w, h, t), cute::make_stride(d, d * w, d * w * h));
  }
}

constexpr auto all = cute::_;

// Strides are known at run time only, as in kernels: CuTe joins axes whose strides are constants.

/// Of a tile whose rows are rows of a K-major operand.
template <int Rows, int HeadDim, class Number, class Tile>
void make_map(const Tile& tile, const Tokens& tokens, const Number* tensor, int heads) {
  const auto lines = tokens_of(tile, tokens, HeadDim);
  const auto layout = cute::make_layout(lines, cute::make_layout(Int<HeadDim>{}, _1{}),
                                        cute::make_layout(heads, std::int64_t{HeadDim} * cute::size(lines)));
  const auto global = cute::make_tensor(cute::make_gmem_ptr(tensor), layout);
  const auto shared = k_major_layout<Number, Rows, HeadDim, 1>()(all, all, _0{});
  cute::make_tma_atom(cute::SM90_TMA_LOAD{}, global, shared, make_shape(tile, Int<HeadDim>{}), _1{});
}

/// Of a tile of one axis whose tokens are K of an MN-major operand.
template <int Rows, int HeadDim>
void make_mn_major_map(const Tokens& tokens, const Half* tensor, int heads) {
  const int count = tokens.extent[2];
  const auto layout =
      cute::make_layout(make_shape(Int<HeadDim>{}, count, heads),
                        cute::make_stride(_1{}, std::int64_t{HeadDim}, std::int64_t{HeadDim} * count));
  const auto global = cute::make_tensor(cute::make_gmem_ptr(tensor), layout);
  const auto shared = mn_major_layout<Rows, HeadDim, 1>()(all, all, _0{});
  cute::make_tma_atom(cute::SM90_TMA_LOAD{}, global, shared, make_shape(Int<HeadDim>{}, Int<Rows>{}), _1{});
}

/// Of tiles of Rows rows: of one axis, or of three.
template <int Rows, int HeadDim, class Number>
void make_map_of_rows(const Tokens& tokens, const Number* tensor, int heads) {
  constexpr auto box = tile_of_three_axes(Rows);
  static_assert(box[0] * box[1] * box[2] == Rows);
  if (tokens.tile[2] == Rows) {
    make_map<Rows, HeadDim>(make_shape(Int<Rows>{}), tokens, tensor, heads);
  } else {
    make_map<Rows, HeadDim>(make_shape(Int<box[2]>{}, Int<box[1]>{}, Int<box[0]>{}), tokens, tensor, heads);
  }
}

}  // namespace

SharedMatrices cute_matrices(const Instance& instance) {
  return with_instance(instance, []<class Number, int q_tile, int kv_tile, int head_dim>() -> SharedMatrices {
    using T = std::conditional_t<std::is_same_v<Number, Byte>, device::e4m3, device::bf16>;
    constexpr int stages = stages_that_fit<T, head_dim, q_tile, kv_tile>();
    const Canonical q = k_major<Number, q_tile, head_dim, 1, 64>(0);
    const Canonical k = k_major<Number, kv_tile, head_dim, stages, kv_tile>(q.end);
    if constexpr (transposes_values<T>) {
      constexpr int brought_at = sizeof(SpecializedShared<T, head_dim, q_tile, kv_tile, stages>);
      return {q, k, k_major<Number, head_dim, kv_tile, stages, head_dim>(k.end),
              k_major<Number, kv_tile, head_dim, stages, kv_tile>(brought_at)};
    } else {
      const Canonical v = mn_major<kv_tile, head_dim, stages>(k.end);
      return {q, k, v, v};
    }
  });
}

BackwardMatrices cute_backward_matrices(const Instance& instance) {
  constexpr auto of = []<class, int q_tile, int kv_tile, int head_dim>() -> BackwardMatrices {
    constexpr int stages = BackwardSpecialized<device::bf16, head_dim, q_tile, kv_tile>::stages;
    const Canonical k = k_major<Half, kv_tile, head_dim, 1, 64>(0);
    const Canonical v = k_major<Half, kv_tile, head_dim, 1, 64>(k.end);
    const Canonical q = k_major<Half, q_tile, head_dim, stages, q_tile>(v.end);
    const Canonical grad_o = k_major<Half, q_tile, head_dim, stages, q_tile>(q.end);
    return {k,
            v,
            q,
            grad_o,
            mn_major<kv_tile, q_tile, 2, 64>(grad_o.end),
            mn_major<kv_tile, head_dim, 1, 64>(0),
            mn_major<q_tile, head_dim, stages>(v.end),
            mn_major<q_tile, head_dim, stages>(q.end)};
  };
  return with_instance_of<specialized_backward_instances>(instance, of);
}

RateMatrices cute_rate_matrices() {
  const Canonical a = k_major<Half, 128, 64, 1, 64>(0);
  return {a, k_major<Half, 128, 64, 1, 128>(a.end)};
}

Canonical cute_step_rows(int number_B, int start) {
  return number_B == 1 ? k_major<Byte, 32, 128, 1, 32>(start) : k_major<Half, 16, 64, 1, 16>(start);
}

// Layouts of fewer columns are the beginning of that of the most.
std::vector<int> cute_accumulators(int n) { return registers_of(gmma::CLayout_64xN<256>{}, n / 2); }

std::vector<int> cute_a_registers(int number_B) {
  return number_B == 1 ? registers_of(gmma::ALayout_64x32{}, 16) : registers_of(gmma::ALayout_64x16{}, 8);
}

MapCall cute_map(const Instance& instance, Operand operand, const Tokens& tokens, const void* tensor, int heads) {
  with_instance(instance, [&]<class Number, int q_tile, int kv_tile, int head_dim>() {
    const auto* const first = static_cast<const Number*>(tensor);
    if (operand == Operand::q) return make_map_of_rows<q_tile, head_dim>(tokens, first, heads);
    if constexpr (std::is_same_v<Number, Half>) {
      if (operand == Operand::v && tokens.tile[2] == kv_tile) {
        return make_mn_major_map<kv_tile, head_dim>(tokens, first, heads);
      }
    }
    make_map_of_rows<kv_tile, head_dim>(tokens, first, heads);
  });
  return last_map_call();
}

}  // namespace tilewright::kernels::conformance

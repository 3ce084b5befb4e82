#include "kernels/emulator/warpgroup.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "kernels/device/e4m3.hpp"
#include "kernels/device/warpgroup.hpp"
#include "kernels/emulator/block.hpp"

namespace tilewright::kernels {
namespace emulator {
namespace {

using device::warp_size;
using Lanes = Participants<WarpgroupProduct>;

constexpr const char* product_name = "wgmma.mma_async";
constexpr const char* wait_name = "wgmma.wait_group";
constexpr std::size_t rows = 16;  // of a warp

template <class T>
constexpr std::size_t depth = 32 / sizeof(T);  // K of a product
template <class T>
constexpr std::size_t of_piece = 16 / sizeof(T);  // numbers
constexpr std::uint32_t in_flight = 0xffffffff;   // NaN

// What a descriptor says (PTX ISA, "Matrix Descriptor Format"), in bytes.
struct Matrix {
  std::uint32_t start;
  std::uint32_t leading;
  std::uint32_t stride;
};

Matrix decode(std::uint64_t descriptor) {
  const auto field = [&](int bit) { return static_cast<std::uint32_t>(descriptor >> bit & 0x3fff) << 4; };
  if (descriptor >> 62 != 1) fail(product_name, "the emulator knows matrices with 128-byte swizzle only");
  if ((descriptor >> 49 & 7) != 0) fail(product_name, "the emulator knows base offset 0 only");
  return {field(0), field(16), field(32)};
}

// Where 16 bytes of numbers lie that follow each other: `row` counts along the axis that is not contiguous, `piece`
// sixteens of bytes along the contiguous one. K-major: rows of MN, pieces of K. MN-major: rows of K, pieces of MN.
std::uint32_t piece_at(const Matrix& matrix, bool mn_major, std::uint32_t row, std::uint32_t piece) {
  std::uint32_t address = matrix.start + row / 8 * matrix.stride + row % 8 * 128;
  address += mn_major ? piece / 8 * matrix.leading + piece % 8 * 16 : piece * 16;
  return address ^ (address >> 7 & 7) << 4;
}

template <class T>
using Piece = std::array<T, of_piece<T>>;

template <class T>
Piece<T> load(std::uint32_t address) {
  const std::byte* const from = here().shared.data() + address;
  check_shared(product_name, from, sizeof(Piece<T>), sizeof(Piece<T>));
  Piece<T> piece;
  std::memcpy(piece.data(), from, sizeof piece);
  return piece;
}

// Lines of n numbers.
struct Lines {
  explicit Lines(std::size_t n, std::size_t count = 16) : n(n), values(count * n) {}
  float* line(std::size_t i) { return values.data() + i * n; }
  [[nodiscard]] const float* line(std::size_t i) const { return values.data() + i * n; }

  std::size_t n;
  std::vector<float> values;
};

// `count` lines from `first_line` on of `columns` numbers from `first_column` on, columns along the axis that is
// contiguous; both of columns are whole pieces.
template <class T>
Lines read_lines(const Matrix& matrix, bool mn_major, std::size_t first_line, std::size_t count,
                 std::size_t first_column, std::size_t columns) {
  Lines lines(columns, count);
  for (std::size_t line = 0; line < count; ++line) {
    for (std::size_t column = 0; column < columns; column += of_piece<T>) {
      const auto piece = load<T>(piece_at(matrix, mn_major, static_cast<std::uint32_t>(first_line + line),
                                          static_cast<std::uint32_t>((first_column + column) / of_piece<T>)));
      for (std::size_t i = 0; i < of_piece<T>; ++i) lines.line(line)[column + i] = device::to_float(piece[i]);
    }
  }
  return lines;
}

// A matrix whose contiguous axis is K, by lines of the other one, or the other way round.
Lines transposed(Lines& of) {
  Lines lines(of.values.size() / of.n, of.n);
  for (std::size_t i = 0; i < of.n; ++i) {
    for (std::size_t j = 0; j < lines.n; ++j) lines.line(i)[j] = of.line(j)[i];
  }
  return lines;
}

// B by lines of K.
template <class T>
Lines read_b(const WarpgroupProduct& product) {
  const Matrix matrix = decode(product.b_matrix);
  const auto n = static_cast<std::size_t>(product.n);
  if (product.b_mn_major) return read_lines<T>(matrix, true, 0, depth<T>, 0, n);
  Lines columns = read_lines<T>(matrix, false, 0, n, 0, depth<T>);
  return transposed(columns);
}

// 16 rows of A from `first`, by lines of M.
template <class T>
Lines read_a(const WarpgroupProduct& product, std::size_t first) {
  const Matrix matrix = decode(product.a_matrix);
  if (!product.a_mn_major) return read_lines<T>(matrix, false, first, rows, 0, depth<T>);
  Lines columns = read_lines<T>(matrix, true, 0, depth<T>, first, rows);
  return transposed(columns);
}

using Registers = std::array<std::array<std::uint32_t, 4>, warp_size>;

template <class T>
Lines unpack_a(const Registers& registers) {
  constexpr std::size_t of_register = 4 / sizeof(T);
  Lines a(depth<T>);
  for (std::size_t lane = 0; lane < warp_size; ++lane) {
    for (std::size_t i = 0; i < 4; ++i) {
      const auto numbers = std::bit_cast<std::array<T, of_register>>(registers[lane][i]);
      float* const at = a.line(lane / 4 + 8 * (i % 2)) + of_register * (lane % 4 + 4 * (i / 2));
      std::transform(numbers.begin(), numbers.end(), at, [](T number) { return device::to_float(number); });
    }
  }
  return a;
}

// By eight columns at a time, in sums of their own, which compilers turn into vectors.
void multiply(Lines& d, const Lines& a, const Lines& b, bool accumulate) {
  constexpr std::size_t width = 8;
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < d.n; column += width) {
      float* const to = d.line(row) + column;
      std::array<float, width> sums{};
      if (accumulate) std::copy_n(to, width, sums.begin());
      for (std::size_t k = 0; k < a.n; ++k) {
        const float factor = a.line(row)[k];
        const float* const line = b.line(k) + column;
        for (std::size_t i = 0; i < width; ++i) sums[i] += factor * line[i];
      }
      std::copy(sums.begin(), sums.end(), to);
    }
  }
}

// The accumulators of a warp while products on them are in flight.
struct Flight {
  std::array<float*, warp_size> d;
  std::shared_ptr<Lines> values;
  std::uint64_t last;  // of its products, as counted by the warp's queue
};

// A registers of a product in flight.
struct Loan {
  std::array<const std::uint32_t*, warp_size> a;
  Registers values;
  std::uint64_t product;
};

struct Warp {
  OperationQueue queue;
  std::vector<std::uint64_t> groups;  // of each, how many products were issued when it was committed
  std::vector<Flight> flights;
  std::vector<Loan> loans;
  bool fenced = false;
  std::size_t issued = 0;
};

Warp& warp_here() { return state<Warp>(Scope::warp); }

// Calls visit(register, number) for every accumulator of a lane.
template <class Visit>
void each_accumulator(Lines& values, std::size_t lane, float* d, const Visit& visit) {
  for (std::size_t i = 0; i < values.n / 2; ++i) {
    visit(d[i], values.line(lane / 4 + 8 * (i / 2 % 2))[i / 4 * 8 + 2 * (lane % 4) + i % 2]);
  }
}

Flight& take_off(Warp& warp, const Lanes& lanes) {
  Flight flight{{}, std::make_shared<Lines>(static_cast<std::size_t>(lanes[0].n)), 0};
  for (std::size_t lane = 0; lane < warp_size; ++lane) {
    flight.d[lane] = lanes[static_cast<int>(lane)].d;
    each_accumulator(*flight.values, lane, flight.d[lane], [](float& mine, float& value) {
      value = mine;
      mine = std::bit_cast<float>(in_flight);
    });
  }
  return warp.flights.emplace_back(std::move(flight));
}

Flight& flight_of(Warp& warp, const Lanes& lanes) {
  for (Flight& flight : warp.flights) {
    if (flight.d[0] != lanes[0].d) continue;
    if (flight.values->n != static_cast<std::size_t>(lanes[0].n)) {
      fail(product_name, "its accumulators are in flight with another N");
    }
    return flight;
  }
  return take_off(warp, lanes);
}

void land(const Flight& flight) {
  for (std::size_t lane = 0; lane < warp_size; ++lane) {
    each_accumulator(*flight.values, lane, flight.d[lane], [](float& mine, const float& value) {
      if (std::bit_cast<std::uint32_t>(mine) != in_flight) {
        fail(wait_name, "accumulators were written while products on them were in flight");
      }
      mine = value;
    });
  }
}

void give_back(const Loan& loan) {
  for (std::size_t lane = 0; lane < warp_size; ++lane) {
    if (!std::equal(loan.values[lane].begin(), loan.values[lane].end(), loan.a[lane])) {
      fail(wait_name, "A registers were written while a product that reads them was in flight");
    }
  }
}

Registers lend(Warp& warp, const Lanes& lanes, std::uint64_t product) {
  Loan loan{{}, {}, product};
  for (std::size_t lane = 0; lane < warp_size; ++lane) {
    loan.a[lane] = lanes[static_cast<int>(lane)].a;
    std::copy_n(loan.a[lane], 4, loan.values[lane].begin());
  }
  return warp.loans.emplace_back(loan).values;
}

// What warps of a warpgroup must agree on.
struct Signature {
  int n;
  bool registers;
  std::uint64_t a_matrix;
  std::uint64_t b_matrix;
  bool a_mn_major;
  bool b_mn_major;
  bool accumulate;
  bool operator==(const Signature&) const = default;
};

Signature signature(const WarpgroupProduct& of) {
  return {of.n, of.a != nullptr, of.a_matrix, of.b_matrix, of.a_mn_major, of.b_mn_major, of.accumulate};
}

// In the order of their issue, by the first warp to issue them.
struct Issued {
  std::vector<Signature> products;
};

void check(Warp& warp, const Lanes& lanes) {
  const Signature mine = signature(lanes[0]);
  for (int lane = 1; lane < warp_size; ++lane) {
    if (signature(lanes[lane]) != mine) fail(product_name, "the lanes of a warp give different operands");
  }
  if (here().threads % 128 != 0) fail(product_name, "the block does not consist of whole warpgroups");
  auto& products = state<Issued>(Scope::warpgroup).products;
  if (warp.issued == products.size()) products.push_back(mine);
  if (products[warp.issued++] != mine) fail(product_name, "the warps of a warpgroup give different operands");
  if (!warp.fenced) fail(product_name, "wgmma_fence() has not come after the last wait");
}

template <class T>
void issue(Warp& warp, const Lanes& lanes) {
  check(warp, lanes);
  const WarpgroupProduct product = lanes[0];
  const std::uint64_t number = warp.queue.started() + 1;
  Flight& flight = flight_of(warp, lanes);
  flight.last = number;
  const std::shared_ptr<Lines> d = flight.values;
  if (product.a != nullptr) {
    const Lines a = unpack_a<T>(lend(warp, lanes, number));
    warp.queue.start([=] { multiply(*d, a, read_b<T>(product), product.accumulate); });
    return;
  }
  const std::size_t first_row = static_cast<std::size_t>(here().thread / warp_size % 4) * rows;
  warp.queue.start([=] { multiply(*d, read_a<T>(product, first_row), read_b<T>(product), product.accumulate); });
}

void finish(Warp& warp, std::uint64_t products) {
  warp.queue.finish(products);
  const auto flew = [&](const Flight& flight) { return flight.last <= products; };
  const auto lent = [&](const Loan& loan) { return loan.product <= products; };
  for (const Flight& flight : warp.flights) {
    if (flew(flight)) land(flight);
  }
  for (const Loan& loan : warp.loans) {
    if (lent(loan)) give_back(loan);
  }
  std::erase_if(warp.flights, flew);
  std::erase_if(warp.loans, lent);
}

}  // namespace

template <class T>
void issue_product(WarpgroupProduct product) {
  collective(Scope::warp, product_name, product, [](const Lanes& lanes) { issue<T>(warp_here(), lanes); });
}

template void issue_product<device::bf16>(WarpgroupProduct);
template void issue_product<device::fp16>(WarpgroupProduct);
template void issue_product<device::e4m3>(WarpgroupProduct);

void wait_products(int groups) {
  int nothing = 0;
  collective(Scope::warp, wait_name, nothing, [&](const Participants<int>&) {
    Warp& warp = warp_here();
    warp.fenced = false;
    const std::size_t count = warp.groups.size();
    const auto newest = static_cast<std::size_t>(groups);
    if (count > newest) finish(warp, warp.groups[count - newest - 1]);
  });
}

}  // namespace emulator

namespace device {

std::uint32_t matrix_address(const void* shared) {
  emulator::check_shared("matrix descriptor", shared, 16, 16);
  return static_cast<std::uint32_t>(static_cast<const std::byte*>(shared) - emulator::here().shared.data());
}

void wgmma_fence() {
  int nothing = 0;
  emulator::collective(emulator::Scope::warp, "wgmma.fence", nothing,
                       [](const emulator::Participants<int>&) { emulator::warp_here().fenced = true; });
}

void wgmma_commit() {
  int nothing = 0;
  emulator::collective(emulator::Scope::warp, "wgmma.commit_group", nothing,
                       [](const emulator::Participants<int>&) {
                         emulator::Warp& warp = emulator::warp_here();
                         warp.groups.push_back(warp.queue.started());
                       });
}

}  // namespace device
}  // namespace tilewright::kernels

#include "tests/kernels/cute/differences.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "tests/kernels/cute/reads.hpp"

namespace tilewright::kernels::conformance {
namespace {

struct Field {
  const char* name;
  int bit;
  int bits;
};

// PTX ISA, "Matrix Descriptor Format".
constexpr Field leading{"leading offset", 16, 14};
constexpr std::array fields{Field{"start address", 0, 14}, leading, Field{"stride offset", 32, 14},
                            Field{"base offset", 49, 3}, Field{"swizzle", 62, 2}};

constexpr std::uint64_t mask(const Field& field) { return ((std::uint64_t{1} << field.bits) - 1) << field.bit; }

/// The products of one warpgroup that are scores, or those that are output.
std::vector<Product> some(const std::vector<Product>& products, bool scores) {
  std::vector<Product> of;
  std::copy_if(products.begin(), products.end(), std::back_inserter(of),
               [&](const Product& product) { return product.a_in_registers != scores; });
  return of;
}

std::string in_product(std::size_t i, const char* operand, const std::string& difference) {
  return difference.empty() ? "" : fmt::format("product {}, {}: {}", i, operand, difference);
}

std::string difference_of_scores(const std::vector<Product>& ours, const SharedMatrices& cute,
                                 std::size_t consumer) {
  const auto steps = static_cast<std::size_t>(cute.q.columns / cute.q.step());
  if (ours.empty() || ours.size() % steps != 0) return fmt::format("{} products of scores", ours.size());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    if (ours[i].n != cute.k.rows || ours[i].b_mn_major) return fmt::format("product {} has another shape", i);
    const std::uint64_t q = cute.q.descriptors[consumer * steps + i % steps];
    std::string found = in_product(i, "Q", difference(ours[i].a, q));
    if (found.empty()) {
      found = in_product(i, "K", difference(ours[i].b, cute.k.descriptors[i % cute.k.descriptors.size()]));
    }
    if (!found.empty()) return found;
  }
  return "";
}

std::string difference_of_output(const std::vector<Product>& ours, const SharedMatrices& cute) {
  if (ours.empty()) return "no products of output";
  const int n = cute.v.mn_major ? cute.v.columns : cute.v.rows;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    if (ours[i].n != n || ours[i].b_mn_major != cute.v.mn_major)
      return fmt::format("product {} has another shape", i);
    const std::uint64_t v = cute.v.descriptors[i % cute.v.descriptors.size()];
    std::string found = in_product(i, "V", difference(ours[i].b, v, cute.v.columns > 64));
    if (!found.empty()) return found;
  }
  return "";
}

/// `address` of (line, place): where CuTe has what was read at [line][place].
template <class Address>
std::string difference_of_reads(const std::vector<int>& reads, int places, const Address& address) {
  for (int i = 0; i < static_cast<int>(reads.size()); ++i) {
    const int expected = address(i / places, i % places);
    const int got = reads[static_cast<std::size_t>(i)];
    if (got != expected) {
      return fmt::format("element {}, {} is read at {}, of CuTe {}", i / places, i % places, got, expected);
    }
  }
  return "";
}

/// The first difference that `of`(copy, part, step, descriptor) finds.
template <class Difference>
std::string of_descriptors(const Canonical& matrix, int parts, int steps, const Difference& of) {
  if (static_cast<int>(matrix.descriptors.size()) != matrix.copies * parts * steps) return "too few descriptors";
  int at = 0;
  for (const std::uint64_t descriptor : matrix.descriptors) {
    std::string found = of(at / steps / parts, at / steps % parts, at % steps, descriptor);
    if (!found.empty()) return fmt::format("descriptor {}: {}", at, found);
    ++at;
  }
  return "";
}

/// By the coordinates of a copy, the element of [heads, tokens, head_dim] at a row and column of its box.
std::int64_t element_of(const Copy& copy, const Tokens& tokens, int head_dim, int row, int column) {
  const auto& [t, h, w] = tokens.tile;
  const std::array<int, 3> at{copy.at[3] + row / (h * w), copy.at[2] + row / w % h, copy.at[1] + row % w};
  std::int64_t token = copy.at[4];
  for (std::size_t i = 0; i < 3; ++i) {
    if (at[i] >= tokens.extent[i]) return outside;
    token = token * tokens.extent[i] + at[i];
  }
  return token * head_dim + copy.at[0] + column;
}

std::string difference_of_copy(const Copy& copy, int stage, int panel, const Tokens& tokens,
                               const Canonical& cute) {
  if (copy.at[0] != panel * cute.panel()) return fmt::format("begins at column {}", copy.at[0]);
  for (std::size_t i = 0; i < 3; ++i) {
    if (copy.at[3 - i] % tokens.tile[i] != 0) return fmt::format("begins within a tile, on axis {}", i);
  }
  std::vector<std::int64_t> expected(static_cast<std::size_t>(all_shared_B / cute.number_B), untouched);
  for (int row = 0; row < cute.rows; ++row) {
    for (int column = 0; column < cute.panel(); ++column) {
      const int address = cute.address(stage, row, panel * cute.panel() + column);
      expected[static_cast<std::size_t>(address / cute.number_B)] =
          element_of(copy, tokens, cute.columns, row, column);
    }
  }
  const std::vector<std::int64_t> got = copied_elements(copy);
  const auto [differs, with] = std::mismatch(got.begin(), got.end(), expected.begin());
  if (differs == got.end()) return "";
  return fmt::format("byte {} has element {}, of CuTe {}", cute.number_B * (differs - got.begin()), *differs,
                     *with);
}

}  // namespace

std::string difference(std::uint64_t ours, std::uint64_t cute, bool leading_is_read) {
  if (!leading_is_read) {
    ours &= ~mask(leading);
    cute &= ~mask(leading);
  }
  if (ours == cute) return "";
  for (const Field& field : fields) {
    const std::uint64_t a = (ours & mask(field)) >> field.bit;
    const std::uint64_t b = (cute & mask(field)) >> field.bit;
    if (a != b) return fmt::format("{} {:#x}, of CuTe {:#x}", field.name, a, b);
  }
  return fmt::format("bits of no field: {:#x}, of CuTe {:#x}", ours, cute);
}

std::string difference(const Recording& ours, const SharedMatrices& cute) {
  const auto consumers = static_cast<std::size_t>(cute.q.rows / 64);
  if (ours.products.size() != consumers + 1 || !ours.products[0].empty()) return "other warpgroups have products";
  for (std::size_t i = 0; i < consumers; ++i) {
    const std::vector<Product>& products = ours.products[i + 1];
    std::string found = difference_of_scores(some(products, true), cute, i);
    if (found.empty()) found = difference_of_output(some(products, false), cute);
    if (!found.empty()) return fmt::format("consumer {}, {}", i, found);
  }
  return "";
}

std::string difference_of_a(const Canonical& matrix) {
  const int step = matrix.step();
  return of_descriptors(
      matrix, matrix.rows / 64, matrix.columns / step, [&](int copy, int part, int at, std::uint64_t descriptor) {
        return difference_of_reads(reads_of_a(descriptor, false, matrix.number_B), step, [&](int row, int k) {
          return matrix.address(copy, part * 64 + row, at * step + k);
        });
      });
}

std::string difference_of_b(const Canonical& matrix) {
  const int step = matrix.step();
  const int n = matrix.mn_major ? matrix.columns : matrix.rows;
  const int steps = (matrix.mn_major ? matrix.rows : matrix.columns) / step;
  return of_descriptors(matrix, 1, steps, [&](int copy, int, int at, std::uint64_t descriptor) {
    return difference_of_reads(reads_of_b(descriptor, n, matrix.mn_major, matrix.number_B), n,
                               [&](int k, int column) {
                                 return matrix.mn_major ? matrix.address(copy, at * step + k, column)
                                                        : matrix.address(copy, column, at * step + k);
                               });
  });
}

std::string difference_of_mn_major_parts(const Canonical& matrix, bool as_a) {
  return of_descriptors(
      matrix, matrix.columns / 64, matrix.rows / 16, [&](int copy, int part, int step, std::uint64_t descriptor) {
        if (as_a) {
          return difference_of_reads(reads_of_a(descriptor, true, matrix.number_B), 16, [&](int row, int k) {
            return matrix.address(copy, step * 16 + k, part * 64 + row);
          });
        }
        return difference_of_reads(reads_of_b(descriptor, 64, true, matrix.number_B), 64, [&](int k, int n) {
          return matrix.address(copy, step * 16 + k, part * 64 + n);
        });
      });
}

std::string difference(const std::vector<Copy>& ours, const Tokens& tokens, const Canonical& cute) {
  if (ours.empty()) return "no copies";
  const int panels = cute.columns / cute.panel();
  for (int i = 0; i < static_cast<int>(ours.size()); ++i) {
    std::string found =
        difference_of_copy(ours[static_cast<std::size_t>(i)], i / panels % cute.copies, i % panels, tokens, cute);
    if (!found.empty()) return fmt::format("copy {} {}", i, found);
  }
  return "";
}

}  // namespace tilewright::kernels::conformance

// The comparisons of this folder see each thing that can be wrong: one at a time is made so.
#include <catch2/catch.hpp>
#include <functional>

#include "tests/kernels/cute/differences.hpp"

namespace tilewright::kernels::conformance {
namespace {

using Catch::Contains;

constexpr Instance instance{"specialized", 128, 128, 128, "bf16"};
constexpr Instance of_bytes{"specialized", 128, 128, 128, "fp8"};
constexpr Tokens queries{{1, 1, 128}, {1, 1, 128}};
constexpr Tokens keys{{1, 1, 300}, {1, 1, 128}};

constexpr std::uint64_t bit(int i) { return std::uint64_t{1} << i; }

const SharedMatrices& cute(const Instance& of = instance) {
  static const SharedMatrices halves = cute_matrices(instance);
  static const SharedMatrices bytes = cute_matrices(of_bytes);
  return of == instance ? halves : bytes;
}

const Recording& recording(const Instance& of = instance) {
  static const Recording halves = record(instance, queries, keys);
  static const Recording bytes = record(of_bytes, queries, keys);
  return of == instance ? halves : bytes;
}

/// The difference from CuTe of a map that is right but for what `spoil` does.
std::string map_difference(const std::function<void(MapCall&)>& spoil) {
  alignas(16) static const std::byte tensor[16]{};
  const MapCall right = cute_map(instance, Operand::k, keys, tensor, 3);
  MapCall wrong = right;
  spoil(wrong);
  return difference(wrong, right);
}

/// The difference of the copies of K, all but the third being right.
std::string copy_difference(const std::function<void(Copy&)>& spoil) {
  std::vector<Copy> copies(recording().k.begin(), recording().k.begin() + 4);
  spoil(copies[2]);
  return difference(copies, keys, cute().k);
}

/// The differences of what is read by a descriptor of each matrix in which `changed` bits are others.
std::vector<std::string> read_differences(const Instance& from, std::uint64_t changed) {
  SharedMatrices of = cute(from);
  for (Canonical* const matrix : {&of.q, &of.k, &of.v}) matrix->descriptors[1] ^= changed;
  return {difference_of_a(of.q), difference_of_b(of.k), difference_of_b(of.v)};
}

}  // namespace

TEST_CASE("every bit of a descriptor is compared, and its field named") {
  const std::uint64_t right = cute().v.descriptors[0];
  const auto field = [](int i) {
    if (i < 14) return "start address";
    if (i >= 16 && i < 30) return "leading offset";
    if (i >= 32 && i < 46) return "stride offset";
    if (i >= 49 && i < 52) return "base offset";
    return i < 62 ? "bits of no field" : "swizzle";
  };
  for (int i = 0; i < 64; ++i) CHECK_THAT(difference(right ^ bit(i), right), Contains(field(i)));
  CHECK(difference(right ^ bit(16), right, false) == "");
  CHECK_THAT(difference(right ^ bit(32), right, false), Contains("stride offset"));
}

TEST_CASE("of every operand, a wrong step of any product is found") {
  const Instance& of = GENERATE(instance, of_bytes);
  for (std::size_t consumer = 1; consumer <= 2; ++consumer) {
    for (const std::size_t i : {0, 1, 7, 8, 15}) {
      Recording wrong = recording(of);
      Product& product = wrong.products[consumer][i];
      product.b += 2;
      CHECK_THAT(difference(wrong, cute(of)), Contains("start address"));
      product = recording(of).products[consumer][i];
      if (product.a_in_registers) continue;
      product.a += 0x400;
      CHECK_THAT(difference(wrong, cute(of)), Contains("Q: start address"));
    }
  }
  Recording wrong = recording(of);
  std::swap(wrong.products[1], wrong.products[2]);
  CHECK_THAT(difference(wrong, cute(of)), Contains("consumer 0, product 0, Q: start address"));
}

TEST_CASE("a map with anything wrong is found") {
  CHECK(map_difference([](MapCall&) {}) == "");
  CHECK_THAT(map_difference([](MapCall& map) { ++map.type; }), Contains("type"));
  CHECK_THAT(map_difference([](MapCall& map) { map.base = nullptr; }), Contains("address"));
  CHECK_THAT(map_difference([](MapCall& map) { ++map.interleave; }), Contains("interleave"));
  CHECK_THAT(map_difference([](MapCall& map) { --map.swizzle; }), Contains("swizzle"));
  CHECK_THAT(map_difference([](MapCall& map) { ++map.fill; }), Contains("fill"));
  CHECK_THAT(map_difference([](MapCall& map) { map.axes.pop_back(); }), Contains("rank"));
  for (std::size_t i = 0; i < 3; ++i) {
    const std::string axis = "of axis " + std::to_string(i);
    CHECK_THAT(map_difference([&](MapCall& map) { ++map.axes[i].size; }), Contains("size") && Contains(axis));
    CHECK_THAT(map_difference([&](MapCall& map) { map.axes[i].stride_B += 16; }),
               Contains("stride") && Contains(axis));
    CHECK_THAT(map_difference([&](MapCall& map) { map.axes[i].box *= 2; }), Contains("box") && Contains(axis));
    CHECK_THAT(map_difference([&](MapCall& map) { ++map.axes[i].step; }), Contains("step") && Contains(axis));
  }
}

TEST_CASE("a copy of V in bytes to where it is read after it was transposed is found") {
  CHECK(difference(recording(of_bytes).v, keys, cute(of_bytes).brought_v) == "");
  CHECK_THAT(difference(recording(of_bytes).v, keys, cute(of_bytes).v), Contains("copy 0"));
}

TEST_CASE("a copy from or to another place is found") {
  CHECK(copy_difference([](Copy&) {}) == "");
  CHECK_THAT(copy_difference([](Copy& copy) { copy.to += 1024; }), Contains("copy 2"));
  CHECK_THAT(copy_difference([](Copy& copy) { copy.at[0] += 8; }), Contains("copy 2 begins at column 8"));
  CHECK_THAT(copy_difference([](Copy& copy) { ++copy.at[1]; }), Contains("copy 2 begins within a tile, on axis 2"));
  CHECK_THAT(copy_difference([](Copy& copy) { --copy.shape.box[1]; }), Contains("copy 2"));
  CHECK_THAT(copy_difference([](Copy& copy) { copy.shape.box[2] = 2; }), Contains("copy 2"));
  CHECK_THAT(copy_difference([](Copy& copy) { copy.shape.size[1] = 200; }), Contains("copy 2"));
  CHECK_THAT(copy_difference([](Copy& copy) { copy.shape.stride_B[1] = 128; }), Contains("copy 2"));
}

TEST_CASE("what the emulator reads shows every field that says where") {
  for (const Instance& of : {instance, of_bytes}) {
    CHECK(read_differences(of, 0) == std::vector<std::string>{"", "", ""});
    for (const int i : {0, 1, 2, 3, 6, 32, 37}) {  // start and stride
      for (const std::string& found : read_differences(of, bit(i))) CHECK_THAT(found, Contains("descriptor 1"));
    }
    const std::vector<std::string> leading = read_differences(of, bit(20));
    CHECK(leading[0] + leading[1] == "");  // not read of K-major matrices
    if (of == instance) {
      CHECK_THAT(leading[2], Contains("descriptor 1: element 0, 64"));
    } else {
      CHECK(leading[2] == "");
    }
    for (const int i : {49, 51, 62, 63}) {
      CHECK_THROWS_WITH(read_differences(of, bit(i)), Contains("the emulator knows"));
    }
  }
}

}  // namespace tilewright::kernels::conformance

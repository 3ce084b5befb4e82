#include "kernels/reference/inputs.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>

namespace tilewright::kernels::TEST_FILE {

using namespace tilewright::kernels::reference;

namespace {

constexpr std::uint64_t count = 1 << 20;

/// Means over many elements miss by about 1 / sqrt(count) = 0.001.
constexpr double margin = 0.004;

double mean(const std::function<double(std::uint64_t)>& value) {
  double sum = 0;
  for (std::uint64_t i = 0; i < count; ++i) sum += value(i);
  return sum / count;
}

float value(std::uint64_t seed, Input tensor, std::uint64_t i) { return normal(random_bits(seed, tensor, i)); }

double correlation(std::uint64_t seed, Input tensor, std::uint64_t shift) {
  return mean([&](std::uint64_t i) { return value(1, Input::q, i) * value(seed, tensor, i + shift); });
}

}  // namespace

TEST_CASE("inputs have mean 0, variance 1 and the tails of a sum of four uniform numbers") {
  for (const Input tensor : {Input::q, Input::k, Input::v, Input::grad_o}) {
    CHECK(std::abs(mean([&](std::uint64_t i) { return value(7, tensor, i); })) < margin);
    CHECK(mean([&](std::uint64_t i) { return std::pow(value(7, tensor, i), 2); }) == Approx(1).margin(margin));
    CHECK(std::abs(mean([&](std::uint64_t i) { return std::pow(value(7, tensor, i), 3); })) < 4 * margin);
    CHECK(mean([&](std::uint64_t i) { return std::pow(value(7, tensor, i), 4); }) ==
          Approx(2.7).margin(8 * margin));
  }
}

TEST_CASE("inputs are symmetric, and bounded") {
  CHECK(normal(0) == -normal(~std::uint64_t{0}));
  CHECK(normal(~std::uint64_t{0}) == Approx(3.46405).margin(1e-5));
  CHECK(normal(0xffffffffu) == 0);
}

TEST_CASE("neighbours, tensors and seeds are not correlated") {
  for (const std::uint64_t shift : {1, 2, 64, 128, 65536})
    CHECK(std::abs(correlation(1, Input::q, shift)) < margin);
  for (const std::uint64_t shift : {0, 1}) {
    CHECK(std::abs(correlation(1, Input::k, shift)) < margin);
    CHECK(std::abs(correlation(1, Input::v, shift)) < margin);
    CHECK(std::abs(correlation(2, Input::q, shift)) < margin);
  }
  CHECK(correlation(1, Input::q, 0) == Approx(1).margin(margin));
}

TEST_CASE("every bit of the generator is a fair coin, next elements differ in half of them") {
  int ones[64] = {};
  double changes = 0;
  for (std::uint64_t i = 0; i < 4096; ++i) {
    const std::uint64_t bits = random_bits(3, Input::v, i);
    for (int bit = 0; bit < 64; ++bit) ones[bit] += static_cast<int>(bits >> bit & 1);
    changes += __builtin_popcountll(bits ^ random_bits(3, Input::v, i + 1));
  }
  for (const int each : ones) CHECK(std::abs(each - 2048) < 160);
  CHECK(changes / 4096 == Approx(32).margin(0.4));
}

// SplitMix64 from state 0 gives mix(1 * increment), mix(2 * increment): the first numbers as published with its
// reference implementation (Vigna, splitmix64.c).
TEST_CASE("the generator is SplitMix64") {
  CHECK(mix(0x9e3779b97f4a7c15u) == 0xe220a8397b1dcdafu);
  CHECK(mix(2 * 0x9e3779b97f4a7c15u) == 0x6e789e6aa1b965f4u);
}

// tests/tools/test_peers_torch.py has the same numbers: results of different programs are of the same inputs.
TEST_CASE("inputs stay what they are") {
  CHECK(random_bits(1, Input::q, 0) == 0x528bbb6dbfaaa791u);
  CHECK(random_bits(12345, Input::v, 1u << 30) == 0xcc44b4026b4ec787u);
  CHECK(input<device::bf16>(1, Input::q, 0).bits == 16203);
  CHECK(input<device::fp16>(1, Input::k, 5).bits == 44248);
}

TEST_CASE("inputs are rounded to their type") {
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const float exact = value(9, Input::k, i);
    CHECK(device::to_float(input<device::bf16>(9, Input::k, i)) == Approx(exact).epsilon(1.0 / 256));
    CHECK(device::to_float(input<device::fp16>(9, Input::k, i)) == Approx(exact).epsilon(1.0 / 2048));
  }
}

}  // namespace tilewright::kernels::TEST_FILE

#include "kernels/attention/softmax.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <vector>

#include "tests/kernels/emulator/support.hpp"

namespace tilewright::kernels::TEST_FILE {

using device::negative_infinity;
using test::run;

namespace {

constexpr int tiles = 2;  // of 8 keys
constexpr float scale = 0.5F;

/// score(row, key), over all keys.
using Scores = std::function<float(int, int)>;

float value_of(int key) { return static_cast<float>(key % 5 + 1); }

/// Output and log-sum-exp of a row over `keys` keys.
struct Expected {
  double output = 0;
  double lse = -INFINITY;

  Expected(const Scores& score, int row, int keys) {
    double highest = -INFINITY;
    for (int key = 0; key < keys; ++key) highest = std::max<double>(highest, scale * score(row, key));
    if (highest == -INFINITY) return;
    double sum = 0;
    for (int key = 0; key < keys; ++key) {
      const double weight = std::exp(scale * score(row, key) - highest);
      sum += weight;
      output += weight * value_of(key);
    }
    output /= sum;
    lse = highest + std::log(sum);
  }
};

/// What the product of the weights with one column of values would add to output of the lane's rows.
void add_values(const float (&weights)[1][tiles][4], int first_key, float (&output)[1][1][4]) {
  for (int half = 0; half < 2; ++half) {
    float sum = 0;
    for (int j = 0; j < tiles; ++j) {
      for (int e = 0; e < 2; ++e) {
        sum += weights[0][j][2 * half + e] * value_of(first_key + 8 * j + device::lane() % 4 * 2 + e);
      }
    }
    sum += device::shuffle_xor(sum, 1);
    sum += device::shuffle_xor(sum, 2);
    output[0][0][2 * half] += sum;
    output[0][0][2 * half + 1] += sum;
  }
}

void check(const Scores& score, int keys) {
  Softmax<1> softmax(scale, 0);
  float output[1][1][4] = {};
  for (int first = 0; first < keys; first += 8 * tiles) {
    float scores[1][tiles][4];
    for (int j = 0; j < tiles; ++j) {
      for (int part = 0; part < 4; ++part) {
        scores[0][j][part] =
            score(device::lane() / 4 + part / 2 * 8, first + 8 * j + device::lane() % 4 * 2 + part % 2);
      }
    }
    softmax.weigh(scores, output);
    add_values(scores, first, output);
  }
  softmax.finish(output);
  for (int half = 0; half < 2; ++half) {
    const Expected expected(score, device::lane() / 4 + 8 * half, keys);
    CHECK(output[0][0][2 * half] == Approx(expected.output).epsilon(1e-5));
    CHECK(output[0][0][2 * half + 1] == output[0][0][2 * half]);
    const float lse = softmax.lse(0, half);
    CHECK((lse == expected.lse || std::abs(lse - expected.lse) < 1e-5 * (1 + std::abs(expected.lse))));
  }
}

void check_all(const Scores& score, int keys) {
  run(32, [&](std::byte*) { check(score, keys); });
}

}  // namespace

TEST_CASE("scores that fall, grow a little, or grow beyond the slack") {
  check_all([](int row, int key) { return static_cast<float>(row - key); }, 64);
  check_all([](int row, int key) { return 0.2F * static_cast<float>(row + key % 7 + key / 16); }, 64);
  check_all([](int row, int key) { return static_cast<float>((row + 3) * key); }, 64);
}

TEST_CASE("only some rows of a warp grow") {
  check_all([](int row, int key) { return row == 5 ? static_cast<float>(20 * key) : 1.0F; }, 48);
}

TEST_CASE("rows without a key at first, at last, or at all") {
  check_all([](int row, int key) { return key < 4 * row - 8 ? negative_infinity : static_cast<float>(key % 3); },
            48);
  check_all([](int, int key) { return key >= 16 ? negative_infinity : static_cast<float>(key % 3); }, 48);
  check_all([](int, int) { return negative_infinity; }, 32);
}

TEST_CASE("scores far below zero, and so far apart that weights vanish") {
  check_all([](int row, int key) { return -1e6F - static_cast<float>(row + key % 3); }, 32);
  check_all([](int row, int key) { return key == 20 ? 1e8F : -1e8F * static_cast<float>(row + 1); }, 32);
}

}  // namespace tilewright::kernels::TEST_FILE

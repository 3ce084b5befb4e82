#include "kernels/attention/warp_product.hpp"

#include <catch2/catch.hpp>

#include "kernels/device/synchronize.hpp"
#include "tests/kernels/emulator/support.hpp"

namespace tilewright::kernels::TEST_FILE {

using device::bf16;
using test::run;

namespace {

constexpr int columns = 64;
constexpr int rows = 32;
constexpr int keys = 32;
using Tile = SharedTile<columns>;

// Small whole numbers, so that sums are exact in any order.
int left_at(int row, int k) { return (5 * row + 3 * k) % 7 - 3; }
int right_at(int row, int column) { return (4 * row + 9 * column) % 11 - 5; }

void fill(std::byte* tile, int (*number)(int, int)) {
  const int row = device::lane();
  for (int vector = 0; vector < Tile::vectors; ++vector) {
    for (int pair = 0; pair < 4; ++pair) {
      const int column = 8 * vector + 2 * pair;
      device::store4(tile + Tile::offset(row, vector) + 4 * pair,
                     device::pack2<bf16>(static_cast<float>(number(row, column)),
                                         static_cast<float>(number(row, column + 1))));
    }
  }
}

int row_of(int i, int part) { return 16 * i + device::lane() / 4 + part / 2 * 8; }
int column_of(int j, int part) { return 8 * j + device::lane() % 4 * 2 + part % 2; }

template <bool InRegisters>
void check_scores(std::byte* shared) {
  fill(shared, left_at);
  fill(shared + Tile::bytes(rows), right_at);
  device::sync_warp();
  const QueryOperand<2, columns, InRegisters> queries(shared);
  Accumulators<2, keys> scores;
  multiply_queries_keys<bf16>(scores, queries, shared + Tile::bytes(rows));
  int wrong = 0;
  for (int i = 0; i < 2; ++i) {
    for (int j = 0; j < keys / 8; ++j) {
      for (int part = 0; part < 4; ++part) {
        int sum = 0;
        for (int k = 0; k < columns; ++k) sum += left_at(row_of(i, part), k) * right_at(column_of(j, part), k);
        wrong += scores[i][j][part] != static_cast<float>(sum);
      }
    }
  }
  CHECK(wrong == 0);
}

void check_output(std::byte* shared) {
  fill(shared, right_at);
  device::sync_warp();
  Accumulators<2, keys> weights;
  Accumulators<2, columns> output;
  for (int i = 0; i < 2; ++i) {
    for (int part = 0; part < 4; ++part) {
      for (int j = 0; j < keys / 8; ++j) {
        weights[i][j][part] = static_cast<float>(left_at(row_of(i, part), column_of(j, part)));
      }
      for (int j = 0; j < columns / 8; ++j) output[i][j][part] = 1000;
    }
  }
  WeightOperand<2, keys> operand;
  round_weights<bf16>(weights, operand);
  multiply_weights_values<bf16>(output, operand, shared);
  int wrong = 0;
  for (int i = 0; i < 2; ++i) {
    for (int j = 0; j < columns / 8; ++j) {
      for (int part = 0; part < 4; ++part) {
        int sum = 1000;
        for (int k = 0; k < keys; ++k) sum += left_at(row_of(i, part), k) * right_at(k, column_of(j, part));
        wrong += output[i][j][part] != static_cast<float>(sum);
      }
    }
  }
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("a warp multiplies queries and keys") {
  run(32, check_scores<true>);
  run(32, check_scores<false>);
}

TEST_CASE("a warp adds weights times values to its output") { run(32, check_output); }

}  // namespace tilewright::kernels::TEST_FILE

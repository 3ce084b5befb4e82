#include "kernels/micro/stream.hpp"

#include <catch2/catch.hpp>
#include <numeric>
#include <vector>

#include "kernels/emulator/emulate.hpp"

namespace tilewright::kernels::TEST_FILE {

namespace {

constexpr int blocks = 2;
constexpr std::int64_t vectors = 3 * stream_step(blocks);

using Buffer = std::vector<device::Vec16>;

Buffer buffer() { return Buffer(static_cast<std::size_t>(vectors)); }

std::uint32_t sum_of(const Buffer& buffer) {
  std::uint32_t sum = 0;
  for (const device::Vec16& vector : buffer) sum += word_sum(vector);
  return sum;
}

Buffer written(std::uint32_t salt) {
  Buffer data = buffer();
  emulate<StreamWrite>({blocks}, {data.data(), vectors, salt});
  return data;
}

}  // namespace

TEST_CASE("writing fills every word with the pattern") {
  const Buffer data = written(7);
  bool right = true;
  for (std::int64_t vector = 0; vector < vectors; ++vector) {
    for (std::int64_t word = 0; word < 4; ++word) {
      right = right && data[static_cast<std::size_t>(vector)].w[word] == pattern_word(4 * vector + word, 7);
    }
  }
  CHECK(right);
}

TEST_CASE("reading adds up every word once a pass") {
  const Buffer data = written(3);
  std::vector<std::uint32_t> sums(blocks * stream_threads);
  emulate<StreamRead>({blocks}, {data.data(), vectors, 5, sums.data()});
  CHECK(std::accumulate(sums.begin(), sums.end(), 0U) == 5 * pattern_sum(4 * vectors, 3));
}

TEST_CASE("copying copies all") {
  const Buffer from = written(1);
  Buffer to = buffer();
  emulate<StreamCopy>({blocks}, {from.data(), to.data(), vectors});
  CHECK(sum_of(to) == pattern_sum(4 * vectors, 1));
  CHECK(to.back().w[3] == from.back().w[3]);
}

}  // namespace tilewright::kernels::TEST_FILE

#include "kernels/runner/catalogue.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "kernels/micro/micro.hpp"
#include "kernels/plan/csv.hpp"
#include "kernels/runner/outcome.hpp"
#include "tests/kernels/runner/support.hpp"

using namespace tilewright::kernels;
using namespace tilewright;
using namespace tilewright::kernels::runner;

namespace {

plan::Row point_of(const std::string& kernel, const std::string& dtype, const std::string& shape) {
  return read_one("p,g," + kernel + "," + dtype + "," + shape + ",0,0,warm,0,1,0\n");
}

/// head_dim, and tiles of three axes.
std::string video(const std::string& head_dim, const std::string& q_tile, const std::string& kv_tile) {
  return "1,1,1," + head_dim + ",8x16x16,8x16x16,dense,," + q_tile + "," + kv_tile;
}

std::string refusal(const plan::Row& point, int capability) {
  try {
    compiled_for(point, capability);
  } catch (const Unsupported& problem) {
    return problem.what();
  }
  return "no refusal";
}

}  // namespace

TEST_CASE("a point finds the entry of its kernel, by the products of its tiles") {
  const Compiled& of = compiled_for(point_of("attention,pipelined", "bf16", video("128", "2x8x8", "4x4x4")), 90);
  CHECK(of.kernel == "pipelined");
  CHECK(of.head_dim == 128);
  CHECK(of.q_tile == 128);
  CHECK(of.kv_tile == 64);
  CHECK(of.needs == "sm_80");
}

TEST_CASE("kernels with tiles of their own take any") {
  for (const char* kernel : {"decode,split-kv", "decode,stream-k", "linear,chunked", "permute,unpermute"}) {
    CHECK(compiled_for(point_of(kernel, "bf16", "1,1,1,64,1,512,dense,,,"), 80).head_dim == 64);
  }
}

TEST_CASE("a microbenchmark is found by its name") {
  const plan::Row point = read_one("p,g,micro,hbm-read,,,,,,,,,,,,,,flush,0,1,0\n");
  CHECK(compiled_for(point, 80).unit == "B/s");
}

TEST_CASE("what is not compiled is refused with the nearest entries") {
  CHECK(refusal(point_of("attention,pipelined", "bf16", video("96", "2x8x8", "2x8x8")), 90) ==
        "pipelined bf16 D=96 tiles 128/128 is not compiled; nearest: pipelined bf16 D=128 tiles 128/128, "
        "pipelined bf16 D=64 tiles 128/128, pipelined bf16 D=128 tiles 64/128");
  CHECK(refusal(point_of("attention,naive", "fp16", video("64", "4x4x4", "4x4x4")), 90)
            .rfind("naive fp16 D=64 tiles 64/64 is not compiled; nearest: naive bf16 D=64 tiles 64/64, ", 0) == 0);
  CHECK(refusal(point_of("attention,fastest", "bf16", video("64", "4x4x4", "4x4x4")), 90) ==
        "fastest bf16 D=64 tiles 64/64 is not compiled; --list names the kernels");
  CHECK(refusal(point_of("attention,pipelined", "bf16", "1,1,1,128,512,512,dense,,,"), 90)
            .rfind("pipelined bf16 D=128 is not compiled; nearest: pipelined bf16 D=128 tiles ", 0) == 0);
}

TEST_CASE("an instance for one architecture runs there alone") {
  const plan::Row point = point_of("attention,specialized", "bf16", video("128", "2x8x8", "2x8x8"));
  CHECK(compiled_for(point, 90).needs == "sm_90a");
  CHECK(refusal(point, 80) == "specialized needs sm_90a; this device is sm_80");
  CHECK(refusal(point, 100) == "specialized needs sm_90a; this device is sm_100");
  CHECK(compiled_for(point_of("decode,split-kv", "fp16", "1,1,1,64,1,512,dense,,,"), 120).dtype == "fp16");
}

TEST_CASE("the list has every entry once") {
  const auto rows = plan::read_csv(catalogue_csv(), "list");
  CHECK(rows.size() == catalogue().size() + 1);
  std::set<std::vector<std::string>> seen;
  for (const plan::CsvRow& row : rows) CHECK(seen.insert({row.cells.begin(), row.cells.begin() + 6}).second);
}

TEST_CASE("every microbenchmark says what it means and what it fills") {
  CHECK(micros().size() == 17);
  for (const Micro& of : micros()) {
    CHECK_FALSE(of.unit.empty());
    CHECK_FALSE(of.meaning.empty());
    CHECK_FALSE(of.fills.empty());
  }
}

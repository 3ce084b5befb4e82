#include "kernels/runner/catalogue.hpp"

#include <catch2/catch.hpp>

#include "kernels/plan/csv.hpp"
#include "kernels/runner/outcome.hpp"
#include "tests/kernels/runner/support.hpp"

namespace tilewright::kernels::TEST_FILE {

using namespace tilewright::kernels::runner;

namespace {

Compiled attention(const std::string& kernel, const std::string& dtype, int head_dim, int q_tile, int kv_tile) {
  return {"attention", kernel, dtype, head_dim, q_tile, kv_tile};
}

/// Of a runner that is made up.
const std::vector<Compiled>& made_up() {
  static const std::vector<Compiled> all = [] {
    std::vector<Compiled> entries{
        attention("pipelined", "bf16", 128, 64, 128),  attention("pipelined", "bf16", 64, 128, 128),
        attention("pipelined", "bf16", 128, 128, 128), attention("pipelined", "bf16", 128, 128, 64),
        attention("naive", "bf16", 64, 64, 64),        attention("specialized", "bf16", 128, 128, 128)};
    entries.back().needs = "sm_90a";
    for (const char* kernel : {"split-kv", "stream-k"})
      for (const char* dtype : {"bf16", "fp16"}) entries.push_back({"decode", kernel, dtype, 64});
    Compiled micro{"micro", "hbm-read"};
    micro.unit = "B/s";
    micro.about = "bytes, \"read\"";
    entries.push_back(micro);
    return entries;
  }();
  return all;
}

plan::Row point_of(const std::string& kernel, const std::string& dtype, const std::string& shape) {
  return read_one("p,g," + kernel + "," + dtype + "," + shape + ",0,0,warm,0,1,0\n");
}

/// head_dim, and tiles of three axes.
std::string video(const std::string& head_dim, const std::string& q_tile, const std::string& kv_tile) {
  return "1,1,1," + head_dim + ",8x16x16,8x16x16,dense,," + q_tile + "," + kv_tile;
}

std::string refusal(const plan::Row& point, int capability) {
  try {
    compiled_for(point, made_up(), capability);
  } catch (const Unsupported& problem) {
    return problem.what();
  }
  return "no refusal";
}

}  // namespace

TEST_CASE("splits of keys are refused but in decoding") {
  plan::Row point = point_of("attention,pipelined", "bf16", "1,1,1,64,256,256,dense,,128,128");
  CHECK(compiled_for(point, made_up(), 80).kernel == "pipelined");
  point.splits = 3;
  CHECK_THROWS_WITH(compiled_for(point, made_up(), 80), "keys are split in decoding alone");
  plan::Row decode = point_of("decode,split-kv", "bf16", "1,1,1,64,1,512,dense,,,");
  decode.splits = 3;
  CHECK(compiled_for(decode, made_up(), 80).kernel == "split-kv");
}

TEST_CASE("a point finds the entry of its kernel, by the products of its tiles") {
  const Compiled& of =
      compiled_for(point_of("attention,pipelined", "bf16", video("128", "2x8x8", "4x4x4")), made_up(), 90);
  CHECK(of.kernel == "pipelined");
  CHECK(of.head_dim == 128);
  CHECK(of.q_tile == 128);
  CHECK(of.kv_tile == 64);
  CHECK(of.needs == "sm_80");
}

TEST_CASE("kernels with tiles of their own take any") {
  for (const char* kernel : {"decode,split-kv", "decode,stream-k"}) {
    CHECK(compiled_for(point_of(kernel, "bf16", "1,1,1,64,1,512,dense,,,"), made_up(), 80).head_dim == 64);
  }
}

TEST_CASE("a microbenchmark is found by its name") {
  const plan::Row point = read_one("p,g,micro,hbm-read,,,,,,,,,,,,,,flush,0,1,0\n");
  CHECK(compiled_for(point, made_up(), 80).unit == "B/s");
}

TEST_CASE("what is not compiled is refused with the nearest entries") {
  CHECK(refusal(point_of("attention,pipelined", "bf16", video("96", "2x8x8", "2x8x8")), 90) ==
        "pipelined bf16 D=96 tiles 128/128 is not compiled; nearest: pipelined bf16 D=128 tiles 128/128, "
        "pipelined bf16 D=64 tiles 128/128, pipelined bf16 D=128 tiles 64/128");
  CHECK(refusal(point_of("attention,naive", "fp16", video("64", "4x4x4", "4x4x4")), 90) ==
        "naive fp16 D=64 tiles 64/64 is not compiled; nearest: naive bf16 D=64 tiles 64/64");
  CHECK(refusal(point_of("attention,pipelined", "bf16", "1,1,1,128,512,512,dense,,,"), 90)
            .rfind("pipelined bf16 D=128 is not compiled; nearest: pipelined bf16 D=128 tiles ", 0) == 0);
}

TEST_CASE("an instance for one architecture runs there alone") {
  const plan::Row point = point_of("attention,specialized", "bf16", video("128", "2x8x8", "2x8x8"));
  CHECK(compiled_for(point, made_up(), 90).needs == "sm_90a");
  CHECK(refusal(point, 80) == "specialized needs sm_90a; this device is sm_80");
  CHECK(refusal(point, 100) == "specialized needs sm_90a; this device is sm_100");
  CHECK(compiled_for(point_of("decode,split-kv", "fp16", "1,1,1,64,1,512,dense,,,"), made_up(), 120).dtype ==
        "fp16");
}

TEST_CASE("a kernel that is none is refused with the nearest of its operation, or all of them") {
  const std::string shape = video("64", "4x4x4", "4x4x4");
  CHECK(refusal(point_of("attention,piplined", "bf16", shape), 90) ==
        "attention has no kernel 'piplined'; did you mean 'pipelined'?");
  CHECK(refusal(point_of("attention,fastest", "bf16", shape), 90) ==
        "attention has no kernel 'fastest'; known: pipelined, naive, specialized");
}

TEST_CASE("the list is CSV, a line an entry") {
  const auto rows = plan::read_csv(catalogue_csv(made_up()), "list");
  CHECK(rows.size() == made_up().size() + 1);
  CHECK(rows.at(1).cells ==
        std::vector<std::string>{"attention", "pipelined", "bf16", "128", "64", "128", "sm_80", "", ""});
  CHECK(rows.back().cells ==
        std::vector<std::string>{"micro", "hbm-read", "", "", "", "", "sm_80", "B/s", "bytes, \"read\""});
}

}  // namespace tilewright::kernels::TEST_FILE

#include <string>

#include <catch2/catch.hpp>

#include "mappings/sized_tree.hpp"
#include "tests/common/messages.hpp"
#include "tests/mappings/model.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::string error(const Cascade& cascade, const std::string& nest) {
  const Model model(cascade, small_arch("instances: 64, "), mapping_text(nest),
                    {{"M", 8}, {"K", 6}, {"N", 4}, {"L", 2}});
  const Flat flat(model);
  return message_of([&] {
    const Misfit misfit = check_coverage(model.cascade, model.arch, flat.sized);
    if (misfit) refuse(misfit, model.cascade, model.arch, model.mapping);
  });
}

std::string product_error(const std::string& loops) {
  return error(product_cascade(), "[keep: {DRAM: [A, B, Z]}, " + loops + ", {compute: Z, on: vector}]");
}

/// T and U share the loops of `above`, then T is at L2; `home` is "" or "T, " if DRAM has it too.
std::string chain_error(const std::string& above, const std::string& T, const std::string& U,
                        const std::string& home = "") {
  return error(chain_cascade(), "[keep: {DRAM: [" + home + "A, B, C, U]}, " + above +
                                    ", keep: {L2: [T]}, {each: [[" + T + ", {compute: T, on: array}], [" + U +
                                    ", {compute: U, on: array}]]}]");
}

}  // namespace

TEST_CASE("loops that cover every rank once pass") {
  CHECK(product_error("for: [m: 4, n: N, k: K, m: 2]") == "no error");
  CHECK(product_error("spatial: [m: M], for: [n: N, k: K]") == "no error");
}

TEST_CASE("loops that do not cover a rank, or do it twice, are refused") {
  CHECK(product_error("for: [m: 4, n: N, k: K]") ==
        "m.yaml:7:74: mapping.groups[0].nest[2].compute: the loops of Z cover 4 of M = 8");
  CHECK(product_error("for: [m: M, n: N]") ==
        "m.yaml:7:68: mapping.groups[0].nest[2].compute: the loops of Z cover 1 of K = 6");
  CHECK(product_error("for: [m: M, n: N, k: K], spatial: [k: 2]") ==
        "m.yaml:7:91: mapping.groups[0].nest[3].compute: the loops of Z cover 12 of K = 6");
}

TEST_CASE("the last tile of a rank may be smaller") {
  CHECK(product_error("for: [m: 3, n: N, k: K, m: 3]") == "no error");
  CHECK(product_error("for: [m: 3, n: 2], spatial: [m: 3, n: 2], for: [k: 2, k: 4]") == "no error");
}

TEST_CASE("iterations beyond the end of a rank are refused") {
  CHECK(product_error("for: [m: 4, n: N, k: K, m: 3]") ==
        "m.yaml:7:80: mapping.groups[0].nest[2].compute: the loops of Z cover 12 of M = 8");
  CHECK(product_error("for: [m: 1, n: N, k: K, m: 9]") ==
        "m.yaml:7:80: mapping.groups[0].nest[2].compute: the loops of Z cover 9 of M = 8");
}

TEST_CASE("Einsums below one loop have the same tiles of it") {
  CHECK(chain_error("for: [m: 2]", "for: [m: 4, n: N, k: K]", "for: [m: 4, n: 2, n: 3, l: L]") == "no error");
  CHECK(
      chain_error("for: [m: 2]", "for: [m: 4, n: N, k: K]", "for: [m: 5, n: N, l: L]") ==
      "m.yaml:7:168: mapping.groups[0].nest[3].each[1][1].compute: U has tiles of 5 of M below a loop below which "
      "another Einsum has tiles of 4");
}

TEST_CASE("more lanes than the unit has are refused") {
  CHECK(product_error("spatial: [m: M, n: N], for: [k: K]") ==
        "m.yaml:7:85: mapping.groups[0].nest[3].compute: Z spreads over 32 lanes; 'vector' has 8");
}

TEST_CASE("a tile that is handed over may wait for loops inside it and for its own tiles") {
  CHECK(chain_error("for: [m: M, n: N]", "for: [k: K]", "for: [l: L]") == "no error");
  CHECK(chain_error("for: [m: M], spatial: [n: N]", "for: [k: K]", "for: [l: L]") == "no error");
  CHECK(chain_error("for: [m: M, l: L]", "for: [n: N, k: K]", "for: [n: N]") == "no error");
  CHECK(chain_error("for: [k: K, m: M]", "for: [n: N]", "for: [n: N, l: L]", "T, ") == "no error");
  CHECK(chain_error("for: [l: L, m: 1]", "for: [m: M, n: N, k: K]", "for: [m: M, n: N]") == "no error");
}

TEST_CASE("a tile that has gone when it is wanted again is refused") {
  CHECK(chain_error("for: [l: L, m: M]", "for: [n: N, k: K]", "for: [n: N]") ==
        "m.yaml:7:72: mapping.groups[0].nest[2].keep.L2: 'T' is written and read below, but its tile has gone when "
        "the loop over l comes again");
  CHECK(chain_error("for: [l: L, m: M]", "for: [n: N, k: K]", "for: [n: N]", "T, ") ==
        "m.yaml:7:75: mapping.groups[0].nest[2].keep.L2: 'T' is written and read below, but its tile has gone when "
        "the loop over l comes again");
  CHECK(chain_error("for: [k: K, m: M]", "for: [n: N]", "for: [n: N, l: L]") ==
        "m.yaml:7:72: mapping.groups[0].nest[2].keep.L2: 'T' is written and read below, but its tile has gone when "
        "the loop over k comes again");
}

TEST_CASE("a tile that other instances want than make it is refused") {
  CHECK(chain_error("spatial: [l: L], for: [m: M]", "for: [n: N, k: K]", "for: [n: N]") ==
        "m.yaml:7:83: mapping.groups[0].nest[3].keep.L2: 'T' is written and read below, but not by the same "
        "instances over l");
  CHECK(chain_error("spatial: [k: K], for: [m: M]", "for: [n: N]", "for: [n: N, l: L]", "T, ") ==
        "m.yaml:7:86: mapping.groups[0].nest[3].keep.L2: 'T' is written and read below, but not by the same "
        "instances over k");
}

}  // namespace tilewright::test::TEST_FILE

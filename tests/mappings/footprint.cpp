#include "mappings/footprint.hpp"

#include <string>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/mappings/model.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

ByLevel<Footprint> need(Model model, const ByTensor<double>& element_B) {
  model.element_B = element_B;
  ByLevel<Footprint> result;
  const Flat flat(model);
  const Misfit misfit = Footprints(model.arch, model.mapping.overbooked).count(flat.sized, result);
  if (misfit) refuse(misfit, model.cascade, model.arch, model.mapping, &flat.sized);
  return result;
}

/// M = 8, K = 6, N = 4; elements of A, B, Z take 1, 2, 4 bytes.
Model product_of(const std::string& keeps, const std::string& more = "", const std::string& in_L2 = "") {
  return {product_cascade(),
          small_arch(in_L2),
          mapping_text("[keep: {DRAM: [A, B, Z]}, for: [m: 4], " + keeps +
                           ", for: [m: 2, n: N, k: K], {compute: Z, on: array}]",
                       more),
          {{"M", 8}, {"K", 6}, {"N", 4}}};
}

double used(const Model& model) { return need(model, {1, 2, 4})[LevelId::at(1)].used_B; }

std::string error(const Model& model) {
  return message_of([&] { need(model, {1, 2, 4}); });
}

/// T and U below one node, each with a tile of its own at L2: A's of 6 bytes (48 if `whole`) and C's of 8.
double two_einsums(const std::string& unit_of_U, bool in_one_keep = false, bool turns = true) {
  const std::string shared = in_one_keep ? "keep: {L2: [A, C]}, " : "";
  const std::string of_A = in_one_keep ? "" : "keep: {L2: [A]}, ";
  const std::string of_C = in_one_keep ? "" : turns ? "{keep: {L2: [C]}, turns: true}, " : "keep: {L2: [C]}, ";
  const Model model(chain_cascade(), small_arch(),
                    mapping_text("[keep: {DRAM: [A, B, C, T, U]}, for: [m: M], " + shared + "{each: [[" + of_A +
                                 "for: [n: N, k: K], {compute: T, on: array}], [" + of_C +
                                 "for: [n: N, l: L], {compute: U, on: " + unit_of_U + "}]]}]"),
                    {{"M", 8}, {"K", 6}, {"N", 4}, {"L", 2}});
  return need(model, model.element_B)[LevelId::at(1)].used_B;
}

}  // namespace

TEST_CASE("a level holds the tiles that the loops above select") {
  CHECK(used(product_of("keep: {L2: [A]}")) == 2 * 6 * 1);
  CHECK(used(product_of("keep: {L2: [A, B]}")) == 12 + 24 * 2);
  CHECK(used(product_of("keep: {L2: [Z]}")) == 2 * 4 * 4);
  const auto all = need(product_of("keep: {L2: [A]}, keep: {RF: [A, Z]}"), {1, 2, 4});
  CHECK(all[LevelId::at(0)].used_B == 48 + 48 + 128);
  CHECK(all[LevelId::at(2)].used_B == 12 + 32);
  CHECK(all[LevelId::at(2)].spilled == 0);
}

TEST_CASE("buffers multiply, and reserved bytes add") {
  CHECK(used(product_of("{keep: {L2: [A]}, buffers: 2}")) == 24);
  CHECK(used(product_of("keep: {L2: [A]}", "  reserve_B: {L2: 100 B}\n")) == 112);
  CHECK(used(product_of("keep: {RF: [A]}", "  reserve_B: {L2: 100 B}\n")) == 100);
}

TEST_CASE("tensors in place take the room of the largest") {
  CHECK(used(product_of("{keep: {L2: [A, B, Z]}, in_place: true}")) == 48);
  CHECK(used(product_of("{keep: {L2: [Z, A]}, in_place: true}, keep: {L2: [B]}")) == 32 + 48);
  CHECK(used(product_of("{keep: {L2: [Z]}, in_place: true}, {keep: {L2: [A]}, in_place: true}")) == 32 + 12);
}

TEST_CASE("of tiles that differ the largest is held") {
  const auto used_by = [](const std::string& nest) {
    const Model model(product_cascade(), small_arch(),
                      mapping_text("[keep: {DRAM: [A, B, Z]}, " + nest + ", {compute: Z, on: array}]"),
                      {{"M", 10}, {"K", 7}, {"N", 4}});
    return need(model, {1, 1, 1})[LevelId::at(1)].used_B;
  };
  CHECK(used_by("for: [m: 3], keep: {L2: [A]}, for: [m: 4, n: N, k: K]") == 4 * 7);
  CHECK(used_by("for: [m: 1], keep: {L2: [A]}, for: [m: 3, m: 4, n: N, k: K]") == 10 * 7);
  CHECK(used_by("for: [m: 3, k: 2], keep: {L2: [A]}, for: [m: 4, n: N, k: 4]") == 4 * 4);
}

TEST_CASE("every instance holds its own tile") {
  const Model model(product_cascade(), small_arch(),
                    mapping_text("[keep: {DRAM: [A, B, Z]}, spatial: [n: N, m: 2], keep: {RF: [A]}, "
                                 "for: [m: 4, k: K], {compute: Z, on: array}]"),
                    {{"M", 8}, {"K", 6}, {"N", 4}});
  CHECK(need(model, {1, 1, 1})[LevelId::at(2)].used_B == 8 * 24);
}

TEST_CASE("tiles of Einsums on one unit take turns, those of two units are there at once") {
  CHECK(two_einsums("array") == 8);
  CHECK(two_einsums("vector") == 6 + 8);
  CHECK(two_einsums("array", true) == 6 + 8);
}

TEST_CASE("a tile that is still there at its next turn is held beside the others") {
  CHECK(two_einsums("array", false, false) == 6 + 8);  // C stays while rows of A pass
}

TEST_CASE("tiles that one Einsum keeps for itself are there at once") {
  const auto used_by = [](const std::string& keeps_of_T) {
    const Model model(chain_cascade(), small_arch(),
                      mapping_text("[keep: {DRAM: [A, B, C, T, U]}, for: [m: M], {each: [[" + keeps_of_T +
                                   "for: [n: N, k: K], {compute: T, on: array}], [for: [n: N, l: L], "
                                   "{compute: U, on: array}]]}]"),
                      {{"M", 8}, {"K", 6}, {"N", 4}, {"L", 2}});
    return need(model, model.element_B)[LevelId::at(1)].used_B;
  };
  CHECK(used_by("keep: {L2: [A]}, ") == 6);
  CHECK(used_by("keep: {L2: [A, B]}, ") == 6 + 24);
  CHECK(used_by("keep: {L2: [B]}, keep: {L2: [A]}, ") == 6 + 24);
}

TEST_CASE("groups take turns") {
  const Model model(chain_cascade(), small_arch(),
                    mapping_text("[keep: {DRAM: [A, B, T]}, keep: {L2: [A]}, for: [m: M, n: N, k: K], "
                                 "{compute: T, on: array}]\n    - name: h\n      schedule: sequential\n      nest: "
                                 "[keep: {DRAM: [T, C, U]}, keep: {L2: [C]}, for: [m: M, n: N, l: L], "
                                 "{compute: U, on: vector}]"),
                    {{"M", 8}, {"K", 6}, {"N", 4}, {"L", 2}});
  CHECK(need(model, model.element_B)[LevelId::at(1)].used_B == 48);
}

// Nests from the loop over m on, of 8 x 6 elements of A in 12 B, and of B in 48 B.
TEST_CASE("every instance of a level has its own capacity") {
  const auto error_of = [](const std::string& inside, double capacity_B) {
    return error({product_cascade(),
                  small_arch(fmt::format("capacity_B: {}, instances: 2, ", capacity_B)),
                  mapping_text("[keep: {DRAM: [A, B, Z]}, for: [m: 4], " + inside + ", {compute: Z, on: array}]"),
                  {{"M", 8}, {"K", 6}, {"N", 4}}});
  };
  const std::string prefix = "m.yaml:7:63: mapping.groups[0].nest[2].keep.L2: does not fit 'L2': ";
  // Without loops that spread it a tile is in one instance.
  CHECK(error_of("keep: {L2: [A]}, for: [m: 2, n: N, k: K]", 11) ==
        prefix + "12 B of 11 B in one instance, 1 B too many (A 12 B)");
  // Each of two lanes has its own row of A; there are two instances, whatever more lanes there are.
  CHECK(error_of("keep: {L2: [A]}, spatial: [m: 2], for: [n: N, k: K]", 6) == "no error");
  CHECK(error_of("keep: {L2: [A]}, spatial: [m: 2, n: N], for: [k: K]", 5) ==
        prefix + "6 B of 5 B in one instance, 1 B too many (A 6 B)");
  CHECK(error_of("spatial: [m: 2], keep: {L2: [A]}, for: [n: N, k: K]", 6) == "no error");
  // All of B beside a row of A, in the first instance.
  CHECK(error_of("keep: {L2: [B]}, spatial: [m: 2], keep: {L2: [A]}, for: [n: N, k: K]", 30) == "no error");
  CHECK(error_of("keep: {L2: [B]}, spatial: [m: 2], keep: {L2: [A]}, for: [n: N, k: K]", 29) ==
        prefix + "30 B of 29 B in one instance, 1 B too many (B 24 B, A 6 B)");
}

TEST_CASE("instances share whole elements") {
  CHECK(even_share_B(8, 2, 4) == 2);
  CHECK(even_share_B(12, 2, 4) == 4);
  CHECK(even_share_B(2, 2, 1024) == 2);
}

TEST_CASE("a part of the instances holds more than the others") {
  const auto error_of = [](double capacity_B) {
    const Model model(
        chain_cascade(), small_arch(fmt::format("capacity_B: {}, instances: 4, ", capacity_B)),
        mapping_text("[keep: {DRAM: [A, B, C, T, U]}, {each: [[{spatial: [m: 4]}, for: [m: 2], keep: {L2: [A]}, "
                     "for: [n: N, k: K], {compute: T, on: array}], [keep: {L2: [C]}, for: [m: M, n: N, l: L], "
                     "{compute: U, on: vector}]]}]"),
        {{"M", 8}, {"K", 6}, {"N", 4}, {"L", 2}});
    return message_of([&] { need(model, model.element_B); });
  };
  // Of A 6 B in each of four instances, of C 8 B in one of them.
  CHECK(error_of(14) == "no error");
  CHECK(error_of(13) ==
        "m.yaml:7:160: mapping.groups[0].nest[1].each[1][0].keep.L2: does not fit 'L2': 14 B of 13 B in one "
        "instance, 1 B too many (A 6 B, C 8 B)");
}

// One group has A, 6 B in each of four instances, the other C, 8 B in one.
TEST_CASE("of groups in turn the most of all instances and the fullest one may be of two") {
  const Model model(
      chain_cascade(), small_arch("instances: 4, "),
      mapping_text("[keep: {DRAM: [A, B, T]}, spatial: [m: 4], for: [m: 2], keep: {L2: [A]}, for: [n: N, k: K], "
                   "{compute: T, on: array}]\n    - name: h\n      schedule: sequential\n      nest: "
                   "[keep: {DRAM: [T, C, U]}, keep: {L2: [C]}, for: [m: M, n: N, l: L], "
                   "{compute: U, on: vector}]"),
      {{"M", 8}, {"K", 6}, {"N", 4}, {"L", 2}});
  const Footprint of_L2 = need(model, model.element_B)[LevelId::at(1)];
  CHECK(of_L2.used_B == 24);
  CHECK(of_L2.one_B == 8);
}

TEST_CASE("an overbooked level spills the share that does not fit") {
  const auto result = need(product_of("keep: {L2: [A, B]}", "  overbook: [L2]\n", "capacity_B: 15, "), {1, 2, 4});
  CHECK(result[LevelId::at(1)].used_B == 60);
  CHECK(result[LevelId::at(1)].spilled == Approx(0.75));
  CHECK(need(product_of("keep: {L2: [A, B]}", "  overbook: [L2]\n", "capacity_B: 60, "), {1, 2, 4})[LevelId::at(1)]
            .spilled == 0);
}

TEST_CASE("what does not fit is refused: which tensors, where, by how many bytes") {
  CHECK(error(product_of("keep: {L2: [A, B]}", "", "capacity_B: 59, ")) ==
        "m.yaml:7:63: mapping.groups[0].nest[2].keep.L2: does not fit 'L2': 60 B of 59 B, 1 B too many (A 12 B, B "
        "48 B)");
  CHECK(error(product_of("keep: {L2: [A]}, keep: {L2: [B]}", "", "capacity_B: 40, ")) ==
        "m.yaml:7:80: mapping.groups[0].nest[3].keep.L2: does not fit 'L2': 60 B of 40 B, 20 B too many (A 12 B, B "
        "48 B)");
  CHECK(error(product_of("keep: {L2: [A]}", "  reserve_B: {L2: 30}\n", "capacity_B: 40, ")) ==
        "m.yaml:8:63: mapping.groups[0].nest[2].keep.L2: does not fit 'L2': 42 B of 40 B, 2 B too many (A 12 B, 30 "
        "B reserved)");
  CHECK(error(product_of("keep: {RF: [A]}", "  reserve_B: {L2: 30}\n", "capacity_B: 20, ")) ==
        "m.yaml: does not fit 'L2': 30 B of 20 B, 10 B too many (30 B reserved)");
}

TEST_CASE("only the group that does not fit is named") {
  const Model model(chain_cascade(), small_arch("capacity_B: 40, "),
                    mapping_text("[keep: {DRAM: [A, B, T]}, keep: {L2: [B]}, for: [m: M, n: N, k: K], "
                                 "{compute: T, on: array}]\n    - name: h\n      schedule: sequential\n      nest: "
                                 "[keep: {DRAM: [T, C, U]}, keep: {L2: [T, C]}, for: [m: M, n: N, l: L], "
                                 "{compute: U, on: vector}]"),
                    {{"M", 10}, {"K", 6}, {"N", 4}, {"L", 2}});
  CHECK(message_of([&] { need(model, model.element_B); }) ==
        "m.yaml:10:50: mapping.groups[1].nest[1].keep.L2: does not fit 'L2': 48 B of 40 B, 8 B too many (T 40 B, C "
        "8 B)");
}

TEST_CASE("of tiles and groups that need as much the first is named") {
  const auto refusal = [](const Model& model, const ByTensor<double>& element_B) {
    return message_of([&] { need(model, element_B); });
  };
  const std::string at = "does not fit 'L2': ";
  CHECK(refusal(product_of("keep: {L2: [A]}, keep: {L2: [B]}, keep: {L2: [Z]}", "", "capacity_B: 70, "),
                {2, 1, 3}) == "m.yaml:7:63: mapping.groups[0].nest[2].keep.L2: " + at +
                                  "72 B of 70 B, 2 B too many (A 24 B, B 24 B, Z 24 B)");
  const Model groups(
      chain_cascade(), small_arch("capacity_B: 20, "),
      mapping_text("[keep: {DRAM: [A, B, T]}, keep: {L2: [B]}, for: [m: M, n: N, k: K], "
                   "{compute: T, on: array}]\n    - name: h\n      schedule: sequential\n      nest: "
                   "[keep: {DRAM: [T, C, U]}, keep: {L2: [C]}, for: [m: M, n: N, l: L], "
                   "{compute: U, on: vector}]"),
      {{"M", 8}, {"K", 6}, {"N", 4}, {"L", 6}});
  CHECK(refusal(groups, groups.element_B) ==
        "m.yaml:7:50: mapping.groups[0].nest[1].keep.L2: " + at + "24 B of 20 B, 4 B too many (B 24 B)");
}

}  // namespace tilewright::test::TEST_FILE

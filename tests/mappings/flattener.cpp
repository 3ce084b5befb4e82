#include "mappings/flattener.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "mappings/uses.hpp"
#include "tests/common/messages.hpp"
#include "tests/mappings/model.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

/// One line for a transfer: what moves, between which levels, and the loop nodes of each kind.
std::string line(const Model& model, const SizedTree& sized, const Transfer& transfer) {
  const auto list = [](const std::string& name, Loops nodes) {
    std::string text;
    for (const NodeId node : nodes) text += (text.empty() ? " " + name + " " : ",") + std::to_string(node.index());
    return text;
  };
  const auto level = [&](LevelId id) { return id ? model.arch.levels[id].name : "unit"; };
  std::string text = model.cascade.einsums[transfer.einsum].name + ": " +
                     model.cascade.tensors[transfer.tensor].name + " " +
                     (transfer.up ? level(transfer.child) + "->" + level(transfer.parent)
                                  : level(transfer.parent) + "->" + level(transfer.child));
  if (transfer.accumulates) text += " accumulates";
  for (const Trip& trip : transfer.trips)
    text += " " + std::to_string(trip.loop.index()) + (trip.relevant ? "!" : "");
  return text + list("above", transfer.parent_instances) + list("copies", transfer.parent_copies) +
         list("distinct", transfer.distinct) + list("shared", transfer.shared) + " of " +
         std::to_string(static_cast<int>(sized.tile_elements(transfer.tile)));
}

std::vector<std::size_t> list_of(Loops loops) {
  std::vector<std::size_t> indices;
  for (const NodeId loop : loops) indices.push_back(loop.index());
  return indices;
}

std::vector<std::string> lines(const Model& model) {
  std::vector<std::string> list;
  const Flat flat(model);
  for (const Transfer& transfer : flat.tree.transfers) list.push_back(line(model, flat.sized, transfer));
  return list;
}

Model product_of(const std::string& nest) {
  return {product_cascade(), small_arch(), mapping_text(nest), {{"M", 8}, {"K", 6}, {"N", 4}}};
}

Model chain_of(const std::string& nest, const std::string& more = "") {
  return {chain_cascade(), small_arch(), mapping_text(nest, more), {{"M", 8}, {"K", 6}, {"N", 4}, {"L", 2}}};
}

std::string error(const Model& model) {
  return message_of([&] { const Flat flat(model); });
}

}  // namespace

TEST_CASE("the loops of an Einsum are those over its ranks") {
  const Model model = chain_of(
      "[keep: {DRAM: [A, B, C, T, U]}, for: [m: 4], spatial: [l: 2], {each: [[for: [n: N, k: K], spatial: [m: 2], "
      "{compute: T, on: array}], [for: [m: 2, n: N], {compute: U, on: vector}]]}]");
  const Flat flat(model);
  REQUIRE(flat.tree.leaves.size() == 2);
  CHECK(list_of(flat.tree.leaves[LeafId::at(0)].temporal) == std::vector<std::size_t>{1, 3, 4});
  CHECK(list_of(flat.tree.leaves[LeafId::at(0)].spatial) == std::vector<std::size_t>{5});
  CHECK(flat.tree.leaves[LeafId::at(0)].unit == UnitId::at(0));
  CHECK(list_of(flat.tree.leaves[LeafId::at(1)].temporal) == std::vector<std::size_t>{1, 7, 8});
  CHECK(list_of(flat.tree.leaves[LeafId::at(1)].spatial) == std::vector<std::size_t>{2});
  CHECK(flat.tree.leaves[LeafId::at(1)].unit == UnitId::at(1));
  CHECK(flat.tree.leaves[LeafId::at(1)].group == GroupId::at(0));
  CHECK(flat.tree.leaves[LeafId::at(1)].node == NodeId::at(9));
}

TEST_CASE("tiles move to the keep that they come from, operands to the unit") {
  // nodes: 0 keep, 1 m, 2 n spatial, 3 keep, 4 k, 5 keep, 6 m spatial, 7 compute
  const Model model = product_of(
      "[keep: {DRAM: [A, B, Z]}, for: [m: 4], spatial: [n: N], keep: {L2: [A, Z]}, for: [k: K], keep: {RF: [B]}, "
      "spatial: [m: 2], {compute: Z, on: array}]");
  CHECK(lines(model) == std::vector<std::string>{
                            "Z: A DRAM->L2 1! shared 2 of 12",
                            "Z: Z L2->DRAM accumulates 1! distinct 2 of 2",
                            "Z: B DRAM->RF 1 4! distinct 2 of 1",
                            "Z: A L2->unit 1! 4! above 2 copies 2 distinct 6 of 1",
                            "Z: B RF->unit 1 4! above 2 shared 6 of 1",
                            "Z: Z unit->L2 accumulates 1! 4 above 2 distinct 6 of 1",
                        });
}

TEST_CASE("what is made below a keep is not fetched, and goes up only if it is wanted there") {
  const std::string inside =
      "{each: [[for: [k: K], {compute: T, on: array}], [for: [l: L], {compute: U, on: array}]]}]";
  const Model kept = chain_of("[keep: {DRAM: [A, B, C, U]}, for: [m: M, n: N], keep: {L2: [T]}, " + inside);
  CHECK(lines(kept) == std::vector<std::string>{
                           "T: A DRAM->unit 1! 2 4! of 1",
                           "T: B DRAM->unit 1 2! 4! of 1",
                           "T: T unit->L2 accumulates 1! 2! 4 of 1",
                           "U: T L2->unit 1! 2! 6 of 1",
                           "U: C DRAM->unit 1 2! 6! of 1",
                           "U: U unit->DRAM accumulates 1! 2 6! of 1",
                       });
  const Model both = chain_of("[keep: {DRAM: [A, B, C, T, U]}, for: [m: M, n: N], keep: {L2: [T]}, " + inside);
  CHECK(lines(both) == lines(kept));
}

TEST_CASE("between groups a tensor goes through the outermost level") {
  const Model model = chain_of(
      "[keep: {DRAM: [A, B, T]}, for: [m: M, n: N], keep: {L2: [T]}, for: [k: K], {compute: T, on: array}]\n"
      "    - name: h\n      schedule: sequential\n"
      "      nest: [keep: {DRAM: [T, C, U]}, for: [m: M], keep: {L2: [T]}, for: [n: N, l: L], {compute: U, on: "
      "array}]");
  const auto list = lines(model);
  REQUIRE(list.size() == 8);
  CHECK(list[0] == "T: T L2->DRAM accumulates 1! 2! of 1");
  CHECK(list[1] == "U: T DRAM->L2 7! of 4");
}

TEST_CASE("a keep that does not hold is not there") {
  const Model model = product_of(
      "[keep: {DRAM: [A, B, Z]}, for: [m: M], {keep: {L2: [A]}, when: M > 8}, for: [n: N, k: K], "
      "{compute: Z, on: array}]");
  CHECK(lines(model)[0] == "Z: A DRAM->unit 1! 3 4! of 1");
  CHECK(Flat(model).tree.residencies.size() == 3);
}

TEST_CASE("a running value is fetched with its tile and goes up again") {
  const Cascade cascade = cascade_of(
      "  inputs: {A: [M, P]}\n"
      "  outputs: [Z]\n"
      "  initial: {R: 0}\n"
      "  einsums:\n"
      "    - R[m+1,p] = R[m,p] + A[m,p]\n"
      "    - Z[p] = exp(R[M,p])\n");
  const Model model(cascade, small_arch(),
                    mapping_text("[keep: {DRAM: [A, Z], L2: [R]}, {each: [[for: [m: M, p: P], keep: {RF: [R]}, "
                                 "{compute: R, on: array}], [for: [p: P], {compute: Z, on: array}]]}]"),
                    {{"M", 3}, {"P", 5}});
  const auto list = lines(model);
  CHECK(list[0] == "R: R L2->RF 2 3! of 1");
  CHECK(list[1] == "R: R RF->L2 2 3! of 1");
}

TEST_CASE("residencies know their tile, their instances and whether one Einsum has them alone") {
  const Model model = chain_of(
      "[keep: {DRAM: [A, B, C, U]}, for: [m: 4], spatial: [n: 2], keep: {L2: [T]}, {each: [[for: [m: 2, n: 2], "
      "spatial: [k: 3], keep: {RF: [B]}, for: [k: 2], {compute: T, on: array}], "
      "[for: [m: 2, n: 2, l: L], {compute: U, on: array}]]}]");
  const Flat flat(model);
  REQUIRE(flat.tree.residencies.size() == 6);
  const Residency& t = flat.tree.residencies[ResidencyId::at(4)];
  CHECK(t.level == LevelId::at(1));
  CHECK(list_of(t.tile.loops) == std::vector<std::size_t>{1, 2});
  CHECK(list_of(t.copies) == std::vector<std::size_t>{2});
  CHECK(t.leaf == LeafId());
  CHECK(flat.sized.tile_elements(t.tile) == 4);
  const Residency& b = flat.tree.residencies[ResidencyId::at(5)];
  CHECK(list_of(b.copies) == std::vector<std::size_t>{2, 6});
  CHECK(b.leaf == LeafId::at(0));
  CHECK(flat.sized.tile_elements(b.tile) == 2);
  CHECK(flat.sized.product(b.copies) == 6);
}

TEST_CASE("users that see a rank in parts select a tile by the parts") {
  const Cascade cascade = cascade_of(
      "  partitions: {M: [M1, M0]}\n"
      "  inputs: {A: [M]}\n"
      "  outputs: [Z]\n"
      "  views: [\"BA[m1,m0] = A[m]\"]\n"
      "  einsums: [\"Z[m1] = BA[m1,m0]\"]\n");
  const Model model(cascade, small_arch(),
                    mapping_text("[keep: {DRAM: [A, Z]}, for: [m1: M1], keep: {L2: [A]}, for: [m0: M0], "
                                 "{compute: Z, on: array}]"),
                    {{"M", 12}, {"M1", 3}, {"M0", 4}});
  CHECK(lines(model)[0] == "Z: A DRAM->L2 1! of 4");
}

TEST_CASE("where only some users see a rank whole, its parts select the tile") {
  const Cascade cascade = cascade_of(
      "  partitions: {M: [M1, M0]}\n"
      "  inputs: {A: [M]}\n"
      "  outputs: [Y, Z]\n"
      "  views: [\"BA[m1,m0] = A[m]\"]\n"
      "  einsums: [\"Y[m] = exp(A[m])\", \"Z[m1] = BA[m1,m0]\"]\n");
  const Model model(
      cascade, small_arch(),
      mapping_text("[keep: {DRAM: [A, Y, Z], L2: [A]}, {each: [[for: [m: M], {compute: Y, on: array}], "
                   "[for: [m1: M1, m0: M0], {compute: Z, on: array}]]}]"),
      {{"M", 12}, {"M1", 3}, {"M0", 4}});
  CHECK(lines(model)[0] == "Y: A DRAM->L2 of 12");
}

TEST_CASE("tensors without a home are refused") {
  const std::string rest = "for: [m: M, n: N, k: K], {compute: Z, on: array}]";
  CHECK(error(product_of("[keep: {DRAM: [A, Z]}, " + rest)) ==
        "m.yaml:7:71: mapping.groups[0].nest[2].compute: 'Z' reads 'B', which no level keeps above it");
  CHECK(error(product_of("[keep: {DRAM: [A, Z], L2: [B]}, " + rest)) ==
        "m.yaml:7:39: mapping.groups[0].nest[0].keep.L2: 'B' is an input and must be kept at 'DRAM' above 'L2'");
  CHECK(error(product_of("[keep: {DRAM: [A, B], L2: [Z]}, " + rest)) ==
        "m.yaml:7:39: mapping.groups[0].nest[0].keep.L2: 'Z' is an output and must be kept at 'DRAM' above 'L2'");
  CHECK(error(product_of("[keep: {DRAM: [A, B, Z]}, keep: {RF: [A]}, keep: {L2: [A]}, " + rest)) ==
        "m.yaml:7:67: mapping.groups[0].nest[2].keep.L2: 'A' comes from level 'RF', which is not above 'L2'");
  CHECK(error(product_of("[keep: {DRAM: [A, B, Z]}, keep: {L2: [A]}, keep: {L2: [A]}, " + rest)) ==
        "m.yaml:7:67: mapping.groups[0].nest[2].keep.L2: 'A' comes from level 'L2', which is not above 'L2'");
  const std::string branches =
      "{each: [[for: [n: N, k: K], {compute: T, on: array}], [for: [n: N, l: L], {compute: U, on: array}]]}]";
  CHECK(error(chain_of("[keep: {DRAM: [A, B, C, U]}, for: [m: M], " + branches)) ==
        "m.yaml:7:93: mapping.groups[0].nest[2].each[0][1].compute: 'T' writes 'T', which no level keeps above it");
  CHECK(error(chain_of("[keep: {DRAM: [A, B, C, U]}, for: [m: M], {each: [[keep: {L2: [T]}, for: [n: N, k: K], "
                       "{compute: T, on: array}], [for: [n: N, l: L], {compute: U, on: array}]]}]")) ==
        "m.yaml:7:75: mapping.groups[0].nest[2].each[0][0].keep.L2: 'T' is also used elsewhere; keep it above all "
        "its Einsums, or at 'DRAM'");
  CHECK(error(chain_of("[keep: {DRAM: [A, B, C, T, U]}, for: [m: M], {each: [[keep: {L2: [C]}, for: [n: N, k: K], "
                       "{compute: T, on: array}], [for: [n: N, l: L], {compute: U, on: array}]]}]")) ==
        "m.yaml:7:78: mapping.groups[0].nest[2].each[0][0].keep.L2: 'C' is kept, but nothing below uses it");
}

TEST_CASE("a level that is beside and not above is refused") {
  const Arch arch = arch_of(
      "  levels:\n    - {name: DRAM, access_B: 1}\n    - {name: left, parent: DRAM, access_B: 1}\n"
      "    - {name: right, parent: DRAM, access_B: 1}\n"
      "  units: [{name: array, lanes: 1, operations: {multiply_add: {cycles: 1}}}]\n");
  const Model model(product_cascade(), arch,
                    mapping_text("[keep: {DRAM: [A, B, Z]}, keep: {left: [A]}, keep: {right: [A]}, "
                                 "for: [m: 1, n: 1, k: 1], {compute: Z, on: array}]"),
                    {{"M", 1}, {"K", 1}, {"N", 1}});
  CHECK(
      error(model) ==
      "m.yaml:7:72: mapping.groups[0].nest[2].keep.right: 'A' comes from level 'left', which is not above 'right'");
}

}  // namespace tilewright::test::TEST_FILE

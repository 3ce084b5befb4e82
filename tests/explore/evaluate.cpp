#include "explore/evaluate.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "common/version.hpp"
#include "tests/common/messages.hpp"
#include "tests/explore/little.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

class LittleEvaluation {
 public:
  Little little;
  Point point{little.path("small.yaml"), {}, little.path("arch.yaml"), {}, little.path("by-row.yaml")};

  [[nodiscard]] Record record() const {
    Library library;
    return evaluate(point, library);
  }
  [[nodiscard]] std::string error() const {
    return message_of([&] { (void)record(); });
  }
  /// A variant of a file, which `point` then names.
  void replace(std::string Point::*which, const std::string& from, const std::string& to) {
    const std::string name = std::filesystem::path(point.*which).filename();
    const std::string old = little.text(from);
    std::string text = read_file(point.*which);
    REQUIRE(text.find(old) != std::string::npos);
    point.*which = little.write("new-" + name, text.replace(text.find(old), old.size(), to));
  }
};

}  // namespace

TEST_CASE("a record says what it is of") {
  const LittleEvaluation evaluation;
  const Record record = evaluation.record();
  CHECK(record.text("workload") == "small");
  CHECK(record.text("cascade") == "product");
  CHECK(record.text("arch") == "little");
  CHECK(record.text("mapping") == "m");
  CHECK(record.text("workload_file") == evaluation.little.path("small.yaml"));
  CHECK(record.text("arch_file") == evaluation.little.path("arch.yaml"));
  CHECK(record.text("mapping_file") == evaluation.little.path("by-row.yaml"));
  CHECK(record.text("version") == version());
  CHECK(record.text("commit") == commit());
  CHECK(record.find("warnings") == nullptr);
}

TEST_CASE("numbers are those by hand") {
  const Record record = LittleEvaluation().record();
  CHECK(record.number("time_s") == Approx(8 * 4.25e-9));
  CHECK(record.number("energy_J") == Approx(8 * 213.5e-12));
  CHECK(record.text("binding") == "DRAM");
  CHECK(record.number("unit.array.busy_s") == Approx(32e-9));
}

TEST_CASE("shapes and parameters can be set") {
  LittleEvaluation evaluation;
  evaluation.point.set = {{"M", 16}, {"K", 2}};
  evaluation.point.arch_set = {{"lanes", 2}};
  const Record record = evaluation.record();
  CHECK(record.number("shape.M") == 16);
  CHECK(record.number("shape.K") == 2);
  CHECK(record.number("shape.N") == 4);
  CHECK(record.number("parameter.lanes") == 2);
  CHECK(record.number("cycles") == Approx(16 * 4));
  evaluation.point.set = {{"Q", 1}};
  CHECK(evaluation.error() ==
        evaluation.little.text("$/small.yaml:6:11: workload.shapes: no shape 'Q' to set; known: M, K, N"));
  evaluation.point.set = {};
  evaluation.point.arch_set = {{"lane", 2}};
  CHECK(evaluation.error() ==
        evaluation.little.text("$/arch.yaml:2:3: arch: no parameter 'lane' to set; did you mean 'lanes'?"));
}

TEST_CASE("tensors may have words of their own") {
  LittleEvaluation evaluation;
  evaluation.replace(&Point::workload, "word_B: 2 B\n", "word_B: 2 B\n  words_B: {Z: 4 B, Y: 1 B}\n");
  CHECK(evaluation.record().number("traffic.DRAM.Z.Z.write_B") == 8 * 4 * 4);
  CHECK(evaluation.record().number("traffic.DRAM.A.Z.read_B") == 8 * 6 * 2);
}

TEST_CASE("words of tensors that no cascade has are refused") {
  LittleEvaluation evaluation;
  evaluation.replace(&Point::workload, "word_B: 2 B\n", "word_B: 2 B\n  words_B: {ZZ: 4 B}\n");
  CHECK(evaluation.error() == evaluation.little.text("$/new-small.yaml:6:17: workload.words_B.ZZ: no cascade of "
                                                     "this workload has a tensor 'ZZ'; did you mean 'Z'?"));
}

TEST_CASE("a workload that the mapping's cascade does not compute is refused") {
  LittleEvaluation evaluation;
  evaluation.replace(&Point::workload, "$/product.yaml, ", "");
  CHECK(evaluation.error() ==
        evaluation.little.text("$/by-row.yaml:3:12: mapping.cascade: workload 'small' is not computed by cascade "
                               "'$/product.yaml'; did you mean '$/scale.yaml'?"));
}

TEST_CASE("a workload of a cascade that is not there is refused") {
  LittleEvaluation evaluation;
  evaluation.replace(&Point::workload, "$/product.yaml", "attention-1pas");
  CHECK(evaluation.error() ==
        evaluation.little.text("$/new-small.yaml:4:14: workload.cascades[0]: no 'attention-1pas' in "
                               "configs/cascades, nor is it a file; did you mean 'attention-1pass'?"));
}

TEST_CASE("data that spill are warned of") {
  LittleEvaluation evaluation;
  evaluation.replace(&Point::arch, "capacity_B: 1 KiB", "capacity_B: 9 B");
  CHECK(evaluation.error() == evaluation.little.text("$/by-row.yaml:7:63: mapping.groups[0].nest[2].keep.L2: does "
                                                     "not fit 'L2': 12 B of 9 B, 3 B too many (A 12 B)"));
  evaluation.replace(&Point::mapping, "  groups", "  overbook: [L2]\n  groups");
  CHECK(evaluation.record().text("warnings") == "25.00 % of the data in L2 does not fit and spills to DRAM");
  CHECK(evaluation.record().number("level.L2.spilled") == Approx(0.25));
}

TEST_CASE("mappings that read what is not complete are warned of") {
  Library library;
  const Record record = evaluate({"BERT", {}, "fusemax/baseline", {}, "fusemax/unfused"}, library);
  CHECK(
      record.text("warnings") ==
      "SN reads GM inside the loop over m that completes it; A reads SD inside the loop over m that completes it");
}

namespace {

/// The product of 8 rows M and 6 columns K, of which a mask leaves some; all of 4 values N.
class MaskedEvaluation : public LittleEvaluation {
 public:
  explicit MaskedEvaluation(const std::string& pattern = "dense") {
    replace(&Point::workload, "word_B: 2 B\n",
            "word_B: 2 B\n  ranks: {queries: M, keys: K}\n  mask: {pattern: \"" + pattern + "\"}\n");
    replace(&Point::mapping, "spatial: [k: K]", "for: [k: K]");
  }
};

}  // namespace

TEST_CASE("a mask of the workload leaves its pairs, and the record says so") {
  const Record record = MaskedEvaluation("!(sliding,left=8,right=0)").record();
  // Row m of 8 stands at m - 2 of 6, so that the last sees no column.
  CHECK(record.text("mask.pattern") == "!(sliding,left=8,right=0)");
  CHECK(record.number("mask.pairs") == Approx((6 + 6 + 5 + 4 + 3 + 2 + 1) / 48.0));
  CHECK(record.number("mask.queries") == Approx(7 / 8.0));
  CHECK(record.number("mask.keys") == 1);
  CHECK(record.number("einsum.Z.points") == 4 * 27);
  CHECK(record.number("einsum.Z.cycles") == 4 * 27);
  CHECK(record.number("einsum.Z.ops.multiply_add") == 4 * 27);
  CHECK(record.number("bound.ratio").value() >= 1);
  CHECK(LittleEvaluation().record().find("mask.pattern") == nullptr);
}

TEST_CASE("a mask of ones changes no number") {
  const Record masked = MaskedEvaluation().record();
  MaskedEvaluation plain;
  plain.point.workload = plain.little.path("small.yaml");
  const Record record = plain.record();
  for (const auto& [name, value] : record.fields())
    if (!name.ends_with("_file")) CHECK(*masked.find(name) == value);
}

TEST_CASE("a mask can be set in place of the workload's, whose ranks and layout it keeps") {
  MaskedEvaluation evaluation;
  evaluation.point.mask = "sliding,left=0";
  CHECK(evaluation.record().text("mask.pattern") == "sliding,left=0");
  CHECK(evaluation.record().number("einsum.Z.points") == 4 * 6);
  evaluation.point.mask = "slidng";
  CHECK(evaluation.error() == "no mask pattern 'slidng'; did you mean 'sliding'?");
  evaluation.point.mask = "sliding,lift=0";
  CHECK(evaluation.error() == evaluation.little.text("$/new-small.yaml:7:9: workload.mask: sliding: no parameter "
                                                     "'lift'; did you mean 'left'?"));
  LittleEvaluation without;
  without.point.mask = "causal";
  CHECK(without.error() ==
        without.little.text("$/small.yaml: workload: it does not say which ranks a mask is over; expected a key "
                            "'ranks', as in ranks: {queries: P, keys: M}"));
}

TEST_CASE("a mask that its cascade or its shapes do not have is refused") {
  MaskedEvaluation evaluation;
  evaluation.replace(&Point::workload, "queries: M", "queries: P");
  CHECK(evaluation.error() ==
        evaluation.little.text("$/new-new-small.yaml:6:20: workload.ranks.queries: no shape 'P'; known: K, M, N"));
  evaluation.replace(&Point::workload, "queries: P", "queries: M");
  evaluation.replace(&Point::workload, "pattern: ", "layout: 2x4, pattern: ");
  CHECK(evaluation.error() ==
        evaluation.little.text("$/new-new-new-new-small.yaml:7:9: workload.mask: layout 2x4 has 8 "
                               "tokens, but K is 6"));
}

}  // namespace tilewright::test::TEST_FILE

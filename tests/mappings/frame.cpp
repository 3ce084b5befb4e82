#include "mappings/frame.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/mappings/model.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Cascade split_cascade() {
  return cascade_of(
      "  shapes: {D: 2 * M, M1: M / M0, M0: H / 2, H: 8}\n"
      "  partitions: {M: [M1, M0]}\n"
      "  inputs: {A: [M], C: [D, H]}\n"
      "  outputs: [Z]\n"
      "  views: [\"BA[m1,m0] = A[m]\"]\n"
      "  einsums: [\"Z[m1,d] = BA[m1,m0] * C[d,h]\"]\n");
}

std::string split_error(const std::string& more, const Shapes& shapes) {
  const std::string nest = "[for: [m1: M1, m0: M0, d: D, h: H], {compute: Z, on: array}]";
  return message_of([&] { Model(split_cascade(), small_arch(), mapping_text(nest, more), shapes); });
}

std::string error(const std::string& element, const std::string& more = "") {
  const std::string nest = "[" + element + ", {compute: Z, on: array}]";
  return message_of([&] {
    Model(product_cascade(), small_arch(), mapping_text(nest, more), {{"M", 6}, {"N", 2}, {"K", 5}});
  });
}

}  // namespace

TEST_CASE("a frame has the factors of loops, the buffers of keeps and what is active") {
  const Model model(product_cascade(), small_arch(),
                    mapping_text("[for: [m: M / 2], {keep: {L2: [A]}, buffers: N, when: M > 6}, "
                                 "{keep: {L2: [B]}, when: \"!(M > 6)\"}, {compute: Z, on: array}]"),
                    {{"M", 6}, {"N", 2}, {"K", 5}});
  CHECK(model.frame.factors == ByNode<double>{3, 2, 1, 1});
  CHECK(model.frame.active == ByNode<char>{1, 0, 1, 1});
  CHECK(model.frame.shapes == ByRank<double>{6, 5, 2});
}

TEST_CASE("ranks that follow from others have their shapes, in whatever order they stand") {
  const Model model(split_cascade(), small_arch(),
                    mapping_text("[for: [m1: M1, m0: M0, d: D, h: H], {compute: Z, on: array}]"), {{"M", 12}});
  const auto shape = [&](const std::string& rank) { return model.frame.shapes[model.cascade.rank(rank)]; };
  CHECK(shape("D") == 24);
  CHECK(shape("H") == 8);
  CHECK(shape("M0") == 4);
  CHECK(shape("M1") == 3);
}

TEST_CASE("a frame's memory is reused for other shapes") {
  const Model model(product_cascade(), small_arch(), mapping_text("[for: [m: M], {compute: Z, on: array}]"),
                    {{"M", 6}, {"N", 2}, {"K", 5}});
  Frame frame = model.frame;
  const double* const before = frame.factors.data();
  evaluate_frame(model.mapping, model.cascade, std::vector<double>{8, 2, 5}, frame);
  CHECK(frame.factors.data() == before);
  CHECK(frame.factors[NodeId::at(0)] == 8);
}

TEST_CASE("reserved bytes and bubbles that are less than nothing are refused") {
  CHECK(error("for: [m: M]", "  reserve_B: {L2: 0 - M}\n") ==
        "m.yaml:4:19: mapping.reserve_B.L2: reserved bytes must be finite and at least 0; '0 - M' is -6");
}

TEST_CASE("factors and buffers that are not whole are refused") {
  CHECK(error("for: [m: M / 4]") ==
        "m.yaml:7:23: mapping.groups[0].nest[0].for[0].m: a loop's factor must be a whole number of at least 1; 'M "
        "/ 4' is 1.5");
  CHECK(error("for: [m: M - 6]") ==
        "m.yaml:7:23: mapping.groups[0].nest[0].for[0].m: a loop's factor must be a whole number of at least 1; 'M "
        "- 6' is 0");
  CHECK(error("for: [m: 0 - M]") ==
        "m.yaml:7:23: mapping.groups[0].nest[0].for[0].m: a loop's factor must be a whole number of at least 1; '0 "
        "- M' is -6");
  CHECK(error("for: [m: M / 0]") ==
        "m.yaml:7:23: mapping.groups[0].nest[0].for[0].m: a loop's factor must be a whole number of at least 1; 'M "
        "/ 0' is inf");
  CHECK(error("for: [m: 2 ^ 60]") ==
        "m.yaml:7:23: mapping.groups[0].nest[0].for[0].m: a loop's factor must be a whole number of at least 1; '2 "
        "^ 60' is 1.152921504606847e+18");
  CHECK(error("{keep: {L2: [A]}, buffers: 1.5}") ==
        "m.yaml:7:41: mapping.groups[0].nest[0].buffers: the number of buffers must be a whole number of at least "
        "1; '1.5' is 1.5");
  CHECK(error("{keep: {L2: [A]}, when: 0 / 0}") ==
        "m.yaml:7:38: mapping.groups[0].nest[0].when: '0 / 0' has no value");
}

TEST_CASE("names without a value are refused") {
  CHECK(error("for: [m: M]", "  let: {tiles: M / 0}\n") ==
        "m.yaml:4:16: mapping.let.tiles: 'M / 0' has no finite value");
  CHECK(error("for: [m: M]", "  let: {tiles: \"0 / 0 > 1 ? 2 : 3\"}\n") ==
        "m.yaml:4:17: mapping.let.tiles: '0 / 0 > 1 ? 2 : 3' has no finite value");
}

TEST_CASE("shapes that do not go together are refused") {
  CHECK(split_error("", {{"M", 10}}) ==
        "c.yaml:3:26: cascade.shapes.M1: the shape of M1 must be a whole number of at least 1; 'M / M0' is 2.5");
  CHECK(split_error("", {{"M", 12}, {"D", 23}}) ==
        "c.yaml:3:15: cascade.shapes.D: D is given as 23, but '2 * M' is 24");
  CHECK(split_error("", {{"M", 12}, {"M1", 4}}) ==
        "c.yaml:3:26: cascade.shapes.M1: M1 is given as 4, but 'M / M0' is 3");
  CHECK(split_error("  shapes: {M1: 4}\n", {{"M", 12}}) ==
        "c.yaml:3:26: cascade.shapes.M1: M1 is given as 4, but 'M / M0' is 3");
  CHECK(split_error("  shapes: {M1: 3.5}\n", {{"M", 12}}) ==
        "m.yaml:4:16: mapping.shapes.M1: the shape of M1 must be a whole number of at least 1; '3.5' is 3.5");
  CHECK(split_error("", {{"M", 12}, {"D", 24}}) == "no error");
}

TEST_CASE("a partition whose parts do not multiply to the whole is refused") {
  const Cascade cascade = cascade_of(
      "  partitions: {M: [M1, M0]}\n"
      "  inputs: {A: [M]}\n"
      "  outputs: [Z]\n"
      "  views: [\"BA[m1,m0] = A[m]\"]\n"
      "  einsums: [\"Z[m1] = BA[m1,m0]\"]\n");
  const std::string text = mapping_text("[for: [m1: M1, m0: M0], {compute: Z, on: array}]");
  CHECK(message_of([&] {
          Model(cascade, small_arch(), text, {{"M", 12}, {"M1", 3}, {"M0", 5}});
        }) == "c.yaml:4:16: the parts of M = 12 multiply to 15");
}

}  // namespace tilewright::test::TEST_FILE

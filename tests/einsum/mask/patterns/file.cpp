#include <catch2/catch.hpp>

#include "einsum/mask/expression.hpp"
#include "tests/common/messages.hpp"
#include "tests/einsum/mask/files/bytes.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

Mask make(const std::string& text, const Layout& layout, const std::string& folder = {}, int head = 0) {
  return parse_mask(text, folder).front().expression->make({layout, head});
}

// Whether the mask holds exactly the pairs of the blocks.
bool is_map(const Mask& mask, const Rows& rows, Count query_block, Count key_block) {
  const RelationPtr relation = mask.flattened();
  const Extent extent = relation->extent();
  for (Count query = 0; query < extent.queries; ++query)
    for (Count key = 0; key < extent.keys; ++key) {
      const int block =
          rows[static_cast<std::size_t>(query / query_block)][static_cast<std::size_t>(key / key_block)];
      if (contains(*relation, query, key) != (block == 1)) return false;
    }
  return true;
}

}  // namespace

TEST_CASE("blocks of a file are over flattened tokens") {
  const Files files;
  std::mt19937 random(1);
  const Rows rows = random_rows(random, 6, 8, 0.5);
  files.write("m.npy", npy_mask(rows));
  const Mask mask = make("file,file=m.npy,block=4x3", {{4, 6}, {4, 6}}, files.folder().string());
  CHECK_FALSE(mask.is_product());
  CHECK(mask.axes[0].relation->blocks() != nullptr);
  CHECK(is_map(mask, rows, 4, 3));
  CHECK(is_map(make("file,file=m.npy,block=5x3", {{30}, {23}}, files.folder().string()), rows, 5, 3));
}

TEST_CASE("without a block, items are pairs of tokens") {
  const Files files;
  std::mt19937 random(2);
  const Rows rows = random_rows(random, 12, 20, 0.5);
  files.write("m.mtx", mtx_text(rows));
  CHECK(is_map(make("file,file=m.mtx", {{12}, {20}}, files.folder().string()), rows, 1, 1));
}

TEST_CASE("heads take their slices of a file") {
  const Files files;
  std::mt19937 random(3);
  std::vector<Rows> heads;
  std::string data;
  for (int head = 0; head < 4; ++head) {
    heads.push_back(random_rows(random, 5, 5, 0.5));
    data += mask_data(heads.back());
  }
  files.write("m.npy", npy_bytes(npy_header("|b1", "(4, 5, 5)"), data));
  const auto masks = make_masks(parse_mask("file,file=m.npy,block=2x2", files.folder().string()), {{10}, {10}}, 4);
  REQUIRE(masks.size() == 4);
  for (std::size_t head = 0; head < 4; ++head) CHECK(is_map(masks[head].mask, heads[head], 2, 2));
}

TEST_CASE("the heads of a file are what a run is about, and share out among more") {
  const Files files;
  std::mt19937 random(4);
  const std::vector<Rows> heads{random_rows(random, 3, 3, 0.5), random_rows(random, 3, 3, 0.5)};
  files.write("m.npy", npy_bytes(npy_header("|b1", "(2, 3, 3)"), mask_data(heads[0]) + mask_data(heads[1])));
  const auto runs = parse_mask("causal + file,file=m.npy", files.folder().string());
  CHECK(runs[1].heads == 2);
  const auto masks = make_masks(runs, {{3}, {3}}, 6);
  REQUIRE(masks.size() == 3);
  CHECK(masks[2].first_head == 4);
  for (const std::size_t head : {0U, 1U}) {
    CHECK(masks[head + 1].heads == 2);
    CHECK(is_map(masks[head + 1].mask, heads[head], 1, 1));
  }
}

TEST_CASE("bsr reads its two files from the folder, too") {
  const Files files;
  std::mt19937 random(4);
  const Rows rows = random_rows(random, 4, 6, 0.5);
  const Csr<int> csr = csr_of<int>(rows);
  files.write("p.npy", npy_numbers(csr.indptr));
  files.write("i.npy", npy_numbers(csr.indices));
  CHECK(
      is_map(make("bsr,indptr=p.npy,indices=i.npy,block=3x2", {{12}, {12}}, files.folder().string()), rows, 3, 2));
}

TEST_CASE("absolute paths stay as they are") {
  const Files files;
  const Rows rows{{1, 0}, {1, 1}};
  const std::string file = files.write("m.npy", npy_mask(rows)).string();
  CHECK(is_map(make("file,file='" + file + "'", {{2}, {2}}, "elsewhere"), rows, 1, 1));
  CHECK(is_map(make("file,file='" + file + "'", {{2}, {2}}), rows, 1, 1));
}

TEST_CASE("what does not fit is refused") {
  const Files files;
  const std::string folder = files.folder().string();
  files.write("m.npy", npy_mask({{1, 0}, {1, 1}}));
  const auto refused = [&](const std::string& text) { return message_of([&] { make(text, {{8}, {8}}, folder); }); };
  CHECK(refused("file") == "file: file: missing");
  CHECK(refused("file,file=x.npy") == folder + "/x.npy: no such file");
  CHECK(refused("file,file=m.npy,block=4") == "file: block: expected queries x keys, as in 128x64, got '4'");
  CHECK(refused("file,file=m.npy,block=4x0") ==
        "file: block: expected whole numbers from 1 to 2^31 with x between them, as in 30x48x80, got '4x0'");
  CHECK(refused("file,file=m.npy") ==
        folder +
            "/m.npy: holds 2x2 blocks; 8x8 tokens (queries x keys) in blocks of 1x1 are 8x8; "
            "block=4x4 would fit");
  CHECK(refused("bsr,indptr=m.npy,indices=m.npy") == "bsr: block: missing");
  CHECK(refused("bsr,indptr=m.npy,indices=m.npy,block=4x4") ==
        folder + "/m.npy: has dtype '|b1'; expected int32 ('<i4') or int64 ('<i8')");
}

}  // namespace tilewright::test::TEST_FILE

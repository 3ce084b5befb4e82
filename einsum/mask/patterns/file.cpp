// Blocks that files say are present: what dynamic methods choose.
#include "einsum/mask/files/csr.hpp"
#include "einsum/mask/files/mask_file.hpp"
#include "einsum/mask/patterns/all.hpp"

namespace tilewright {

namespace {

BlockGrid grid_of(const Arguments& arguments, const Layout& layout) {
  const Extents block = parse_extents(arguments.text("block"), arguments.pattern() + ": block");
  if (block.size() != 2)
    arguments.fail("block", "expected queries x keys, as in 128x64, got '" + arguments.text("block") + "'");
  return {layout.flattened(), block[0], block[1]};
}

Count heads_of_file(const Arguments& arguments) { return mask_file_heads(arguments.text("file")); }

Mask make_file(const Arguments& arguments, const Scene& scene) {
  const BlockGrid grid = grid_of(arguments, scene.layout);
  return flat_mask(scene.layout, block_relation(read_mask_file(arguments.text("file"), grid, scene.head)));
}

Mask make_bsr(const Arguments& arguments, const Scene& scene) {
  const BlockGrid grid = grid_of(arguments, scene.layout);
  return flat_mask(scene.layout,
                   block_relation(read_csr_mask(arguments.text("indptr"), arguments.text("indices"), grid)));
}

constexpr const char* block_meaning = "queries x keys of a block, over flattened tokens";

}  // namespace

const Pattern file_pattern{
    .name = "file",
    .summary = "the blocks that are true in an array, or not zero in a matrix",
    .source = "NumPy (.npy, bool or uint8: [heads,] query blocks, key blocks); Matrix Market (.mtx, coordinate)",
    .parameters = {{.name = "file", .meaning = "the .npy or .mtx file", .is_path = true},
                   {.name = "block", .meaning = block_meaning, .standard = "1x1", .required = false}},
    .more_queries_than_keys = true,
    .example = "file=blocks.npy,block=128x128",
    .example_layout = "",
    .heads = heads_of_file,
    .make = make_file};

const Pattern bsr_pattern{
    .name = "bsr",
    .summary =
        "the blocks of compressed rows: those of query block r are indices[indptr[r]] to [indptr[r + 1] - 1]",
    .source = "the index arrays of a BSR matrix, as SciPy and FlashInfer have them (.npy, int32 or int64)",
    .parameters = {{.name = "indptr", .meaning = "the .npy file of the rows' starts", .is_path = true},
                   {.name = "indices", .meaning = "the .npy file of the rows' key blocks", .is_path = true},
                   {.name = "block", .meaning = block_meaning}},
    .more_queries_than_keys = true,
    .example = "indptr=indptr.npy,indices=indices.npy,block=128x128",
    .example_layout = "",
    .make = make_bsr};

}  // namespace tilewright

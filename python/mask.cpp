// Masks: texts, and blocks from arrays.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <fmt/format.h>

#include "common/digest.hpp"
#include "common/error.hpp"
#include "einsum/mask/census.hpp"
#include "einsum/mask/given_blocks.hpp"
#include "einsum/stated_attention.hpp"
#include "python/bind.hpp"
#include "python/compute.hpp"
#include "python/stated.hpp"

namespace nb = nanobind;

namespace tilewright::python {

namespace {

using Array = nb::ndarray<nb::ro>;

void require_blocks(const Array& array) {
  if (array.ndim() != 2 && array.ndim() != 3)
    throw InputError(
        fmt::format("mask: expected an array [query blocks, key blocks] or [heads, query blocks, key "
                    "blocks], got one of {} dimensions",
                    array.ndim()));
  if (array.device_type() != nb::device::cpu::value)
    throw InputError("mask: the array is not in the memory of the CPU; copy it there, as by .cpu()");
  if (array.dtype() != nb::dtype<bool>() && array.dtype() != nb::dtype<std::uint8_t>())
    throw InputError("mask: expected an array of bool or uint8; for others compare them first, as in array != 0");
}

// Any strides.
std::vector<std::uint8_t> values_of(const Array& array) {
  const bool heads = array.ndim() == 3;
  const auto* data = static_cast<const std::uint8_t*>(array.data());
  std::vector<std::uint8_t> values;
  values.reserve(array.size());
  for (std::size_t head = 0; head < (heads ? array.shape(0) : 1); ++head)
    for (std::size_t row = 0; row < array.shape(array.ndim() - 2); ++row)
      for (std::size_t column = 0; column < array.shape(array.ndim() - 1); ++column)
        values.push_back(0 != data[(heads ? static_cast<std::int64_t>(head) * array.stride(0) : 0) +
                                   static_cast<std::int64_t>(row) * array.stride(array.ndim() - 2) +
                                   static_cast<std::int64_t>(column) * array.stride(array.ndim() - 1)]);
  return values;
}

std::string text_of(const GivenBlocks& blocks) {
  const std::string_view bytes(reinterpret_cast<const char*>(blocks.present.data()), blocks.present.size());
  const std::string digest = hex(DigestBuilder().add(bytes).value());
  return fmt::format("array {}x{}x{} of blocks {}x{}, digest {}", blocks.heads, blocks.rows, blocks.columns,
                     blocks.query_block, blocks.key_block, digest.substr(0, 16));
}

MaskSpec of_blocks(const Array& array, std::pair<Count, Count> block, const Extents& queries, const Extents& keys) {
  require_blocks(array);
  GivenBlocks blocks{.heads = array.ndim() == 3 ? static_cast<Count>(array.shape(0)) : 1,
                     .rows = static_cast<Count>(array.shape(array.ndim() - 2)),
                     .columns = static_cast<Count>(array.shape(array.ndim() - 1)),
                     .query_block = block.first,
                     .key_block = block.second,
                     .present = values_of(array)};
  const std::string text = text_of(blocks);
  MaskSpec spec = mask_of_blocks(std::move(blocks), text);
  spec.queries = queries;
  spec.keys = keys;
  return spec;
}

// Heads that share a mask, and its census.
std::vector<std::pair<HeadMask, Census>> census_of(const MaskSpec& mask, const StatedAttention& stated,
                                                   const StatedTiling& tiling) {
  return computed([&] {
    const Attention problem = masked_problem(stated, mask);
    const Tiling tiles = tiling_of(tiling, problem);
    std::vector<std::pair<HeadMask, Census>> all;
    for (const Request& request : problem.requests)
      for (const HeadMask& heads : request.masks) all.emplace_back(heads, count_tiles(heads.mask, tiles));
    return all;
  });
}

nb::dict row_of(const HeadMask& heads, const Census& census) {
  nb::dict row;
  row["mask"] = heads.text;
  row["first_head"] = heads.first_head;
  row["heads"] = heads.heads;
  row["queries"] = census.queries;
  row["keys"] = census.keys;
  row["pairs"] = census.pairs;
  row["query_tiles"] = census.query_tiles;
  row["kv_tiles"] = census.key_tiles;
  row["tiles_visited"] = census.visited;
  row["tiles_full"] = census.full;
  row["tiles_partial"] = census.partial();
  row["tiles_empty"] = census.empty();
  row["tiles_visited_worst"] = census.worst;
  row["tiles_visited_best"] = census.best;
  row["pairs_wasted_by_mask"] = census.wasted_by_mask();
  row["pairs_wasted_by_padding"] = census.wasted_by_padding();
  row["fully_block_sparse"] = census.fully_block_sparse();
  return row;
}

}  // namespace

void bind_mask(nb::module_& module) {
  nb::class_<MaskSpec>(module, "Mask", "Which (query, key) pairs exist.")
      .def_static(
          "of_text", [](const std::string& text) { return find_mask(text); }, nb::arg("text"))
      .def_static("of_blocks", of_blocks, nb::arg("array"), nb::arg("block"), nb::arg("queries"), nb::arg("keys"))
      .def_ro("text", &MaskSpec::text, "As messages and records say it.")
      .def_ro("queries", &MaskSpec::queries, "Extents of the layout of the queries; empty where it has none.")
      .def_ro("keys", &MaskSpec::keys, "The same of the keys.")
      .def_prop_ro(
          "heads",
          [](const MaskSpec& mask) {
            Count heads = 0;
            for (const HeadRun& run : mask.runs) heads += run.heads;
            return heads;
          },
          "How many heads it is about.")
      .def(
          "_census",
          [](const MaskSpec& mask, const nb::dict& stated, const nb::dict& tiling) {
            std::vector<nb::dict> rows;
            for (const auto& [heads, census] : census_of(mask, stated_attention(stated), stated_tiling(tiling)))
              rows.push_back(row_of(heads, census));
            return rows;
          },
          nb::arg("stated"), nb::arg("tiling"));
}

}  // namespace tilewright::python

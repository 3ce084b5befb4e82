#include "kernels/plan/row.hpp"

#include <cstddef>
#include <limits>
#include <set>

#include "kernels/plan/cells.hpp"
#include "kernels/plan/columns.hpp"
#include "kernels/plan/csv.hpp"

namespace tilewright::plan {
namespace {

constexpr double most_tokens = std::numeric_limits<int>::max();  // kernels count them in int

void read_heads(const Cells& cells, Row& row) {
  row.dtype = dtypes()[cells.index_in(dtypes(), "dtype")];
  row.batch = cells.count("batch", 1);
  row.heads = cells.count("heads", 1);
  row.kv_heads = cells.count("kv_heads", 1);
  if (row.heads % row.kv_heads != 0) {
    cells.fail("kv_heads",
               std::to_string(row.kv_heads) + " does not divide " + std::to_string(row.heads) + " heads");
  }
  row.head_dim = cells.count("head_dim", 1);
}

Shape read_layout(const Cells& cells, const std::string& column) {
  Shape layout = cells.shape(column);
  double tokens = 1;
  for (const std::int64_t extent : layout) tokens *= static_cast<double>(extent);
  if (tokens > most_tokens) cells.fail(column, "'" + cells.text(column) + "' are more than 2147483647 tokens");
  return layout;
}

Shape read_tile(const Cells& cells, const std::string& column, const Shape& layout) {
  if (cells.text(column).empty()) return {};
  Shape tile = read_layout(cells, column);
  if (tile.size() != layout.size()) {
    cells.fail(column, "'" + cells.text(column) + "' has not as many axes as the layout " + to_text(layout));
  }
  return tile;
}

void check_block(const Cells& cells, const std::string& tile_column, const Shape& tile, std::int64_t block) {
  if (tile.empty() || tokens_in(tile) == block) return;
  cells.fail("blocks", "blocks of " + std::to_string(block) + " tokens are not the " + tile_column + " of " +
                           std::to_string(tokens_in(tile)));
}

void read_pattern(const Cells& cells, Row& row) {
  row.queries = read_layout(cells, "queries");
  row.keys = read_layout(cells, "keys");
  if (row.queries.size() != row.keys.size()) {
    cells.fail("keys", "'" + cells.text("keys") + "' has not as many axes as the queries");
  }
  row.q_tile = read_tile(cells, "q_tile", row.queries);
  row.kv_tile = read_tile(cells, "kv_tile", row.keys);
  row.mask = cells.text("mask");
  row.blocks = cells.text("blocks");
  cells.check("mask", [&](const std::string&) { mask_of(row); });
  cells.check("blocks", [&](const std::string&) {
    const Blocks blocks = blocks_of(row);
    if (blocks.rows == 0) return;
    check_block(cells, "q_tile", row.q_tile, blocks.query_block);
    check_block(cells, "kv_tile", row.kv_tile, blocks.key_block);
  });
}

/// What a microbenchmark has not is an empty cell.
std::string number_text(const Row& row, int number) { return row.is_micro() ? "" : std::to_string(number); }

}  // namespace

std::vector<std::string> cells_of(const Row& row) {
  return {row.point,
          row.group,
          row.operation,
          row.kernel,
          row.dtype,
          number_text(row, row.batch),
          number_text(row, row.heads),
          number_text(row, row.kv_heads),
          number_text(row, row.head_dim),
          to_text(row.queries),
          to_text(row.keys),
          row.mask,
          row.blocks,
          to_text(row.q_tile),
          to_text(row.kv_tile),
          number_text(row, row.permuted ? 1 : 0),
          number_text(row, row.splits),
          to_text(row.cache),
          std::to_string(row.warm_up),
          std::to_string(row.repetitions),
          std::to_string(row.seed)};
}

Row read_row(const std::vector<std::string>& texts, const Place& place) {
  const Cells cells(plan_columns(), texts, place);
  Row row;
  row.point = cells.name("point");
  row.group = cells.text("group");
  row.operation = operations()[cells.index_in(operations(), "operation")];
  row.kernel = cells.name("kernel");
  if (!row.is_micro()) {
    read_heads(cells, row);
    read_pattern(cells, row);
    row.permuted = cells.whole("permuted", 0, 1) == 1;
    row.splits = cells.count("splits", 0);
  }
  row.cache = static_cast<Cache>(cells.index_in(caches(), "cache"));
  row.warm_up = cells.count("warm_up", 0);
  row.repetitions = cells.count("repetitions", 1);
  row.seed = cells.whole("seed", 0, std::numeric_limits<std::uint64_t>::max());
  return row;
}

HeadRules mask_of(const Row& row) { return read_mask(row.mask, row.queries, row.keys, row.heads); }
Blocks blocks_of(const Row& row) { return read_blocks(row.blocks, row.queries, row.keys); }

std::string write_plan(const std::vector<Row>& rows) {
  std::string text = csv_line(plan_columns());
  for (const Row& row : rows) text += csv_line(cells_of(row));
  return text;
}

std::vector<Row> read_plan(const std::string& text, const std::string& file) {
  const std::vector<CsvRow> lines = read_csv(text, file);
  if (lines.empty() || lines.front().cells != plan_columns()) {
    const std::string header = csv_line(plan_columns());
    throw Error({file, 1}, "", "expected the header " + header.substr(0, header.size() - 1));
  }
  std::vector<Row> rows;
  std::set<std::string> names;
  for (std::size_t index = 1; index < lines.size(); ++index) {
    const Place place{file, lines[index].line};
    rows.push_back(read_row(lines[index].cells, place));
    if (!names.insert(rows.back().point).second) throw Error(place, "point", "is there twice");
  }
  return rows;
}

}  // namespace tilewright::plan

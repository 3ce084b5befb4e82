#include "kernels/runner/plan.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <set>
#include <stdexcept>

namespace tilewright::kernels::runner {
namespace {

/// The cells of one row by column, with messages that name file, line and column.
class Cells {
 public:
  Cells(const CsvRow& row, const std::string& file) : row_(row), file_(file) {}

  const std::string& text(const std::string& column) const {
    const auto& columns = plan_columns();
    return row_
        .cells[static_cast<std::size_t>(std::find(columns.begin(), columns.end(), column) - columns.begin())];
  }

  std::string name(const std::string& column) const {
    const std::string& cell = text(column);
    if (cell.empty()) fail(column, "is empty");
    return cell;
  }

  std::string one_of(const std::string& column, const std::vector<std::string>& words) const {
    const std::string& cell = text(column);
    if (std::find(words.begin(), words.end(), cell) != words.end()) return cell;
    std::string expected;
    for (const std::string& word : words) expected += (expected.empty() ? "" : ", ") + word;
    fail(column, "'" + cell + "' is none of " + expected);
  }

  std::int64_t whole(const std::string& column, std::int64_t least, std::int64_t most) const {
    const auto value = read_whole(text(column));
    if (!value || *value < least || *value > most) {
      fail(column, "'" + text(column) + "' is no whole number from " + std::to_string(least) + " to " +
                       std::to_string(most));
    }
    return *value;
  }

  int count(const std::string& column, int least) const {
    return static_cast<int>(whole(column, least, std::numeric_limits<int>::max()));
  }

  Shape shape(const std::string& column) const {
    const auto shape = read_shape(text(column));
    if (!shape) fail(column, "'" + text(column) + "' is not one to three whole numbers of at least 1, as in 16x8");
    return *shape;
  }

  Shape tile(const std::string& column, const Shape& layout) const {
    if (text(column).empty()) return {};
    const Shape tile = shape(column);
    if (tile.dimensions != layout.dimensions) {
      fail(column, "'" + text(column) + "' has not as many axes as the layout " + layout.str());
    }
    return tile;
  }

  /// What `read` returns; what it throws becomes a message with the place.
  template <class Read>
  auto parsed(const std::string& column, const Read& read) const {
    try {
      return read(text(column));
    } catch (const std::invalid_argument& problem) {
      fail(column, problem.what());
    }
  }

  [[noreturn]] void fail(const std::string& column, const std::string& what) const {
    throw InputError(file_ + ":" + std::to_string(row_.line) + ": " + column + ": " + what);
  }

 private:
  const CsvRow& row_;
  const std::string& file_;
};

void read_heads(const Cells& cells, Point& point) {
  point.dtype = cells.one_of("dtype", {"bf16", "fp16"});
  point.batch = cells.count("batch", 1);
  point.heads = cells.count("heads", 1);
  point.kv_heads = cells.count("kv_heads", 1);
  if (point.heads % point.kv_heads != 0) {
    cells.fail("kv_heads",
               std::to_string(point.kv_heads) + " does not divide " + std::to_string(point.heads) + " heads");
  }
  point.head_dim = cells.count("head_dim", 1);
}

void check_block(const Cells& cells, const std::string& tile_column, const Shape& tile, std::int64_t block) {
  if (tile.dimensions == 0 || tile.product() == block) return;
  cells.fail("blocks", "blocks of " + std::to_string(block) + " tokens are not the " + tile_column + " of " +
                           std::to_string(tile.product()));
}

void read_pattern(const Cells& cells, Point& point) {
  point.queries = cells.shape("queries");
  point.keys = cells.shape("keys");
  if (point.queries.dimensions != point.keys.dimensions) {
    cells.fail("keys", "'" + cells.text("keys") + "' has not as many axes as the queries");
  }
  point.q_tile = cells.tile("q_tile", point.queries);
  point.kv_tile = cells.tile("kv_tile", point.keys);
  point.mask = cells.parsed(
      "mask", [&](const std::string& text) { return read_mask(text, point.queries, point.keys, point.heads); });
  point.blocks =
      cells.parsed("blocks", [&](const std::string& text) { return read_blocks(text, point.queries, point.keys); });
  if (point.blocks.rows == 0) return;
  check_block(cells, "q_tile", point.q_tile, point.blocks.query_block);
  check_block(cells, "kv_tile", point.kv_tile, point.blocks.key_block);
}

Cache read_cache(const Cells& cells) {
  const std::string cache = cells.one_of("cache", {"warm", "flush", "rotate"});
  if (cache == "warm") return Cache::warm;
  return cache == "flush" ? Cache::flush : Cache::rotate;
}

Point read_point(const CsvRow& row, const std::string& file) {
  const Cells cells(row, file);
  Point point;
  point.cells = row.cells;
  point.point = cells.name("point");
  point.group = cells.text("group");
  point.operation = cells.one_of("operation", {"attention", "decode", "passes", "linear", "permute", "micro"});
  point.kernel = cells.name("kernel");
  if (point.operation != "micro") {
    read_heads(cells, point);
    read_pattern(cells, point);
    point.permuted = cells.one_of("permuted", {"0", "1"}) == "1";
    point.splits = cells.count("splits", 0);
  }
  point.cache = read_cache(cells);
  point.warm_up = cells.count("warm_up", 0);
  point.repetitions = cells.count("repetitions", 1);
  point.seed = static_cast<std::uint64_t>(cells.whole("seed", 0, std::numeric_limits<std::int64_t>::max()));
  return point;
}

}  // namespace

std::vector<Point> read_plan(const std::string& text, const std::string& file) {
  const std::vector<CsvRow> rows = read_csv(text, file);
  if (rows.empty() || rows.front().cells != plan_columns()) {
    const std::string header = csv_line(plan_columns());
    throw InputError(file + ":1: expected the header " + header.substr(0, header.size() - 1));
  }
  std::vector<Point> points;
  std::set<std::string> names;
  for (auto row = rows.begin() + 1; row != rows.end(); ++row) {
    points.push_back(read_point(*row, file));
    if (!names.insert(points.back().point).second) Cells(*row, file).fail("point", "is there twice");
  }
  return points;
}

bool is_peer(const Point& point) { return point.kernel.rfind("torch-", 0) == 0; }

}  // namespace tilewright::kernels::runner

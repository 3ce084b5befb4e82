#include "measure/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace tilewright {

namespace {

// Numbers of a microbenchmark that it has not are empty cells.
Cell number_or_nothing(const PlanRow& row, Count value) {
  return row.is_micro() ? Cell() : Cell(static_cast<double>(value));
}

std::vector<Cell> cells_of(const PlanRow& row) {
  const auto text = [](const Extents& extents) { return extents.empty() ? std::string() : to_text(extents); };
  return {row.point,
          row.group,
          row.operation,
          row.kernel,
          row.dtype,
          number_or_nothing(row, row.batch),
          number_or_nothing(row, row.heads),
          number_or_nothing(row, row.kv_heads),
          number_or_nothing(row, row.head_dim),
          text(row.queries),
          text(row.keys),
          row.mask,
          row.blocks,
          text(row.q_tile),
          text(row.kv_tile),
          number_or_nothing(row, row.permuted ? 1 : 0),
          number_or_nothing(row, row.splits),
          row.cache,
          static_cast<double>(row.warm_up),
          static_cast<double>(row.repetitions),
          fmt::format("{}", row.seed)};
}

// The cells of one row, by column.
class Cells {
 public:
  Cells(const std::vector<std::string>& cells, const Place& place) : cells_(cells), place_(place) {}

  [[nodiscard]] const std::string& text(const std::string& column) const {
    const auto& columns = plan_columns();
    return cells_.at(static_cast<std::size_t>(std::ranges::find(columns, column) - columns.begin()));
  }
  [[nodiscard]] std::string one_of(const std::string& column, const std::vector<std::string>& known) const {
    if (std::ranges::find(known, text(column)) == known.end())
      throw InputError(place_, column, fmt::format("no '{}'{}", text(column), did_you_mean(text(column), known)));
    return text(column);
  }
  [[nodiscard]] Extents extents(const std::string& column) const {
    if (text(column).empty()) return {};
    try {
      return parse_extents(text(column), column);
    } catch (const InputError& error) {
      throw InputError(place_, "", error.what());
    }
  }
  template <class Number = Count>
  [[nodiscard]] Number whole(const std::string& column, Number least) const {
    const std::string& cell = text(column);
    Number value = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (error != std::errc() || end != cell.data() + cell.size() || value < least)
      throw InputError(place_, column,
                       fmt::format("expected a whole number of at least {}, got '{}'", least, cell));
    return value;
  }

 private:
  const std::vector<std::string>& cells_;
  const Place& place_;
};

void read_shapes(const Cells& cells, const Place& place, PlanRow& row) {
  row.dtype = cells.one_of("dtype", plan_dtypes());
  row.batch = cells.whole("batch", Count{1});
  row.heads = cells.whole("heads", Count{1});
  row.kv_heads = cells.whole("kv_heads", Count{1});
  row.head_dim = cells.whole("head_dim", Count{1});
  row.queries = cells.extents("queries");
  row.keys = cells.extents("keys");
  row.mask = cells.text("mask");
  row.blocks = cells.text("blocks");
  row.q_tile = cells.extents("q_tile");
  row.kv_tile = cells.extents("kv_tile");
  row.permuted = cells.whole("permuted", Count{0}) != 0;
  row.splits = cells.whole("splits", Count{0});
  if (row.keys.empty() || row.queries.size() != row.keys.size())
    throw InputError(place, "queries", "expected as many dimensions as the keys, and at least one");
  if (row.heads % row.kv_heads != 0)
    throw InputError(place, "kv_heads", fmt::format("{} does not divide {} heads", row.kv_heads, row.heads));
}

}  // namespace

const std::vector<std::string>& plan_operations() {
  static const std::vector<std::string> operations{"attention", "decode", "passes", "linear", "permute", "micro"};
  return operations;
}

const std::vector<std::string>& plan_caches() {
  static const std::vector<std::string> caches{"warm", "flush", "rotate"};
  return caches;
}

const std::vector<std::string>& plan_dtypes() {
  static const std::vector<std::string> dtypes{"bf16", "fp16"};
  return dtypes;
}

Table plan_table(const std::vector<PlanRow>& rows) {
  Table table;
  for (const std::string& name : plan_columns()) table.columns.push_back({name});
  for (const PlanRow& row : rows) table.rows.push_back(cells_of(row));
  return table;
}

PlanRow read_plan_row(const std::vector<std::string>& texts, const Place& place) {
  const Cells cells(texts, place);
  PlanRow row;
  row.point = cells.text("point");
  row.group = cells.text("group");
  row.operation = cells.one_of("operation", plan_operations());
  row.kernel = cells.text("kernel");
  if (!row.is_micro()) read_shapes(cells, place, row);
  row.cache = cells.one_of("cache", plan_caches());
  row.warm_up = cells.whole("warm_up", Count{0});
  row.repetitions = cells.whole("repetitions", Count{1});
  row.seed = cells.whole("seed", std::uint64_t{0});
  return row;
}

}  // namespace tilewright

#include "measure/expand.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "einsum/mask/spec.hpp"
#include "measure/plan_mask.hpp"

namespace tilewright {

namespace {

// One point of a group's grid: the rows of all kernels and tiles there.
class GridPoint {
 public:
  GridPoint(const MeasureSuite& suite, const MeasureGroup& group, std::size_t n)
      : suite_(suite), group_(group), n_(n), values_(point_values(group.axes, n)) {
    for (std::size_t i = 0; i < values_.size(); ++i) scope_.add(group.axes[i].name, values_[i]);
    for (const auto& [name, expression] : group.let) {
      const double value = scope_.value(expression);
      scope_.add(name, AxisValue{fmt::format("{}", value), value});
    }
  }

  [[nodiscard]] bool exists() const { return scope_.value(group_.when) != 0; }

  // A whole number: the least first.
  [[nodiscard]] int priority() const { return whole(group_.priority[n_ % group_.priority.size()], 0); }

  void append(std::vector<plan::Row>& rows) {
    for (const MeasuredKernel& kernel : group_.kernels)
      for (const std::string& run : kernel.runs.kernels) append(kernel, run, rows);
  }

 private:
  void append(const MeasuredKernel& kernel, const std::string& run, std::vector<plan::Row>& rows) {
    plan::Row row;
    row.point = name(run);
    row.group = group_.name;
    row.operation = kernel.runs.operation;
    row.kernel = run;
    row.cache = group_.cache;
    row.warm_up = whole(group_.warm_up, 0);
    row.repetitions = whole(group_.repetitions, 1);
    row.seed = suite_.seed;
    if (group_.is_micro()) return rows.push_back(row);
    read_shapes(kernel, row);
    const std::string point = row.point;
    for (const TileChoice& tiles : tiles_of(kernel, row)) {
      row.point = point + (tiles.query.empty() ? "" : "/" + to_text(tiles.query) + ":" + to_text(tiles.key));
      row.q_tile = tiles.query;
      row.kv_tile = tiles.key;
      set_mask(row);
      rows.push_back(row);
    }
  }

  // A comma would be a cell's end to a careless reader.
  [[nodiscard]] std::string name(const std::string& kernel) const {
    std::string text = group_.name + "/" + kernel;
    for (std::size_t i = 0; i < values_.size(); ++i) text += "/" + group_.axes[i].name + "=" + values_[i].text;
    std::ranges::replace(text, ',', ';');
    return text;
  }

  void read_shapes(const MeasuredKernel& kernel, plan::Row& row) const {
    row.dtype = scope_.fill(group_.dtype);
    row.batch = group_.batch ? whole(*group_.batch, 1) : 1;
    row.heads = whole(*group_.heads, 1);
    row.kv_heads = group_.kv_heads ? whole(*group_.kv_heads, 1) : row.heads;
    row.head_dim = whole(*group_.head_dim, 1);
    row.keys = extents(*group_.keys);
    row.queries = group_.queries ? extents(*group_.queries) : row.keys;
    row.permuted = group_.permuted && whole(*group_.permuted, 0) != 0;
    row.splits = group_.splits ? whole(*group_.splits, 0) : 0;
    const KernelRuns& runs = kernel.runs;
    if (std::ranges::find(runs.head_dims, row.head_dim) == runs.head_dims.end())
      fail(row, fmt::format("kernel '{}' has no head dimension {}; it has {}", kernel.file.name, row.head_dim,
                            fmt::join(runs.head_dims, ", ")));
    if (std::ranges::find(runs.dtypes, row.dtype) == runs.dtypes.end())
      fail(row, fmt::format("kernel '{}' has no data type '{}'{}", kernel.file.name, row.dtype,
                            did_you_mean(row.dtype, runs.dtypes)));
    if (row.splits > 0 && row.operation != "decode")
      fail(row, fmt::format("splits are of kernels that decode, and '{}' does not", kernel.file.name));
    if (row.heads % row.kv_heads != 0)
      fail(row, fmt::format("{} kv_heads do not divide {} heads", row.kv_heads, row.heads));
    if (row.queries.size() != row.keys.size())
      fail(row, fmt::format("queries {} and keys {} have different numbers of dimensions", to_text(row.queries),
                            to_text(row.keys)));
  }

  // Those that the group asks for and the kernel has; one that chooses its tiles has none to ask for.
  [[nodiscard]] std::vector<TileChoice> tiles_of(const MeasuredKernel& kernel, const plan::Row& row) const {
    if (kernel.file.chooses_tiles) return {TileChoice{}};
    std::vector<TileChoice> wanted;
    for (const KernelTile& tile : kernel.file.tiles) wanted.push_back(tile.tiles);
    std::vector<TileChoice> chosen;
    for (const TileChoice& tiles : group_.tiles.value_or(wanted))
      if (tiles.key.size() == row.keys.size() && kernel.has(tiles, row.head_dim, row.dtype))
        chosen.push_back(tiles);
    if (chosen.empty())
      fail(row, fmt::format("kernel '{}' has none of the tiles for the layout {} and heads of {} in {}",
                            kernel.file.name, to_text(row.keys), row.head_dim, row.dtype));
    return chosen;
  }

  // A kernel that chooses its tiles gets the first ones of the group where blocks say what the mask is.
  void set_mask(plan::Row& row) {
    const std::string text = group_.mask ? scope_.fill(group_.mask->text) : "dense";
    TileChoice tiles{row.q_tile, row.kv_tile};
    if (tiles.query.empty() && group_.tiles) tiles = group_.tiles->front();
    auto& known = masks_[to_text(tiles.query) + ":" + to_text(tiles.key)];
    try {
      if (!known) {
        const MaskSpec spec = find_mask(text, std::filesystem::path(suite_.file).parent_path().string());
        known = plan_mask(spec.runs, spec.layout(row.keys, row.queries), row.heads, tiles);
      }
    } catch (const InputError& error) {
      const std::string message = fmt::format("point '{}': {}", row.point, error.what());
      if (!group_.mask) throw InputError(group_.place, group_.key_path, message);
      throw InputError(group_.mask->place, group_.mask->key_path, message);
    }
    row.mask = known->rules;
    row.blocks = known->blocks;
    if (row.blocks.empty()) return;
    row.q_tile = tiles.query;
    row.kv_tile = tiles.key;
  }

  [[nodiscard]] int whole(const Expression& expression, int least) const {
    const double value = scope_.value(expression);
    if (value != std::floor(value) || value < least || value > std::numeric_limits<int>::max())
      expression.fail(fmt::format("expected a whole number of at least {}, got {}", least, value));
    return static_cast<int>(value);
  }

  [[nodiscard]] Extents extents(const SuiteText& text) const {
    try {
      return parse_extents(scope_.fill(text.text), "tokens");
    } catch (const InputError& error) {
      throw InputError(text.place, text.key_path, error.what());
    }
  }

  [[noreturn]] void fail(const plan::Row& row, const std::string& message) const {
    throw InputError(group_.place, group_.key_path, fmt::format("point '{}': {}", row.point, message));
  }

  const MeasureSuite& suite_;
  const MeasureGroup& group_;
  std::size_t n_;
  std::vector<AxisValue> values_;
  Scope scope_;
  std::map<std::string, std::optional<PlanMask>> masks_;  // by tiles
};

}  // namespace

std::vector<plan::Row> expand(const MeasureSuite& suite) {
  std::map<int, std::vector<plan::Row>> by_priority;
  for (const MeasureGroup& group : suite.groups)
    for (std::size_t n = 0; n < static_cast<std::size_t>(point_count(group.axes)); ++n)
      if (GridPoint point(suite, group, n); point.exists()) point.append(by_priority[point.priority()]);
  std::vector<plan::Row> rows;
  for (const auto& [priority, some] : by_priority) rows.insert(rows.end(), some.begin(), some.end());
  std::set<std::string> names;
  for (const plan::Row& row : rows)
    if (!names.insert(row.point).second)
      throw InputError({suite.file, 0, 0}, "measure.groups", "two points are named '" + row.point + "'");
  return rows;
}

std::vector<plan::Row> only(const std::vector<plan::Row>& rows, const std::string& text) {
  std::vector<plan::Row> chosen;
  for (const plan::Row& row : rows)
    if (row.point.find(text) != std::string::npos) chosen.push_back(row);
  if (chosen.empty())
    throw InputError(fmt::format("--only {}: none of the {} points has that in its name, as '{}' has", text,
                                 rows.size(), rows.empty() ? "" : rows.front().point));
  return chosen;
}

}  // namespace tilewright

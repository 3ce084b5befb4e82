#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <optional>

#include "cli/command.hpp"
#include "cli/log.hpp"
#include "common/file.hpp"
#include "einsum/graph.hpp"
#include "einsum/operation_count.hpp"
#include "einsum/parse.hpp"
#include "einsum/passes.hpp"
#include "einsum/shapes.hpp"
#include "einsum/workload.hpp"

namespace tilewright::cli {

namespace {

struct Arguments {
  std::string cascade;
  std::string workload;
  std::vector<std::string> set;
  bool dot = false;
};

// What is known of a cascade: with shapes its numbers, without them only its structure.
class Analysis {
 public:
  Analysis(Cascade cascade, const std::map<std::string, double>& given, std::optional<Workload> workload)
      : cascade_(std::move(cascade)), sized_(!given.empty()), workload_(std::move(workload)) {
    shapes_ = sized_ ? rank_shapes(cascade_, given) : ByRank<double>(cascade_.ranks.size(), 1);
  }

  [[nodiscard]] Table names() const {
    Table table{{{"cascade", {}, false}, {"description", {}, false}}, {{cascade_.name, cascade_.description}}};
    const auto add = [&](const char* column, const std::string& text) {
      table.columns.push_back({column, {}, false});
      table.rows[0].emplace_back(text);
    };
    if (workload_) add("workload", workload_->name);
    if (!cascade_.source.empty()) add("source", cascade_.source);
    return table;
  }

  [[nodiscard]] Table passes() const {
    Table table{{{"rank", {}, false}, {"passes", {}, false}, {"live between passes", {}, false}}, {}};
    for (const RankPasses& rank : count_passes(cascade_, shapes_)) {
      if (rank.passes.empty()) continue;
      std::string live;
      for (const Pass& pass : rank.passes)
        for (const LiveTensor& tensor : pass.live) live += (live.empty() ? "" : ", ") + live_text(tensor);
      table.rows.push_back({cascade_.ranks[rank.rank].name, static_cast<double>(rank.passes.size()), live});
    }
    return table;
  }

  [[nodiscard]] Table einsums() const {
    Table table{{{"einsum", {}, false}, {"per point", {}, false}}, {}};
    if (sized_) table.columns.insert(table.columns.end(), {{"points", {}, false}, {"operations", {}, false}});
    for (const Einsum& einsum : cascade_.einsums) {
      std::string each;
      double sum = 0;
      for (const auto& [operation, count] : operations_per_point(cascade_, einsum)) {
        const std::string& kind = cascade_.operations[operation].name;
        each += (each.empty() ? "" : ", ") + (count == 1 ? kind : fmt::format("{} {}", count, kind));
        sum += count;
      }
      std::vector<Cell> row{print_einsum(cascade_, einsum), each};
      if (sized_) row.insert(row.end(), {points(einsum, shapes_), sum * points(einsum, shapes_)});
      table.rows.push_back(std::move(row));
    }
    return table;
  }

  /// Those that the cascade defines, and what one of them is in operations of the language: a price where a machine
  /// has none.
  [[nodiscard]] Table definitions() const {
    Table table{{{"operation", {}, false},
                 {"operands", {}, false},
                 {"is", {}, false},
                 {"made of", {}, false},
                 {"laws", {}, false}},
                {}};
    for (const Operation& operation : cascade_.operations) {
      if (!operation.definition) continue;
      table.rows.push_back({operation.name, fmt::format("{}", fmt::join(operation.definition->operands, ", ")),
                            operation.definition->is, made_of(operation), laws_text(operation.laws)});
    }
    return table;
  }

  [[nodiscard]] Table tensors() const {
    Table table{{{"tensor", {}, false}, {"role", {}, false}, {"elements", {}, false}}, {}};
    if (workload_) table.columns.push_back({"footprint_B", dimension::bytes, false});
    for (const Tensor& tensor : cascade_.tensors) {
      if (tensor.view_of) continue;
      const char* roles[] = {"input", "intermediate", "output"};
      const double count = elements(cascade_, tensor, shapes_);
      table.rows.push_back({tensor.name, std::string(roles[static_cast<int>(tensor.role)]), count});
      if (workload_) table.rows.back().emplace_back(count * workload_->element_B(tensor.name));
    }
    return table;
  }

  [[nodiscard]] Table totals() const {
    double all = 0;
    for (const Einsum& einsum : cascade_.einsums)
      for (const auto& [operation, count] : operations_per_point(cascade_, einsum))
        all += count * points(einsum, shapes_);
    double traffic = 0;
    double traffic_B = 0;
    const auto add = [&](const Tensor& tensor, double count) {
      traffic += count;
      if (workload_) traffic_B += count * workload_->element_B(tensor.name);
    };
    for (const TensorId t : cascade_.tensors.ids()) {
      const Tensor& tensor = cascade_.tensors[t];
      if (tensor.view_of) continue;
      if (tensor.role == Tensor::Role::input) add(tensor, read_elements(cascade_, t, shapes_));
      if (tensor.role == Tensor::Role::output) add(tensor, elements(cascade_, tensor, shapes_));
    }
    const CriticalPath path = critical_path(cascade_, shapes_);
    std::string names;
    for (const EinsumId einsum : path.einsums)
      names += (names.empty() ? "" : " > ") + cascade_.einsums[einsum].name;
    Table table{{{"quantity", {}, false}, {"value", {}, false}}, {}};
    table.rows.push_back({"critical path", names});
    if (!sized_) return table;
    table.rows.push_back({"operations", all});
    table.rows.push_back({"operations on the critical path", path.operations});
    table.rows.push_back({"elements in and out", traffic});
    table.rows.push_back({"operations per element in or out", all / traffic});
    if (workload_) table.rows.push_back({"operations per byte in or out", all / traffic_B});
    return table;
  }

  [[nodiscard]] std::vector<std::pair<std::string, Table>> sections() const {
    std::vector<std::pair<std::string, Table>> result{
        {"cascade", names()}, {"passes", passes()}, {"einsums", einsums()}};
    if (Table table = definitions(); !table.rows.empty()) result.emplace_back("operations", std::move(table));
    if (sized_) result.emplace_back("tensors", tensors());
    result.emplace_back("totals", totals());
    return result;
  }

 private:
  [[nodiscard]] std::string made_of(const Operation& operation) const {
    std::vector<std::string> parts;
    for (const auto& [id, count] : language_operations(operation, cascade_.operations)) {
      const std::string& kind = cascade_.operations[id].name;
      parts.push_back(count == 1 ? kind : fmt::format("{} {}", count, kind));
    }
    return fmt::format("{}", fmt::join(parts, ", "));
  }

  [[nodiscard]] static std::string laws_text(const Laws& laws) {
    std::vector<std::string> parts;
    if (laws.associative) parts.emplace_back("associative");
    if (laws.commutative) parts.emplace_back("commutative");
    if (laws.identity) parts.push_back(fmt::format("identity {}", *laws.identity));
    for (const std::string& kind : laws.distributes_over) parts.push_back("distributes over " + kind);
    return fmt::format("{}", fmt::join(parts, ", "));
  }

  [[nodiscard]] std::string live_text(const LiveTensor& live) const {
    const std::string& name = cascade_.tensors[live.tensor].name;
    return sized_ ? fmt::format("{} ({} elements of a fibre)", name, live.elements) : name;
  }

  Cascade cascade_;
  ByRank<double> shapes_;
  bool sized_;
  std::optional<Workload> workload_;
};

struct Shapes {
  std::map<std::string, double> given;
  std::optional<Workload> workload;
};

bool is_rank(const Cascade& cascade, const std::string& name) {
  return std::ranges::find(cascade.ranks, name, &Rank::name) != cascade.ranks.end();
}

void require_ranks(const std::map<std::string, double>& set, const Cascade& cascade) {
  std::vector<std::string> known;
  for (const Rank& rank : cascade.ranks) known.push_back(rank.name);
  for (const auto& [name, value] : set)
    if (!is_rank(cascade, name))
      throw InputError("setting " + name + ": the cascade has no rank '" + name + "'" + did_you_mean(name, known));
}

void require_shapes(const Shapes& shapes, const Cascade& cascade) {
  for (const Rank& rank : cascade.ranks)
    if (!rank.shape && !shapes.given.contains(rank.name))
      throw InputError(rank.place, "",
                       "rank '" + rank.name + "' has no shape; give it one, as in --set " + rank.name + "=256");
}

void warn_of_what_is_left_out(const Workload& workload) {
  if (!workload.requests.empty())
    log_warning(
        fmt::format("{}: workload.requests has no effect here: operations are those of the shapes that --set gives",
                    workload.file));
  if (workload.mask)
    log_warning(fmt::format(
        "{}: workload.mask has no effect here: operations and footprints are those of all pairs", workload.file));
  if (!workload.shared.empty())
    log_warning(
        fmt::format("{}: workload.shared has no effect here: tensors are counted one by one", workload.file));
  if (workload.ranks && !workload.ranks->kv_heads.empty())
    log_warning(
        fmt::format("{}: workload.ranks.kv_heads has no effect here: tensors have the ranks that the cascade says",
                    workload.file));
}

// A setting is of the workload's shape of that name; or, where it has none, of the cascade's rank.
Shapes read_shapes(const Arguments& arguments, const Cascade& cascade) {
  Shapes shapes;
  std::map<std::string, double> set = parse_settings(arguments.set);
  if (arguments.workload.empty()) {
    require_ranks(set, cascade);
  } else {
    const Yaml file = Yaml::load(find_config("workloads", arguments.workload));
    const std::map<std::string, double> all = parse_workload(file).shapes;
    for (const auto& [name, value] : set)
      if (!all.contains(name) && is_rank(cascade, name)) shapes.given.emplace(name, value);
    for (const auto& [name, value] : shapes.given) set.erase(name);
    shapes.workload = parse_workload(file, set);
    shapes.given.insert(shapes.workload->shapes.begin(), shapes.workload->shapes.end());
    warn_of_what_is_left_out(*shapes.workload);
    set.clear();
  }
  shapes.given.insert(set.begin(), set.end());
  if (!shapes.given.empty()) require_shapes(shapes, cascade);
  return shapes;
}

}  // namespace

Action add_analyze(Verb& verb) {
  const auto arguments = std::make_shared<Arguments>();
  verb.add_option("cascade", arguments->cascade, "name below configs/cascades, or a file")->required();
  verb.add_option("--workload", arguments->workload, "take the shapes from this workload");
  verb.add_option("--set", arguments->set,
                  "shapes, as in --set S=4096; of the workload, or of the ranks without one");
  verb.add_flag("--dot", arguments->dot, "print the dependence graph for Graphviz instead");
  return [arguments, &verb](const Options& options) {
    Cascade cascade = load_cascade(find_config("cascades", arguments->cascade));
    if (arguments->dot) {
      verb.refuse_beside("--dot", {"cascade"});
      fmt::print("{}", to_dot(cascade));
      return static_cast<int>(done);
    }
    Shapes shapes = read_shapes(*arguments, cascade);
    print_sections(Analysis(std::move(cascade), shapes.given, std::move(shapes.workload)).sections(), options);
    return static_cast<int>(done);
  };
}

}  // namespace tilewright::cli

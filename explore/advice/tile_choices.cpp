#include "explore/advice/tile_choices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "kernels/plan/words.hpp"

namespace tilewright {

namespace {

constexpr Count most_tile_tokens = 1 << 16;
constexpr std::size_t most_choices = 20000;

Extents read_extents(const Yaml& tile, const std::string& key) {
  const Yaml value = tile.at(key);
  try {
    return parse_extents(value.text(), key);
  } catch (const InputError& error) {
    value.fail(error.what());
  }
}

std::string one_of(const Yaml& yaml, const std::vector<std::string>& known) {
  if (std::ranges::find(known, yaml.text()) == known.end())
    yaml.fail(fmt::format("no '{}'{}", yaml.text(), did_you_mean(yaml.text(), known)));
  return yaml.text();
}

// At least one, each once.
template <class Read>
auto read_list(const Yaml& yaml, Read read) {
  std::vector<decltype(read(yaml))> values;
  for (const Yaml& item : yaml.items()) {
    values.push_back(read(item));
    if (std::ranges::count(values, values.back()) > 1) item.fail("'" + item.text() + "' is there twice");
  }
  if (values.empty()) yaml.fail("expected at least one value");
  return values;
}

KernelRuns read_runs(const Yaml& yaml) {
  KernelRuns runs;
  runs.operation = one_of(yaml.at("operation"), plan::operations());
  const bool micro = runs.operation == "micro";
  yaml.only(micro ? std::vector<std::string>{"operation", "kernels"}
                  : std::vector<std::string>{"operation", "kernels", "head_dims", "dtypes"});
  runs.kernels = read_list(yaml.at("kernels"), [](const Yaml& item) { return item.text(); });
  if (micro) return runs;
  runs.head_dims = read_list(yaml.at("head_dims"), [](const Yaml& item) { return item.integer(1, 1 << 16); });
  runs.dtypes = read_list(yaml.at("dtypes"), [](const Yaml& item) { return one_of(item, plan::dtypes()); });
  return runs;
}

std::vector<Extents> factorizations(Count size, std::size_t dimensions) {
  if (dimensions == 1) return {{size}};
  std::vector<Extents> all;
  for (Count first = 1; first <= size; ++first) {
    if (size % first != 0) continue;
    for (Extents& rest : factorizations(size / first, dimensions - 1)) {
      rest.insert(rest.begin(), first);
      all.push_back(std::move(rest));
    }
  }
  return all;
}

}  // namespace

TileChoice parse_tiles(const Yaml& yaml) {
  yaml.only({"q", "kv"});
  TileChoice tiles{read_extents(yaml, "q"), read_extents(yaml, "kv")};
  if (tiles.query.size() != tiles.key.size())
    yaml.fail(fmt::format("q {} and kv {} have different numbers of dimensions", to_text(tiles.query),
                          to_text(tiles.key)));
  return tiles;
}

KernelFamily parse_kernels(const Yaml& root) {
  root.only({"kernels"});
  const Yaml yaml = root.at("kernels");
  yaml.only({"name", "source", "runs", "tiles"});
  KernelFamily kernels{yaml.at("name").text(), yaml.at("source").text(), {}};
  for (const Yaml& each : yaml.at("tiles").items()) {
    const TileChoice tiles = parse_tiles(each);
    if (std::ranges::find(kernels.tiles, tiles) != kernels.tiles.end())
      each.fail(fmt::format("q {} and kv {} are listed twice", to_text(tiles.query), to_text(tiles.key)));
    kernels.tiles.push_back(tiles);
  }
  if (const auto runs = yaml.find("runs")) kernels.runs = read_runs(*runs);
  return kernels;
}

KernelFamily load_kernels(const std::filesystem::path& file) { return parse_kernels(Yaml::load(file)); }

std::vector<TileChoice> tiles_for(const KernelFamily& kernels, const Layout& layout) {
  std::vector<TileChoice> fitting;
  std::set<std::size_t> offered;
  for (const TileChoice& tiles : kernels.tiles) {
    offered.insert(tiles.key.size());
    if (tiles.key.size() == layout.dimensions()) fitting.push_back(tiles);
  }
  if (fitting.empty())
    throw InputError(fmt::format("kernels '{}' have no tiles of {} dimension{} for the layout {}; they have {}",
                                 kernels.name, layout.dimensions(), layout.dimensions() == 1 ? "" : "s",
                                 to_text(layout.keys),
                                 offered.empty() ? "none at all" : fmt::format("{}", fmt::join(offered, ", "))));
  return fitting;
}

std::vector<TileChoice> tiles_of_size(Count query_size, Count key_size, std::size_t dimensions) {
  if (std::max(query_size, key_size) > most_tile_tokens)
    throw InputError(
        fmt::format("tiles of {} and {} tokens: expected at most {}", query_size, key_size, most_tile_tokens));
  const auto queries = factorizations(query_size, dimensions);
  const auto keys = factorizations(key_size, dimensions);
  if (queries.size() * keys.size() > most_choices)
    throw InputError(
        fmt::format("{} and {} tokens make {} pairs of tile shapes; at most {} can be searched: give sizes "
                    "with fewer divisors, or a list of tiles",
                    query_size, key_size, queries.size() * keys.size(), most_choices));
  std::vector<TileChoice> all;
  for (const Extents& query : queries)
    for (const Extents& key : keys) all.push_back({query, key});
  return all;
}

}  // namespace tilewright

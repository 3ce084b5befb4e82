#include "mappings/kernel/kernel_choice.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "mappings/kernel/choice.hpp"

namespace tilewright {

namespace {

bool names_stages(const Expression& expression) {
  return std::ranges::find(expression.names(), "stages") != expression.names().end();
}

std::string words_of(const std::vector<KeyTiles>& all) {
  std::vector<std::string> words;
  for (const KeyTiles each : all) words.emplace_back(to_text(each));
  return fmt::format("{}", fmt::join(words, ", "));
}

std::optional<TileChoice> parse_tile_pair(const Yaml& yaml) {
  const auto query = yaml.find("q_tile");
  const auto key = yaml.find("kv_tile");
  if (!query && !key) return {};
  if (!query || !key) yaml.fail("expected both of 'q_tile' and 'kv_tile', or neither");
  TileChoice tiles{read_extents(*query, "q_tile"), read_extents(*key, "kv_tile")};
  require_as_many_dimensions(yaml, tiles);
  return tiles;
}

}  // namespace

const char* to_text(QueryOrder order) {
  switch (order) {
    case QueryOrder::ascending:
      return "ascending";
    case QueryOrder::descending:
      return "descending";
    case QueryOrder::longest_first:
      return "longest-first";
  }
  return "";
}

QueryOrder query_order_of(const KernelSchedule& schedule) {
  if (schedule.longest_first) return QueryOrder::longest_first;
  return schedule.descending ? QueryOrder::descending : QueryOrder::ascending;
}

bool has_stages(const Kernel& kernel) {
  if (!kernel.block) return false;
  const KernelBlock& block = *kernel.block;
  return names_stages(block.threads) || names_stages(block.registers) || names_stages(block.shared_B);
}

bool adds_splits(const Kernel& kernel) {
  return kernel.splits.kind == KernelSplits::Kind::stream ||
         std::ranges::any_of(kernel.after, &KernelPass::reduces_splits);
}

std::vector<KeyTiles> key_tiles_of(const Kernel& kernel) {
  std::vector<KeyTiles> all{kernel.key_tiles};
  all.insert(all.end(), kernel.other_key_tiles.begin(), kernel.other_key_tiles.end());
  return all;
}

KeyTiles parse_key_tiling(const Yaml& yaml) {
  return choice<KeyTiles>(
      yaml, {{"static", KeyTiles::fixed}, {"dynamic", KeyTiles::dynamic}, {"gathered", KeyTiles::gathered}});
}

QueryOrder parse_query_order(const Yaml& yaml) {
  std::vector<std::pair<std::string, QueryOrder>> words;
  for (const QueryOrder order : query_orders) words.emplace_back(to_text(order), order);
  return choice<QueryOrder>(yaml, words);
}

bool parse_queries_outer(const Yaml& yaml) { return choice<bool>(yaml, {{"heads", false}, {"queries", true}}); }

void refuse_padding(const Kernel& kernel, const Yaml& file) {
  if (!kernel.pad.empty())
    file.at("kernel").at("choose").at("pad").fail("a padded layout is for 'evaluate' and 'simulate'");
}

KernelChoice parse_choice(const Yaml& yaml) {
  std::vector<std::string> keys(choice_keys.begin(), choice_keys.end());
  keys.emplace_back("pad");
  yaml.only(keys);
  KernelChoice choice;
  choice.tiles = parse_tile_pair(yaml);
  if (const auto tiling = yaml.find("kv_tiling")) choice.key_tiles = parse_key_tiling(*tiling);
  if (const auto stages = yaml.find("stages")) choice.stages = stages->integer(1, most_stages);
  if (const auto splits = yaml.find("splits")) choice.splits = splits->integer(1, most_splits);
  if (const auto queries = yaml.find("queries")) choice.queries = parse_query_order(*queries);
  if (const auto outer = yaml.find("outer")) choice.queries_outer = parse_queries_outer(*outer);
  if (const auto pad = yaml.find("pad")) choice.pad = read_extents(*pad, "pad");
  return choice;
}

void require_choosable(const KernelChoice& choice, const Kernel& kernel, const Yaml& yaml) {
  if (!kernel.block) yaml.fail(fmt::format("kernel '{}' has no 'block', and so nothing to choose", kernel.name));
  const std::vector<KeyTiles> tilings = key_tiles_of(kernel);
  if (choice.key_tiles && std::ranges::find(tilings, *choice.key_tiles) == tilings.end())
    yaml.at("kv_tiling").fail(fmt::format("the KV tiles of kernel '{}' are {}", kernel.name, words_of(tilings)));
  if (choice.stages && !has_stages(kernel))
    yaml.at("stages").fail(
        fmt::format("kernel '{}' does not say what a stage takes: no 'stages' in its 'block'", kernel.name));
  if (choice.splits && !adds_splits(kernel))
    yaml.at("splits").fail(fmt::format("kernel '{}' has nothing that adds the parts of a split up", kernel.name));
}

Kernel with(Kernel kernel, const KernelChoice& choice) {
  if (choice.tiles) kernel.chosen_tiles = choice.tiles;
  if (choice.key_tiles) kernel.key_tiles = *choice.key_tiles;
  if (choice.stages) kernel.stages = static_cast<double>(*choice.stages);
  if (choice.splits) {
    kernel.splits = {};
    kernel.splits.count = Expression::constant(static_cast<double>(*choice.splits));
  }
  if (choice.queries) {
    kernel.schedule.descending = *choice.queries == QueryOrder::descending;
    kernel.schedule.longest_first = *choice.queries == QueryOrder::longest_first;
  }
  if (choice.queries_outer) kernel.schedule.queries_outer = *choice.queries_outer;
  kernel.pad = choice.pad;
  return kernel;
}

std::string to_yaml(const KernelChoice& choice, const std::string& from, const std::string& description) {
  std::string text = fmt::format("kernel:\n  from: {}\n  description: \"{}\"\n  choose:\n", from, description);
  const auto add = [&](const char* key, const std::string& value) {
    text += fmt::format("    {}: {}\n", key, value);
  };
  if (choice.tiles) {
    add("q_tile", to_text(choice.tiles->query));
    add("kv_tile", to_text(choice.tiles->key));
  }
  if (choice.key_tiles) add("kv_tiling", to_text(*choice.key_tiles));
  if (choice.stages) add("stages", std::to_string(*choice.stages));
  if (choice.splits) add("splits", std::to_string(*choice.splits));
  if (choice.queries) add("queries", to_text(*choice.queries));
  if (choice.queries_outer) add("outer", *choice.queries_outer ? "queries" : "heads");
  if (!choice.pad.empty()) add("pad", to_text(choice.pad));
  return text;
}

}  // namespace tilewright

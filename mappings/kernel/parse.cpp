#include "mappings/kernel/parse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "common/file.hpp"
#include "einsum/sum_view.hpp"
#include "mappings/kernel/choice.hpp"
#include "mappings/kernel/kernel_choice.hpp"
#include "mappings/kernel/parse_pass.hpp"
#include "mappings/kernel/parse_splits.hpp"
#include "mappings/kernel/parse_work.hpp"
#include "mappings/kernel/positive.hpp"
#include "mappings/kernel/swizzle.hpp"

namespace tilewright {

namespace {

class KernelParser {
 public:
  KernelParser(const KernelFile& file, const Yaml& model, const Cascade& cascade, const Arch& arch,
               const std::optional<AttentionRanks>& roles)
      : file_(file), yaml_(model), cascade_(cascade), arch_(arch) {
    if (roles) static_cast<AttentionRankIds&>(kernel_.ranks) = find_ranks(*roles, cascade);
  }

  Kernel parse() {
    yaml_.only({"cascade", "ranks", "key_tiles", "gather", "block", "computes", "stages", "bind", "einsums",
                "extra", "visits", "polynomial", "overlap", "element_mask", "schedule", "splits", "pack_heads",
                "before", "after"});
    kernel_.name = file_.name;
    kernel_.file = yaml_.place().file;
    kernel_.tiles = file_.tiles;
    if (const auto ranks = yaml_.find("ranks")) this->ranks(*ranks);
    if (const auto tiles = yaml_.find("key_tiles")) key_tiles(*tiles);
    if (const auto unit = yaml_.find("gather")) gather(*unit);
    if (const auto block = yaml_.find("block")) this->block(*block);
    kernel_.stages = positive_or(yaml_, "stages", 1, 64);
    if (kernel_.stages != std::floor(kernel_.stages)) yaml_.at("stages").fail("expected a whole number");
    options();
    for (const auto& [key, passes] : {std::pair("before", &kernel_.before), std::pair("after", &kernel_.after)})
      if (const auto list = yaml_.find(key))
        for (const Yaml& each : list->items()) passes->push_back(parse_pass(each, yaml_, cascade_, arch_));
    read_work(yaml_, cascade_, arch_, kernel_);
    if (computes_cascade(kernel_)) {
      refuse_sum_views(cascade_, "kernels");
      check();
    }
    return std::move(kernel_);
  }

 private:
  void ranks(const Yaml& yaml) {
    yaml.only({"tile", "tiles"});
    kernel_.ranks.tile = rank_of(yaml.at("tile"));
    kernel_.ranks.tiles = rank_of(yaml.at("tiles"));
    const std::vector<RankId> parts{kernel_.ranks.tiles, kernel_.ranks.tile};
    const auto is_of_keys = [&](const Partition& partition) {
      return partition.whole == kernel_.ranks.keys && partition.parts == parts;
    };
    if (std::ranges::any_of(cascade_.partitions, is_of_keys)) return;
    const std::string& keys = cascade_.ranks[kernel_.ranks.keys].name;
    yaml.at("tile").fail("the cascade has no partition of the keys into these tiles: " + keys + ": [" +
                         yaml.at("tiles").text() + ", " + yaml.at("tile").text() + "]");
  }

  [[nodiscard]] RankId rank_of(const Yaml& yaml) const {
    const std::string name = yaml.text();
    if (const RankId id = cascade_.ranks.id_of(std::ranges::find(cascade_.ranks, name, &Rank::name))) return id;
    std::vector<std::string> known;
    for (const Rank& each : cascade_.ranks) known.push_back(each.name);
    yaml.fail("the cascade has no rank '" + name + "'" + did_you_mean(name, known));
  }

  [[nodiscard]] static Expression of_block(const Yaml& yaml, const Dimension& dimension = dimension::number) {
    Expression value = yaml.expression(dimension);
    value.bind(block_symbols());
    return value;
  }

  void key_tiles(const Yaml& yaml) {
    const auto words = [](const Yaml& each) {
      return choice<KeyTiles>(
          each, {{"fixed", KeyTiles::fixed}, {"dynamic", KeyTiles::dynamic}, {"gathered", KeyTiles::gathered}});
    };
    if (!yaml.is_list()) {
      kernel_.key_tiles = words(yaml);
      return;
    }
    std::vector<KeyTiles> all;
    for (const Yaml& each : yaml.items()) {
      all.push_back(words(each));
      if (std::ranges::count(all, all.back()) > 1) each.fail("'" + each.text() + "' is there twice");
    }
    if (all.empty()) yaml.fail("expected at least one of fixed, dynamic, gathered");
    kernel_.key_tiles = all.front();
    kernel_.other_key_tiles.assign(all.begin() + 1, all.end());
  }

  void gather(const Yaml& yaml) {
    if (std::ranges::count(key_tiles_of(kernel_), KeyTiles::gathered) == 0)
      yaml.fail("expected key_tiles: gathered beside it");
    const double tokens = positive_or(yaml_, "gather", 1, 1 << 20);
    if (tokens != std::floor(tokens)) yaml.fail("expected a whole number");
    kernel_.gather = static_cast<Count>(tokens);
  }

  void block(const Yaml& yaml) {
    yaml.only({"threads", "registers", "shared_B"});
    kernel_.block = KernelBlock{of_block(yaml.at("threads")), of_block(yaml.at("registers")),
                                of_block(yaml.at("shared_B"), dimension::bytes)};
  }

  void computes(const Yaml& yaml) {
    yaml.only({"E", "F"});
    const auto dimension = [&](const char* key) {
      Expression value = yaml.at(key).expression();
      value.bind(kernel_symbols());
      return value;
    };
    kernel_.computes = ComputedDims{dimension("E"), dimension("F")};
  }

  void options() {
    if (const auto dims = yaml_.find("computes")) computes(*dims);
    if (const auto overlap = yaml_.find("overlap")) {
      overlap->only({"softmax", "copies"});
      const auto flag = [&](const char* key, const char* overlapped, bool& value) {
        if (const auto text = overlap->find(key))
          value = choice<bool>(*text, {{overlapped, true}, {"serial", false}});
      };
      flag("softmax", "under-products", kernel_.softmax_under_products);
      flag("copies", "hidden", kernel_.copies_hidden);
    }
    if (const auto mask = yaml_.find("element_mask"))
      kernel_.element_mask = choice<ElementMask>(*mask, {{"partial", ElementMask::partial},
                                                         {"visited", ElementMask::visited},
                                                         {"visited-unless-full", ElementMask::visited_unless_full},
                                                         {"none", ElementMask::none}});
    if (const auto schedule = yaml_.find("schedule")) this->schedule(*schedule);
    if (const auto splits = yaml_.find("splits")) kernel_.splits = parse_splits(*splits);
    if (const auto pack = yaml_.find("pack_heads")) kernel_.pack_heads = pack->boolean();
  }

  void schedule(const Yaml& yaml) {
    yaml.only({"launch", "owns", "queries", "keys", "outer", "swizzle"});
    KernelSchedule& schedule = kernel_.schedule;
    if (const auto owns = yaml.find("owns")) own(*owns);
    const char* owned = schedule.owns_keys ? "keys" : "queries";
    if (const auto other = yaml.find(schedule.owns_keys ? "queries" : "keys"))
      other->fail(fmt::format("expected '{}', the order of what blocks own", owned));
    if (const auto launch = yaml.find("launch"))
      schedule.persistent = choice<bool>(*launch, {{"grid", false}, {"persistent", true}});
    if (const auto outer = yaml.find("outer"))
      schedule.queries_outer = choice<bool>(*outer, {{"heads", false}, {owned, true}});
    if (const auto queries = yaml.find(owned)) {
      const int order = choice<int>(*queries, {{"ascending", 0}, {"descending", 1}, {"longest-first", 2}});
      schedule.descending = order == 1;
      schedule.longest_first = order == 2;
    }
    if (const auto swizzle = yaml.find("swizzle")) {
      if (schedule.queries_outer || schedule.longest_first)
        swizzle->fail("expected 'outer: heads', and queries that are not 'longest-first', beside it");
      schedule.swizzle = swizzle->expression();
      schedule.swizzle.bind(swizzle_symbols());
    }
  }

  // Splits, packed heads and KV tiles of other kinds are of blocks that own queries.
  void own(const Yaml& yaml) {
    kernel_.schedule.owns_keys = choice<bool>(yaml, {{"queries", false}, {"keys", true}});
    if (!kernel_.schedule.owns_keys) return;
    for (const char* key : {"splits", "pack_heads", "key_tiles", "ranks"})
      if (const auto other = yaml_.find(key)) other->fail("expected 'schedule: {owns: queries}' beside it");
  }

  void check() const {
    ByEinsum<int> times(cascade_.einsums.size(), 0);
    for (const auto* passes : {&kernel_.before, &kernel_.after})
      for (const KernelPass& pass : *passes)
        for (const EinsumId einsum : pass.einsums) ++times[einsum];
    for (const EinsumId e : times.ids()) {
      if (times[e] > 1) yaml_.fail("Einsum '" + cascade_.einsums[e].name + "' is in several passes");
      if (times[e] == 0 && !kernel_.block)
        yaml_.fail("Einsum '" + cascade_.einsums[e].name +
                   "' is in no pass, and without 'block' there is no other");
    }
    if (kernel_.ranks.queries) require_roles();
    const bool tiled = kernel_.ranks.tile && kernel_.ranks.tiles;
    if (kernel_.block && !tiled && !kernel_.schedule.owns_keys)
      yaml_.fail("a kernel with 'block' needs 'ranks', those of its tiles: {tile: M0, tiles: M1}");
    if (kernel_.block && kernel_.tiles.empty()) file_.yaml.fail("missing key 'tiles'");
  }

  // What has no role would count once.
  void require_roles() const {
    const KernelRanks& ranks = kernel_.ranks;
    for (const RankId r : cascade_.ranks.ids()) {
      const bool known = std::ranges::any_of(
          std::array{ranks.queries, ranks.keys, ranks.heads, ranks.batch, ranks.head_dim, ranks.value_dim},
          [&](RankId role) { return role == r; });
      const bool part = std::ranges::any_of(cascade_.partitions, [&](const Partition& partition) {
        return std::ranges::find(partition.parts, r) != partition.parts.end();
      });
      if (!known && !part && !cascade_.ranks[r].shape)
        yaml_.at("cascade").fail("rank '" + cascade_.ranks[r].name + "' of cascade '" + cascade_.name +
                                 "' has no role in attention; the workload's 'ranks' gives it one");
    }
  }

  const KernelFile& file_;
  const Yaml& yaml_;
  const Cascade& cascade_;
  const Arch& arch_;
  Kernel kernel_;
};

const Yaml& model_of(const KernelFile& file) {
  if (!file.model)
    file.yaml.fail(fmt::format("kernel '{}' has no 'model': it {}, but nothing is predicted of it", file.name,
                               file.runs ? "can be measured" : "has tiles to choose from"));
  return *file.model;
}

}  // namespace

Yaml kernel_cascade_key(const Yaml& root) { return model_of(parse_kernel_file(root)).at("cascade"); }

Yaml kernel_model(const Yaml& root) { return model_of(parse_kernel_file(root)); }

std::string kernel_cascade(const Yaml& root) {
  const Yaml cascade = kernel_cascade_key(root);
  return beside(cascade.text(), cascade.place().file);
}

Kernel parse_kernel(const Yaml& root, const Cascade& cascade, const Arch& arch,
                    const std::optional<AttentionRanks>& roles) {
  const KernelFile file = parse_kernel_file(root);
  const Yaml model = model_of(file);
  Kernel kernel = KernelParser(file, model, cascade, arch, roles).parse();
  (void)model.at("cascade").text();
  model.require_used();
  if (!file.choose) return kernel;
  require_choosable(file.chosen, kernel, *file.choose);
  Kernel chosen = with(std::move(kernel), file.chosen);
  chosen.file = file.choose->place().file;  // from which a record can be made again
  return chosen;
}

}  // namespace tilewright

#include "cli/mask_census.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "report/tiled_mask.hpp"
#include "sim/bound/ladder_json.hpp"

namespace tilewright::cli {

namespace {

constexpr std::size_t short_histogram = 8;
constexpr int percentiles[] = {10, 25, 50, 75, 90};

// Throws InputError beyond 2^62.
void add_to(Count& sum, Count times, Count each) {
  const Count product = checked_product(times, each);
  if (product > (Count{1} << 62) - sum)
    throw InputError("all requests together have more than 2^62 tiles, too many to count");
  sum += product;
}

double as_double(Count count) { return static_cast<double>(count); }

// Absent where nothing is left.
Cell ratio(double above, double below) { return below > 0 ? Cell(above / below) : Cell(); }

double all_pairs_of(const Census& census) { return as_double(census.queries) * as_double(census.keys); }

// KV tiles that so many percent of the Q tiles visit at most: the nearest rank.
Count percentile(const Census& census, int percent) {
  Count left = std::max<Count>(1, ceil_div(census.query_tiles * percent, 100));
  for (const VisitCount& each : census.distribution)
    if ((left -= each.query_tiles) <= 0) return each.visited;
  return census.worst;
}

std::string histogram(const Census& census) {
  std::string text;
  for (const VisitCount& each : census.distribution)
    text += fmt::format("{}{} by {} Q tile{}", text.empty() ? "" : ", ", with_commas(each.visited),
                        with_commas(each.query_tiles), each.query_tiles == 1 ? "" : "s");
  return text;
}

std::string percentiles_of(const Census& census) {
  std::string text;
  for (const int percent : percentiles)
    text += fmt::format("{}{} % at most {}", text.empty() ? "" : ", ", percent,
                        with_commas(percentile(census, percent)));
  return text;
}

std::string share(double part, double whole) {
  return whole > 0 ? fmt::format(" ({:.3g} %)", 100 * part / whole) : "";
}

std::string shared_count(Count part, double whole) { return with_commas(part) + share(as_double(part), whole); }

}  // namespace

bool has_requests(const std::vector<HeadCensus>& masks) {
  return std::ranges::any_of(masks, [](const HeadCensus& each) { return each.sequences > 1; }) ||
         std::ranges::count(masks, 0, [](const HeadCensus& each) { return each.heads.first_head; }) > 1;
}

std::string head_names(const HeadMask& heads) {
  const Count last = heads.first_head + heads.heads - 1;
  return last == heads.first_head ? std::to_string(last) : fmt::format("{}-{}", heads.first_head, last);
}

Table census_rows(const std::vector<HeadCensus>& masks) {
  Table table;
  for (const char* name : {"mask",
                           "first_head",
                           "heads",
                           "sequences",
                           "queries",
                           "keys",
                           "pairs",
                           "speedup_flop",
                           "query_tiles",
                           "kv_tiles",
                           "q_tile_tokens",
                           "kv_tile_tokens",
                           "tiles_visited",
                           "tiles_full",
                           "tiles_partial",
                           "tiles_empty",
                           "tiles_visited_mean",
                           "tiles_visited_worst",
                           "tiles_visited_best",
                           "pairs_wasted_by_mask",
                           "pairs_wasted_by_padding",
                           "fully_block_sparse",
                           "keys_fetched",
                           "units_gathered"})
    table.columns.push_back({name, {}, false});
  for (const int percent : percentiles)
    table.columns.push_back({fmt::format("tiles_visited_p{}", percent), {}, false});
  for (const auto& [heads, census, sequences] : masks) {
    std::vector<Cell> row{heads.text, as_double(heads.first_head), as_double(heads.heads), as_double(sequences)};
    for (const Count count : {census.queries, census.keys, census.pairs}) row.emplace_back(as_double(count));
    row.push_back(ratio(all_pairs_of(census), as_double(census.pairs)));
    for (const Count count : {census.query_tiles, census.key_tiles, census.query_tile_size, census.key_tile_size,
                              census.visited, census.full, census.partial(), census.empty()})
      row.emplace_back(as_double(count));
    row.emplace_back(census.mean());
    for (const Count count : {census.worst, census.best, census.wasted_by_mask()})
      row.emplace_back(as_double(count));
    row.emplace_back(census.wasted_by_padding());
    row.emplace_back(census.fully_block_sparse() ? 1.0 : 0.0);
    for (const Count count : {census.fetched_keys, census.gathered_units}) row.emplace_back(as_double(count));
    for (const int percent : percentiles) row.emplace_back(as_double(percentile(census, percent)));
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string census_json(const std::vector<HeadCensus>& masks) {
  auto json = nlohmann::ordered_json::parse(census_rows(masks).str(Table::Format::json));
  for (std::size_t i = 0; i < masks.size(); ++i) {
    json[i]["fully_block_sparse"] = masks[i].census.fully_block_sparse();
    json[i]["distribution"] = distribution_json(masks[i].census);
  }
  return json.dump(2) + "\n";
}

Table compare_heads(const std::vector<HeadCensus>& masks) {
  Table table;
  for (const char* name : {"heads", "mask", "FLOP speedup", "tiles visited", "full", "partial", "mean per Q tile",
                           "worst", "block-sparse"})
    table.columns.push_back({name, {}, false});
  const bool of_requests = has_requests(masks);
  if (of_requests) table.columns.insert(table.columns.begin(), {{"sequences"}, {"queries x keys"}, {"pairs"}});
  const auto add = [&](const std::vector<Cell>& request, const std::string& heads, const std::string& text,
                       const Cell& speedup, const Census& census) {
    std::vector<Cell>& row = table.rows.emplace_back();
    if (of_requests) row = request;
    row.insert(row.end(), {heads, text, speedup, with_commas(census.visited), with_commas(census.full),
                           with_commas(census.partial()), census.mean(), with_commas(census.worst),
                           std::string(census.fully_block_sparse() ? "yes" : "no")});
  };
  Census sum;  // of all heads and sequences: what a mean, a worst and a share need
  double all = 0;
  double pairs = 0;
  Count sequences = 0;
  for (const auto& [heads, census, times] : masks) {
    const Count count = heads.heads * times;
    all += as_double(count) * all_pairs_of(census);
    pairs += as_double(count) * as_double(census.pairs);
    if (heads.first_head == 0) sequences += times;
    add_to(sum.visited, count, census.visited);
    add_to(sum.full, count, census.full);
    add_to(sum.query_tiles, count, census.query_tiles);
    sum.worst = std::max(sum.worst, census.worst);
    add({with_commas(times), fmt::format("{} x {}", with_commas(census.queries), with_commas(census.keys)),
         with_commas(census.pairs)},
        head_names(heads), heads.text, ratio(all_pairs_of(census), as_double(census.pairs)), census);
  }
  add({with_commas(sequences), std::string(), with_commas(pairs)}, "all", "", ratio(all, pairs), sum);
  return table;
}

Table describe(const Census& census) {
  const double all = all_pairs_of(census);
  const double tiles = as_double(census.query_tiles) * as_double(census.key_tiles);
  const double computed = as_double(census.visited_tokens) + census.wasted_by_padding();
  const Cell speedup = ratio(all, as_double(census.pairs));
  Table table{{{"quantity", {}, false}, {"value", {}, false}}, {}};
  const auto add = [&](const char* name, const std::string& value) {
    table.rows.push_back({std::string(name), value});
  };
  add("pairs of the mask",
      shared_count(census.pairs, all) + " of " + with_commas(census.queries) + " x " + with_commas(census.keys));
  add("FLOP speedup",
      std::holds_alternative<double>(speedup) ? fmt::format("{:.4g}", std::get<double>(speedup)) : "no pairs");
  add("tiles visited", shared_count(census.visited, tiles) + " of " + with_commas(census.query_tiles) +
                           " Q tiles x " + with_commas(census.key_tiles) + " KV tiles");
  add("  full", shared_count(census.full, tiles));
  add("  partial", shared_count(census.partial(), tiles));
  add("tiles empty", shared_count(census.empty(), tiles));
  add("visited per Q tile", fmt::format("mean {:.4g}, worst {}, best {}", census.mean(), with_commas(census.worst),
                                        with_commas(census.best)));
  add("  distribution", census.distribution.size() <= short_histogram ? histogram(census) : percentiles_of(census));
  add("pairs wasted by the mask", shared_count(census.wasted_by_mask(), computed) + " of those in visited tiles");
  add("pairs wasted by padding",
      with_commas(static_cast<Count>(census.wasted_by_padding())) + share(census.wasted_by_padding(), computed));
  if (census.gathered_units > 0)
    add("keys gathered",
        fmt::format("{} in {} units, {} bytes of indices", with_commas(census.fetched_keys),
                    with_commas(census.gathered_units), with_commas(census.gathered_units * index_B)));
  add("fully block-sparse", census.fully_block_sparse() ? "yes: no tile is partial" : "no");
  return table;
}

}  // namespace tilewright::cli

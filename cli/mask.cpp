#include <fmt/format.h>

#include <memory>
#include <optional>

#include "cli/command.hpp"
#include "cli/mask_census.hpp"
#include "cli/mask_options.hpp"
#include "cli/mask_patterns.hpp"
#include "common/error.hpp"
#include "common/file.hpp"
#include "report/mask_picture.hpp"
#include "report/mask_text.hpp"

namespace tilewright::cli {

namespace {

constexpr const char* grammar =
    "MASK is a pattern and its arguments, masks combined, a name below configs/masks, or a file:\n"
    "  sliding,left=4095                    one pattern; 'tilewright mask --patterns' lists all\n"
    "  causal & documents,lengths=512/1536  both; | either, ! not, ( ) around what binds first\n"
    "  (blocked,window=8x8) >> 4x4          every pair moved\n"
    "  4 * causal + 12 * sink,sinks=4,window=256   the first 4 heads, the next 12\n"
    "Layouts of at most 256 tokens in one dimension have tiles of one token where none is given.\n"
    "Prints the tile census and the mask in characters; with -o it writes mask.svg and, for multi-dimensional\n"
    "tiles of 2 or 3 dimensions, query-tile.svg, the KV tiles that a Q tile visits.";

constexpr Count most_drawn = Count{1} << 28;  // pairs of tiles; two bits of memory each

struct Arguments {
  std::string mask;
  MaskOptions options;
  std::vector<std::string> query_tiles;
  Count head = 0;
  bool patterns = false;
  bool ascii = false;
  bool png = false;
};

// What is drawn: the mask of one head.
struct View {
  TiledMask tiled;
  std::optional<TileGrid> grid;
  std::vector<Extents> query_tiles;
};

std::vector<HeadCensus> count_heads(const MaskedProblem& problem) {
  std::vector<HeadCensus> heads;
  for (const HeadMask& mask : problem.masks) heads.push_back({mask, count_tiles(mask.mask, problem.tiling)});
  return heads;
}

const HeadCensus& with_head(const std::vector<HeadCensus>& heads, Count head) {
  for (const HeadCensus& each : heads)
    if (head < each.heads.first_head + each.heads.heads) return each;
  const HeadMask& last = heads.back().heads;
  throw InputError(
      fmt::format("--head: expected a head from 0 to {}, got {}", last.first_head + last.heads - 1, head));
}

std::string title_of(const MaskedProblem& problem, const HeadMask& heads) {
  if (problem.masks.size() > 1)
    return fmt::format("{} {}: {}", heads.heads > 1 ? "heads" : "head", head_names(heads), heads.text);
  return problem.text == heads.text ? heads.text : problem.text + ": " + heads.text;
}

// Why nothing can be drawn; empty where it can.
std::string no_picture(const MaskedProblem& problem, const Census& census) {
  if (problem.tiling.key_tiles == KeyTiles::dynamic)
    return "dynamic KV tiles have no common grid to draw; --kv-tiling static has";
  if (static_cast<double>(census.query_tiles) * static_cast<double>(census.key_tiles) >
      static_cast<double>(most_drawn))
    return fmt::format("{} x {} tiles are too many to draw; larger ones are fewer", census.query_tiles,
                       census.key_tiles);
  return "";
}

View view_of(const MaskedProblem& problem, const HeadCensus& drawn, const Arguments& arguments) {
  const HeadMask& heads = drawn.heads;
  View view{tile_mask(title_of(problem, heads), heads.mask, problem.tiling), {}, {}};
  const bool has_grid = TileGrid::fits(view.tiled);
  if (has_grid || !arguments.query_tiles.empty()) view.grid.emplace(view.tiled);
  if (!view.grid) return view;
  for (const std::string& tile : arguments.query_tiles) view.query_tiles.push_back(view.grid->parse(tile));
  if (view.query_tiles.empty()) view.query_tiles.push_back(view.grid->middle());
  return view;
}

void print_census(const std::vector<HeadCensus>& heads, const HeadCensus& drawn, const MaskedProblem& problem,
                  const Options& options) {
  switch (Table::format(options.format)) {
    case Table::Format::json:
      fmt::print("{}", census_json(heads));
      return;
    case Table::Format::csv:
      print(census_rows(heads), options);
      return;
    case Table::Format::table:
      break;
  }
  fmt::print("{}; {}\n\n", describe_layout(problem.layout), describe_tiles(problem.tiling));
  if (heads.size() > 1) {
    print(compare_heads(heads), options);
    fmt::print("\n");
  }
  print(describe(drawn.census), options, title_of(problem, drawn.heads));
}

void print_view(const View& view, bool ascii) {
  fmt::print("\n{}", mask_text(view.tiled, ascii));
  for (const Extents& tile : view.query_tiles)
    fmt::print("\n{}", query_tile_text(view.tiled, *view.grid, tile, ascii));
}

void write_view(const View& view, bool png, const Options& options) {
  std::vector<Drawing> drawings{draw_mask(view.tiled)};
  if (view.grid) drawings.push_back(draw_query_tiles(view.tiled, *view.grid, view.query_tiles));
  for (const auto& [name, content] : picture_files(drawings, view.tiled.text, png)) {
    const auto file = std::filesystem::path(options.output) / name;
    write_file(file, content);
    announce(file, options);
  }
}

// JSON and CSV have no picture.
void require_picture(const Arguments& arguments, const Options& options) {
  if (options.format == "table") return;
  if (arguments.ascii) throw InputError("--ascii: has no effect beside --format " + options.format);
  if (!arguments.query_tiles.empty() && options.output.empty())
    throw InputError("--query-tile: has no effect beside --format " + options.format + " without -o");
}

int show(Arguments& arguments, const Options& options) {
  if (arguments.mask.empty())
    throw InputError("mask: mask is required; 'tilewright mask --patterns' lists the patterns");
  require_picture(arguments, options);
  if (arguments.png && options.output.empty()) throw InputError("--png: it needs a folder, as in -o results/mask");
  if (!options.output.empty()) require_writable(options.output);
  arguments.options.mask = arguments.mask;
  const MaskedProblem problem = arguments.options.read();
  const std::vector<HeadCensus> heads = count_heads(problem);
  const HeadCensus& drawn = with_head(heads, arguments.head);
  const bool table = Table::format(options.format) == Table::Format::table;
  const std::string reason = no_picture(problem, drawn.census);
  if (!reason.empty() && (!options.output.empty() || !arguments.query_tiles.empty())) throw InputError(reason);
  std::optional<View> view;
  if (reason.empty() && (table || !options.output.empty())) view = view_of(problem, drawn, arguments);
  print_census(heads, drawn, problem, options);
  if (table && view) print_view(*view, arguments.ascii);
  if (table && !view) fmt::print("\nNo picture: {}.\n", reason);
  if (!options.output.empty()) write_view(*view, arguments.png, options);
  return done;
}

}  // namespace

Action add_mask(CLI::App& verb) {
  const auto arguments = std::make_shared<Arguments>();
  verb.add_option("mask", arguments->mask, "which (query, key) pairs exist");
  arguments->options.single_token_tiles_up_to = 256;
  arguments->options.add(verb);
  verb.add_option("--head", arguments->head, "the head to draw, from 0, where heads differ")
      ->check(CLI::Range(0, (1 << 20) - 1));
  verb.add_option("--query-tile", arguments->query_tiles,
                  "the Q tile whose KV tiles are drawn, by dimension, as in 2x1; the middle one; repeat for more")
      ->allow_extra_args(false);
  verb.add_flag("--ascii", arguments->ascii, "plain ASCII characters");
  verb.add_flag("--png", arguments->png, "write each picture as PNG too");
  verb.add_flag("--patterns", arguments->patterns, "list all patterns and their parameters");
  verb.footer(grammar);
  return [arguments, &verb](const Options& options) {
    if (!arguments->patterns) return show(*arguments, options);
    refuse_beside(verb, "--patterns", {"--format"});
    fmt::print("{}", list_patterns(Table::format(options.format)));
    return static_cast<int>(done);
  };
}

}  // namespace tilewright::cli

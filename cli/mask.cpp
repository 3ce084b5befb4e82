#include <fmt/format.h>

#include <memory>
#include <optional>

#include "cli/attention_options.hpp"
#include "cli/command.hpp"
#include "cli/mask_census.hpp"
#include "cli/mask_patterns.hpp"
#include "common/error.hpp"
#include "common/file.hpp"
#include "common/short_lists.hpp"
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
  explicit Arguments(Verb& verb) : inputs(verb) {}

  Inputs inputs;
  Input<std::string> mask;
  MaskOptions options;
  TilingOptions tiling;
  Input<std::vector<std::string>> query_tiles;
  Input<Count> head;
  bool patterns = false;
  Input<bool> ascii;
  Input<bool> png;
};

// A census, and its tiles.
struct Asked {
  MaskSpec mask;
  Attention problem;
  Tiling tiling;
  std::string hint = {};  ///< of other tiles
};

// What is drawn: the mask of one head.
struct View {
  TiledMask tiled;
  std::optional<TileGrid> grid;
  std::vector<Extents> query_tiles;
};

std::vector<HeadCensus> count_heads(const Asked& asked) {
  std::vector<HeadCensus> heads;
  for (const Request& request : asked.problem.requests)
    for (const HeadMask& mask : request.masks)
      heads.push_back({mask, count_tiles(mask.mask, asked.tiling), static_cast<Count>(request.times)});
  return heads;
}

const HeadCensus& with_head(const std::vector<HeadCensus>& heads, Count head) {
  for (const HeadCensus& each : heads)
    if (head < each.heads.first_head + each.heads.heads) return each;
  const HeadMask& last = heads.back().heads;
  throw InputError(
      fmt::format("--head: expected a head from 0 to {}, got {}", last.first_head + last.heads - 1, head));
}

std::string title_of(const Asked& asked, const HeadMask& heads) {
  if (asked.problem.requests.front().masks.size() > 1)
    return fmt::format("{} {}: {}", heads.heads > 1 ? "heads" : "head", head_names(heads), heads.text);
  return asked.mask.text == heads.text ? heads.text : asked.mask.text + ": " + heads.text;
}

// Why nothing can be drawn; empty where it can.
std::string no_picture(const Asked& asked, const Census& census) {
  if (asked.problem.requests.size() > 1)
    return "requests of several lengths have no common grid to draw; --layout KEYS --queries QUERIES draws one";
  if (asked.tiling.key_tiles != KeyTiles::fixed)
    return fmt::format("{} KV tiles have no common grid to draw; --kv-tiling static has",
                       to_text(asked.tiling.key_tiles));
  if (static_cast<double>(census.query_tiles) * static_cast<double>(census.key_tiles) >
      static_cast<double>(most_drawn))
    return fmt::format("{} x {} tiles are too many to draw; larger ones are fewer", census.query_tiles,
                       census.key_tiles);
  return "";
}

View view_of(const Asked& asked, const HeadCensus& drawn, const Arguments& arguments) {
  const HeadMask& heads = drawn.heads;
  View view{tile_mask(title_of(asked, heads), heads.mask, asked.tiling), {}, {}};
  const bool has_grid = TileGrid::fits(view.tiled);
  if (has_grid || arguments.query_tiles.given()) view.grid.emplace(view.tiled);
  if (!view.grid) return view;
  for (const std::string& tile : arguments.query_tiles.use()) view.query_tiles.push_back(view.grid->parse(tile));
  if (view.query_tiles.empty()) view.query_tiles.push_back(view.grid->middle());
  return view;
}

std::string describe_requests(const Asked& asked) {
  return fmt::format("{} requests of {} lengths", with_commas(asked.problem.sequences()),
                     asked.problem.requests.size());
}

void print_census(const std::vector<HeadCensus>& heads, const HeadCensus& drawn, const Asked& asked,
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
  const bool alike = asked.problem.requests.size() == 1;
  const bool compares = heads.size() > 1 || has_requests(heads);
  const Table compared = compares ? compare_heads(heads) : Table();  // which may refuse
  fmt::print("{}; {}\n{}\n",
             alike ? describe_layout(asked.problem.requests.front().layout) : describe_requests(asked),
             describe_tiles(asked.tiling), asked.hint.empty() ? "" : asked.hint + "\n");
  if (compares) {
    print(with_short_lists(compared), options);
    if (alike) fmt::print("\n");
  }
  if (alike) print(describe(drawn.census), options, with_short_lists(title_of(asked, drawn.heads)));
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

int show(const Arguments& arguments, const Options& options) {
  if (!arguments.mask.given())
    throw InputError("mask: mask is required; 'tilewright mask --patterns' lists the patterns");
  if (arguments.png.given() && options.output.empty())
    throw InputError("--png: it needs a folder, as in -o results/mask");
  if (!options.output.empty()) require_writable(options.output);
  Asked asked{find_mask(arguments.mask.use()), {}, {}};
  asked.problem = arguments.options.problem(asked.mask);
  asked.tiling = arguments.tiling.tiling(asked.problem);
  asked.hint = arguments.tiling.hint(asked.tiling, asked.problem);
  const std::vector<HeadCensus> heads = count_heads(asked);
  const bool table = Table::format(options.format) == Table::Format::table;
  const bool pictures = table || !options.output.empty();
  const HeadCensus& drawn = pictures ? with_head(heads, arguments.head.use()) : heads.front();
  const std::string reason = no_picture(asked, drawn.census);
  const bool several = asked.problem.requests.size() > 1;
  const bool of_picture =
      arguments.query_tiles.given() || (several && (arguments.head.given() || arguments.ascii.given()));
  if (!reason.empty() && (!options.output.empty() || of_picture)) throw InputError(reason);
  std::optional<View> view;
  if (reason.empty() && pictures) view = view_of(asked, drawn, arguments);
  const bool ascii = table && arguments.ascii.use();
  const bool png = !options.output.empty() && arguments.png.use();
  arguments.inputs.require_used();
  print_census(heads, drawn, asked, options);
  if (table && view) print_view(*view, ascii);
  if (table && !view) fmt::print("\nNo picture: {}.\n", reason);
  if (!options.output.empty()) write_view(*view, png, options);
  return done;
}

}  // namespace

Action add_mask(Verb& verb) {
  const auto arguments = std::make_shared<Arguments>(verb);
  Inputs& inputs = arguments->inputs;
  const std::string of_text = "has no effect beside --format json or csv";
  const std::string of_pictures = of_text + " without -o";
  inputs.add("mask", arguments->mask, "which (query, key) pairs exist", "it has no effect here");
  arguments->options.add(inputs);
  arguments->tiling.single_token_tiles_up_to = 256;
  arguments->tiling.add(inputs);
  inputs.add("--head", arguments->head, "the head to draw, from 0, where heads differ", of_pictures)
      ->check(in_range(0, (1 << 20) - 1));
  inputs
      .add("--query-tile", arguments->query_tiles,
           "the Q tile whose KV tiles are drawn, by dimension, as in 2x1; the middle one; repeat for more",
           of_pictures)
      ->allow_extra_args(false);
  inputs.add_flag("--ascii", arguments->ascii, "plain ASCII characters", of_text);
  inputs.add_flag("--png", arguments->png, "write each picture as PNG too", of_pictures);
  verb.add_flag("--patterns", arguments->patterns, "list all patterns and their parameters");
  verb.footer(grammar);
  return [arguments, &verb](const Options& options) {
    if (!arguments->patterns) return show(*arguments, options);
    verb.refuse_beside("--patterns", {"--format"});
    fmt::print("{}", list_patterns(Table::format(options.format)));
    return static_cast<int>(done);
  };
}

}  // namespace tilewright::cli

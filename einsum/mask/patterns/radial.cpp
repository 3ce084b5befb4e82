// Attention over a video that thins out with the distance in time. The tokens are `frames` frames of `tokens` each,
// and then `text` tokens. For the frames i of the query and j of the key, i != j, let
//
//   n = number of bits of abs(i - j),  r = 2^bits(tokens) / 2^n,  b = block.
//
// The pair of frames is kept where r >= b, or where abs(i - j) is a multiple of floor(b / r). In a kept pair a
// query at place x of its frame sees the keys at places y of theirs with abs(x - y) <= max(decay * r, b). A frame
// sees itself whole. Text sees all and is seen by all.
//
// Source: X. Li, M. Li, T. Cai, H. Xi, S. Yang, Y. Lin, L. Zhang, S. Yang, J. Hu, K. Peng, M. Agrawala, I. Stoica,
// K. Keutzer, S. Han, "Radial Attention: O(n log n) Sparse Attention with Energy Decay for Long Video Generation",
// NeurIPS 2025, section 4, and its released implementation, which differs by model in what is a parameter here:
//
// - `sink` = 1: frame 0 is seen whole by all frames;
// - `neighbours` = 1: frames next to each other see one another whole.
//
// Where paper and implementation leave a choice: the decay factor widens the bands and does not decide which pairs
// of frames are kept; frames next to each other follow the rule above (the implementation has tokens / 2 for one
// model); and the pairs are the exact ones, before a kernel rounds them to blocks.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>

#include "einsum/mask/patterns/all.hpp"

namespace tilewright {

namespace {

struct Video {
  Count frames;
  Count tokens;
  Count block;
  double decay;
  bool sink;
  bool neighbours;

  // How far apart within their frames tokens of frames `distance` apart may be: up to `tokens`, for whole frames;
  // -1 where the pair of frames is not kept.
  [[nodiscard]] Count reach(Count distance) const {
    if (distance == 0 || (neighbours && distance == 1)) return tokens;
    const double r = std::ldexp(1.0, bits(tokens) - bits(distance));
    const auto b = static_cast<double>(block);
    if (r < b && std::fmod(static_cast<double>(distance), std::floor(b / r)) != 0) return -1;
    return static_cast<Count>(std::min(std::max(decay * r, b), static_cast<double>(tokens)));
  }

  static int bits(Count value) { return std::bit_width(static_cast<std::uint64_t>(value)); }
};

// Appends to the last band, and to its last segment where that ends where this one begins.
void extend(const Segment& segment, Bands& out) {
  const bool first = out.bands.back().begin == out.bands.back().end;
  if (!first && out.segments.back().high == segment.low) {
    out.segments.back().high = segment.high;
  } else {
    out.add(segment);
  }
}

class Radial final : public Relation {
 public:
  Radial(Extent extent, const Video& video) : Relation(extent), video_(video) {}

  void bands(Count first, Count last, Bands& out) const override {
    const Count tokens = video_.tokens;
    for (Count q = first; q < last;) {
      const Count frame = extent().position(q) / tokens;
      if (frame >= video_.frames) {
        out.open(q, last);
        out.add(fixed_segment(0, extent().keys));
        return;
      }
      const Count begin = extent().position(q) % tokens;
      const Count end = std::min(tokens, begin + last - q);
      append(frame, q - begin, begin, end, out);
      q += end - begin;
    }
  }

 private:
  // Rows [begin, end) of a frame whose row 0 is query `origin`, which may be before the first query.
  void append(Count frame, Count origin, Count begin, Count end, Bands& out) const {
    std::vector<Count> reaches;
    for (Count key_frame = 0; key_frame < video_.frames; ++key_frame)
      reaches.push_back(video_.sink && key_frame == 0 ? video_.tokens : video_.reach(std::abs(frame - key_frame)));
    const std::vector<Count> cuts = cuts_of(reaches, begin, end);
    for (std::size_t i = 1; i < cuts.size(); ++i) {
      out.open(origin + cuts[i - 1], origin + cuts[i]);
      for (std::size_t j = 0; j < reaches.size(); ++j)
        if (reaches[j] >= 0) extend(within(static_cast<Count>(j) * video_.tokens, cuts[i - 1], reaches[j]), out);
      const Count text = video_.frames * video_.tokens;
      if (text < extent().keys) extend(fixed_segment(text, extent().keys), out);
    }
  }

  // Where bands begin and end: a band leaves the first key of a frame at row `reach`, and meets the last one at row
  // tokens - 1 - reach.
  [[nodiscard]] std::vector<Count> cuts_of(std::vector<Count> reaches, Count begin, Count end) const {
    std::vector<Count> cuts{begin, end};
    std::ranges::sort(reaches);
    reaches.erase(std::unique(reaches.begin(), reaches.end()), reaches.end());
    for (const Count reach : reaches)
      for (const Count cut : {reach, video_.tokens - 1 - reach})
        if (reach >= 0 && cut > begin && cut < end) cuts.push_back(cut);
    std::ranges::sort(cuts);
    cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
    return cuts;
  }

  // The keys of the frame from key `origin` that are seen from row `row` on, up to the next cut.
  [[nodiscard]] Segment within(Count origin, Count row, Count reach) const {
    const bool left_first = row >= reach;
    const bool before_last = row < video_.tokens - 1 - reach;
    return {{origin + (left_first ? row - reach : 0), left_first},
            {origin + (before_last ? row + reach + 1 : video_.tokens), before_last}};
  }

  Video video_;
};

Mask make(const Arguments& arguments, const Scene& scene) {
  const Extent extent = scene.layout.flattened();
  const Video video{.frames = arguments.count("frames", 1),
                    .tokens = arguments.count("tokens", 1),
                    .block = arguments.count("block", 1),
                    .decay = arguments.number("decay", 0, 1e6),
                    .sink = arguments.count("sink", 0, 1) == 1,
                    .neighbours = arguments.count("neighbours", 0, 1) == 1};
  const Count text = arguments.count("text", 0);
  const Count sum = checked_product(video.frames, video.tokens) + text;
  if (sum != extent.keys)
    arguments.fail("frames",
                   fmt::format("{} frames of {} tokens and {} of text are {} tokens, the layout has {} keys",
                               video.frames, video.tokens, text, sum, extent.keys));
  return flat_mask(scene.layout, std::make_shared<Radial>(extent, video));
}

}  // namespace

const Pattern radial_pattern{
    .name = "radial",
    .summary = "diagonal bands between video frames, narrower and rarer with their distance",
    .source = "Li et al., Radial Attention, 2025",
    .parameters = {{"frames", "frames of the video"},
                   {"tokens", "tokens of a frame"},
                   {"text", "tokens after the video, which see all and are seen by all", "0", false},
                   {"block", "the least width of a diagonal band, on each side", "128", false},
                   {"decay", "factor on the width of bands", "1", false},
                   {"sink", "1: all see frame 0 whole", "1", false},
                   {"neighbours", "1: neighbouring frames see one another whole", "0", false}},
    .example = "frames=8,tokens=12,block=4,decay=0.5",
    .example_layout = "96",
    .make = make};

}  // namespace tilewright

#include "einsum/mask/key_lines.hpp"

namespace tilewright {

std::vector<Count> key_lines(const std::vector<RelationPtr>& outer, Count query_line) {
  std::vector<Count> coordinates(outer.size());
  for (std::size_t d = outer.size(); d-- > 0;) {
    coordinates[d] = query_line % outer[d]->extent().queries;
    query_line /= outer[d]->extent().queries;
  }
  std::vector<Count> lines{0};
  std::vector<Count> next;
  Bands seen;
  for (std::size_t d = 0; d < outer.size(); ++d) {
    seen.clear();
    outer[d]->bands(coordinates[d], coordinates[d] + 1, seen);
    next.clear();
    for (const Count line : lines)
      for (const Segment& segment : seen.segments)
        for (Count key = segment.low.at; key < segment.high.at; ++key)
          next.push_back(line * outer[d]->extent().keys + key);
    lines.swap(next);
  }
  return lines;
}

}  // namespace tilewright

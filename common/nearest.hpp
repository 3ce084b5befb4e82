// The nearest of known names to one that is none of them. Here and not in a source file, so that the runner, which
// is built without this folder's libraries, says it as the program does.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tilewright::nearest {

inline constexpr std::size_t longest_compared = 128;  // nobody mistypes a longer name

inline std::string lower(std::string_view text) {
  std::string result(text);
  for (char& letter : result) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return result;
}

struct Distance {
  std::size_t whole;   ///< edits between the two names
  std::size_t prefix;  ///< edits between the shorter name and the nearest beginning of the longer
};

/// Edits are insertions, deletions, substitutions and swaps of neighbours (the optimal string
/// alignment form of the Damerau-Levenshtein distance).
inline Distance distance(const std::string& shorter, const std::string& longer) {
  const std::size_t width = longer.size() + 1;
  std::vector<std::size_t> before(width);
  std::vector<std::size_t> above(width);
  std::vector<std::size_t> row(width);
  for (std::size_t j = 0; j < width; ++j) row[j] = j;
  for (std::size_t i = 1; i <= shorter.size(); ++i) {
    before.swap(above);
    above.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j < width; ++j) {
      const std::size_t change = shorter[i - 1] == longer[j - 1] ? 0 : 1;
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + change});
      const bool swapped = i > 1 && j > 1 && shorter[i - 1] == longer[j - 2] && shorter[i - 2] == longer[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return {row.back(), *std::min_element(row.begin(), row.end())};
}

inline constexpr std::size_t unrelated = ~std::size_t{0};

/// Smaller is nearer. A name with one slip ranks first, then one that goes on where the wanted one ends, the
/// shortest of them before others, then a misspelt whole name, then a misspelt beginning of a name.
inline std::size_t remoteness(const std::string& wanted, const std::string& known) {
  const bool longer = wanted.size() > known.size();
  const std::string& a = longer ? known : wanted;
  const std::string& b = longer ? wanted : known;
  if (b.size() > longest_compared || a.empty()) return unrelated;
  const Distance edits = distance(a, b);
  const bool misspelt = edits.whole <= b.size() / 3;
  if (misspelt && edits.whole <= 1) return edits.whole;
  const bool comparable = a.size() * 3 >= b.size();
  if (comparable && known.starts_with(wanted)) return known.size() - wanted.size();
  if (misspelt) return longest_compared + edits.whole;
  if (comparable && edits.prefix <= a.size() / 4) return 2 * longest_compared + edits.prefix;
  return unrelated;
}

/// Nothing where none is near.
inline const std::string* of(std::string_view name, std::span<const std::string> known) {
  const std::string wanted = lower(name);
  std::size_t least = unrelated;
  const std::string* found = nullptr;
  for (const std::string& candidate : known) {
    const std::size_t away = remoteness(wanted, lower(candidate));
    if (away >= least) continue;
    least = away;
    found = &candidate;
  }
  return found;
}

}  // namespace tilewright::nearest

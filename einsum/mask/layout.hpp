// How tokens are laid out: the extents of their dimensions, in row-major order.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tilewright {

/// Tokens, tiles, pairs.
using Count = std::int64_t;

/// One extent per dimension, the last dimension fastest.
using Extents = std::vector<Count>;

inline constexpr Count most_tokens = Count{1} << 31;  ///< so that pairs of tokens stay below 2^62
inline constexpr std::size_t most_dimensions = 8;

/// "30x48x80"; every number within [least, most_tokens]. `what` names the value in messages. Throws InputError.
Extents parse_extents(std::string_view text, const std::string& what, Count least = 1);
std::string to_text(const Extents& extents);

/// Throws InputError beyond 2^62.
Count checked_product(Count a, Count b);
/// The product of all extents; throws InputError beyond most_tokens.
Count tokens_of(const Extents& extents);

constexpr Count ceil_div(Count a, Count b) { return a / b + (a % b > 0 ? 1 : 0); }
constexpr Count floor_div(Count a, Count b) { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace tilewright

// The attention problem and the tiles that keyword arguments state, by the names of the command line's options.
#pragma once

#include "einsum/stated_attention.hpp"

namespace nanobind {
class dict;
}

namespace tilewright::python {

/// Of the keywords among these: what is left out is as in StatedAttention. Throws InputError for a text that is
/// none.
StatedAttention stated_attention(const nanobind::dict& keywords);
StatedTiling stated_tiling(const nanobind::dict& keywords);

}  // namespace tilewright::python

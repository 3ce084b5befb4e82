// Which keys a query sees, for references: by a predicate, or by windows per axis.
//
// Independent of kernels/mask/, which it is a check of: windows are taken token by token from the one definition in
// einsum/mask/neighborhood.hpp, without tiles.
#pragma once

#include <array>
#include <functional>

#include "einsum/mask/neighborhood.hpp"
#include "kernels/reference/problem.hpp"

namespace tilewright::kernels::reference {

/// sees(head, query, key), by token index.
using Sees = std::function<bool(int head, std::int64_t query, std::int64_t key)>;

Keys all_keys(std::int64_t keys);

/// One call of `sees` per key of a row.
Keys keys_where(std::int64_t keys, const Sees& sees);

/// `neighborhood.length` keys; queries are the last `queries` positions of the axis.
struct AxisWindow {
  std::int64_t queries = 1;
  Neighborhood neighborhood = {};
};

/// Row-major tokens, the last axis fastest; axes that a layout lacks have length 1.
using Windows = std::array<AxisWindow, 3>;

/// Without a window: every query sees every key of the axis.
AxisWindow dense_axis(std::int64_t queries, std::int64_t keys);
AxisWindow causal_axis(std::int64_t queries, std::int64_t keys);

/// A key is seen where its coordinate is on every axis. `windows_of` gives the windows of a head.
Keys keys_in_windows(const std::function<Windows(int head)>& windows_of);

/// The same pairs, one at a time: cheaper where few keys are asked for.
Sees seen_in_windows(const std::function<Windows(int head)>& windows_of);

/// Those of `first` that `also` lets through: a block list on top of windows.
Keys keys_also(const Keys& first, const Sees& also);

}  // namespace tilewright::kernels::reference

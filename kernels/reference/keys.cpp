#include "kernels/reference/keys.hpp"

namespace tilewright::kernels::reference {
namespace {

void append(std::int64_t key, std::vector<Interval>& intervals) {
  if (!intervals.empty() && intervals.back().last == key) {
    ++intervals.back().last;
  } else {
    intervals.push_back({key, key + 1});
  }
}

bool axis_sees(const AxisWindow& axis, std::int64_t query, std::int64_t key) {
  return tilewright::sees(axis.neighborhood, query + axis.neighborhood.length - axis.queries, key);
}

std::int64_t coordinate(const Windows& windows, std::int64_t query, std::size_t axis) {
  for (std::size_t later = 2; later > axis; --later) query /= windows[later].queries;
  return query % windows[axis].queries;
}

std::int64_t key_coordinate(const Windows& windows, std::int64_t key, std::size_t axis) {
  for (std::size_t later = 2; later > axis; --later) key /= windows[later].neighborhood.length;
  return key % windows[axis].neighborhood.length;
}

std::vector<std::int64_t> seen_on(const AxisWindow& axis, std::int64_t query) {
  std::vector<std::int64_t> keys;
  for (std::int64_t key = 0; key < axis.neighborhood.length; ++key)
    if (axis_sees(axis, query, key)) keys.push_back(key);
  return keys;
}

std::vector<Interval> product(const Windows& windows, std::int64_t query) {
  std::array<std::vector<std::int64_t>, 3> seen;
  for (std::size_t axis = 0; axis < 3; ++axis)
    seen[axis] = seen_on(windows[axis], coordinate(windows, query, axis));
  std::vector<Interval> intervals;
  for (const std::int64_t first : seen[0]) {
    for (const std::int64_t second : seen[1]) {
      const std::int64_t line = first * windows[1].neighborhood.length + second;
      for (const std::int64_t third : seen[2]) append(line * windows[2].neighborhood.length + third, intervals);
    }
  }
  return intervals;
}

}  // namespace

Keys all_keys(std::int64_t keys) {
  return [keys](const Row&) { return std::vector<Interval>{{0, keys}}; };
}

Keys keys_where(std::int64_t keys, const Sees& sees) { return keys_also(all_keys(keys), sees); }

AxisWindow dense_axis(std::int64_t queries, std::int64_t keys) {
  return {queries, {.length = keys, .window = keys}};
}

AxisWindow causal_axis(std::int64_t queries, std::int64_t keys) {
  return {queries, {.length = keys, .window = keys, .causal = true}};
}

Keys keys_in_windows(const std::function<Windows(int head)>& windows_of) {
  return [windows_of](const Row& row) { return product(windows_of(row.head), row.query); };
}

Sees seen_in_windows(const std::function<Windows(int head)>& windows_of) {
  return [windows_of](int head, std::int64_t query, std::int64_t key) {
    const Windows windows = windows_of(head);
    for (std::size_t axis = 0; axis < 3; ++axis) {
      if (!axis_sees(windows[axis], coordinate(windows, query, axis), key_coordinate(windows, key, axis)))
        return false;
    }
    return true;
  };
}

Keys keys_also(const Keys& first, const Sees& also) {
  return [first, also](const Row& row) {
    std::vector<Interval> intervals;
    for (const Interval& part : first(row))
      for (std::int64_t key = part.first; key < part.last; ++key)
        if (also(row.head, row.query, key)) append(key, intervals);
    return intervals;
  };
}

}  // namespace tilewright::kernels::reference

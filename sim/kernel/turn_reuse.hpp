// What a memory has to fetch of the keys that turns of blocks need, in closed form: a turn is as many blocks as run
// at once.
//
// Blocks of a turn that need the same key fetch it together, since they go through their keys side by side: once in
// a turn, whatever the turn needs in all. Between turns the memory keeps what was used last, up to its capacity. A
// key that was used at the share x of an earlier turn is asked for at about the share x of this one; in between
// were the rest of the earlier turn, all turns after it, and what this turn has needed so far. If these are more
// keys than the memory holds, the key is fetched again. As x goes from 0 to 1 their number goes linearly from one
// end to the other, so the share of the keys that are still there is one division.
//
// So where the keys of a head fit, all its turns fetch them once; where they do not, every turn that needs all of
// them does; and where every turn needs other keys, as under a window, each is fetched once however long the
// sequence is. A larger memory never fetches more.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <span>
#include <vector>

namespace tilewright {

/// Keys [first, last) of a set.
struct KeySpan {
  double first;
  double last;
  bool operator==(const KeySpan&) const = default;
};

class TurnReuse {
 public:
  /// In keys; unlimited where it is infinite.
  explicit TurnReuse(double capacity) : capacity_(capacity) {}

  /// Keys that blocks share, such as those of a KV head, and how many such sets are used alike. The number of a set
  /// that was closed is given again.
  std::size_t open(double alike = 1);
  /// The set is not used after this turn; what of it is in the memory stays until others take its place.
  void close(std::size_t set) { closed_.push_back(set); }
  /// The turn needs these keys of a set. In any order, and more than once.
  void use(std::size_t set, std::span<const KeySpan> keys);
  void end_turn();

  /// Keys fetched in all turns that have ended.
  [[nodiscard]] double fetched() const { return fetched_; }

 private:
  using Turn = long;
  struct Held {
    KeySpan keys;
    Turn turn;  // that used them last
  };
  struct Set {
    double alike;
    std::vector<Held> held;  // ascending, disjoint; some may have left the memory
    std::vector<KeySpan> wanted;
  };
  // Keys whose last use was in a turn.
  struct Used {
    Turn turn;
    double keys;
  };

  static void merge(std::vector<KeySpan>& spans);
  void look_up(const Set& set);
  void replace(Set& set);
  void close_sets();
  void fetch();
  void forget();

  double capacity_;
  Turn now_ = 0;
  double fetched_ = 0;
  std::vector<Set> sets_;
  std::vector<std::size_t> free_sets_;
  std::vector<std::size_t> used_sets_;  // in this turn
  std::vector<std::size_t> closed_;
  std::deque<Used> used_;       // ascending; only turns of which the memory may still have keys
  std::map<Turn, double> hit_;  // of this turn's keys, by their last use
  double wanted_ = 0;           // keys of this turn
  std::vector<Held> kept_;      // by one
};

}  // namespace tilewright

// Lists with an entry per token, tile or block, or per word of them: their positions are counts, as all numbers of
// a mask are.
#pragma once

#include <cassert>
#include <iterator>
#include <vector>

#include "einsum/mask/layout.hpp"

namespace tilewright {

/// A vector whose size and positions are counts.
template <class T>
class ByCount : private std::vector<T> {
  using Items = std::vector<T>;

 public:
  using typename Items::const_iterator;
  using typename Items::const_reference;
  using typename Items::iterator;
  using typename Items::reference;
  using typename Items::value_type;

  ByCount() = default;
  explicit ByCount(Count size, const T& value = {}) : Items(position(size), value) {}

  using Items::back;
  using Items::begin;
  using Items::clear;
  using Items::emplace_back;
  using Items::empty;
  using Items::end;
  using Items::push_back;

  [[nodiscard]] Count size() const { return end() - begin(); }
  void resize(Count size) { Items::resize(position(size)); }
  void assign(Count size, const T& value) { Items::assign(position(size), value); }
  template <std::input_iterator Iterator>
  void assign(Iterator first, Iterator last) {
    Items::assign(first, last);
  }

  [[nodiscard]] reference operator[](Count at) {
    assert(at < size());
    return Items::operator[](position(at));
  }
  [[nodiscard]] const_reference operator[](Count at) const {
    assert(at < size());
    return Items::operator[](position(at));
  }

 private:
  static std::size_t position(Count at) {
    assert(at >= 0);
    return static_cast<std::size_t>(at);
  }
};

}  // namespace tilewright

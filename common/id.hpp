// Numbers that name one item of a list, each kind a type of its own: a level cannot be taken for a unit. And lists
// that only the ids of their items subscript.
#pragma once

#include <cassert>
#include <compare>
#include <cstddef>
#include <utility>
#include <vector>

namespace tilewright {

/// The position of one `Of` among all of them, or none, which is before all others. No number becomes an id or
/// compares with one, but by at() and index().
template <class Of>
class Id {
 public:
  constexpr Id() = default;  ///< none
  static constexpr Id at(std::size_t index) { return Id(static_cast<int>(index)); }
  /// Of an id that is not none.
  [[nodiscard]] constexpr std::size_t index() const {
    assert(value_ >= 0);
    return static_cast<std::size_t>(value_);
  }
  /// Whether it is not none.
  constexpr explicit operator bool() const { return value_ >= 0; }
  constexpr auto operator<=>(const Id&) const = default;  // NOLINT(modernize-use-nullptr): in what it makes

 private:
  constexpr explicit Id(int value) : value_(value) {}

  int value_ = -1;
};

/// All ids of a list, in order.
template <class IdType>
class IdRange {
 public:
  class Iterator {
   public:
    constexpr explicit Iterator(std::size_t index) : index_(index) {}
    constexpr IdType operator*() const { return IdType::at(index_); }
    constexpr Iterator& operator++() {
      ++index_;
      return *this;
    }
    constexpr bool operator==(const Iterator&) const = default;

   private:
    std::size_t index_;
  };

  constexpr explicit IdRange(std::size_t size = 0) : size_(size) {}
  [[nodiscard]] constexpr Iterator begin() const { return Iterator(0); }
  [[nodiscard]] constexpr Iterator end() const { return Iterator(size_); }
  [[nodiscard]] constexpr std::size_t size() const { return size_; }

 private:
  std::size_t size_;
};

/// A vector that is subscripted by ids of one kind alone.
template <class IdType, class T>
class ById : private std::vector<T> {
  using Items = std::vector<T>;

 public:
  using typename Items::const_iterator;
  using typename Items::iterator;
  using typename Items::value_type;

  using Items::Items;

  using Items::assign;
  using Items::back;
  using Items::begin;
  using Items::clear;
  using Items::data;
  using Items::empty;
  using Items::end;
  using Items::front;
  using Items::resize;
  using Items::size;

  [[nodiscard]] T& operator[](IdType id) {
    assert(id.index() < size());
    return Items::operator[](id.index());
  }
  [[nodiscard]] const T& operator[](IdType id) const {
    assert(id.index() < size());
    return Items::operator[](id.index());
  }

  IdType push_back(T item) {
    Items::push_back(std::move(item));
    return IdType::at(size() - 1);
  }

  [[nodiscard]] IdRange<IdType> ids() const { return IdRange<IdType>(size()); }
  /// Of what a search found; of the end: none.
  [[nodiscard]] IdType id_of(const_iterator item) const {
    return item == end() ? IdType() : IdType::at(static_cast<std::size_t>(item - begin()));
  }

  bool operator==(const ById&) const = default;
};

}  // namespace tilewright

// The tile that an instance of a level holds of a tensor, element by element.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/nest/functional/ports.hpp"

namespace tilewright {

struct Element {
  enum class State : std::uint8_t {
    none,         ///< neither filled nor written since the tile came
    overwritten,  ///< by a tensor that takes turns in the buffer
    absent,       ///< there, and known not to exist
    present
  };
  struct Content {
    double value = 0;
    State state = State::none;
    std::uint32_t step = 0;  ///< of an iterated tensor: which one it is the value of

    [[nodiscard]] bool known() const { return state == State::absent || state == State::present; }
    [[nodiscard]] std::optional<double> get() const {
      return state == State::present ? std::optional(value) : std::nullopt;
    }
    void set(std::optional<double> to) {
      value = to.value_or(0);
      state = to ? State::present : State::absent;
    }
  };
  Content now;
  Content before;  ///< of an iterated tensor: of an earlier step, for who still reads it in this one
  std::array<std::uint64_t, 3> counted{};  ///< when last: reads by even and by odd operands, writes

  /// The content as of a step: the last one up to it; the one there is where that is of a later one.
  [[nodiscard]] const Content& of_step(std::size_t step) const {
    return now.step > step && before.known() && before.step <= step ? before : now;
  }
  void copy(const Element& from) {
    now = from.now;
    before = from.before;
  }
};

struct Buffer {
  bool held = false;   ///< it has a tile
  bool dirty = false;  ///< with results that the parent has not
  std::size_t parent_instance = 0;
  std::vector<long long> first;  ///< coordinates of the tile, by dimension of its port
  std::vector<long long> extent;
  std::vector<Element> elements;

  /// Makes room for the tile, with nothing in it.
  void take(std::vector<long long> tile_first, std::vector<long long> tile_extent) {
    first = std::move(tile_first);
    extent = std::move(tile_extent);
    std::size_t size = 1;
    for (const long long each : extent) size *= static_cast<std::size_t>(each);
    elements.assign(size, {});
    held = true;
  }

  /// Where an element of the tensor is in the tile; nothing: it is in none or another.
  [[nodiscard]] std::optional<std::size_t> find(const Port& port, std::size_t at) const {
    if (!held) return std::nullopt;
    std::size_t local = 0;
    for (std::size_t d = 0; d < port.dimensions.size(); ++d) {
      const TileDimension& dimension = port.dimensions[d];
      const long long coordinate = static_cast<long long>(at / dimension.stride) % dimension.extent - first[d];
      if (coordinate < 0 || coordinate >= extent[d]) return std::nullopt;
      local = local * static_cast<std::size_t>(extent[d]) + static_cast<std::size_t>(coordinate);
    }
    return local;
  }

  /// Calls visit(index within the tensor, of an iterated tensor its step 0; index within the tile) for each
  /// element.
  template <class Visit>
  void each(const Port& port, Visit visit) const {
    for (std::size_t local = 0; local < elements.size(); ++local) {
      std::size_t rest = local;
      std::size_t at = 0;
      for (std::size_t d = port.dimensions.size(); d-- > 0;) {
        const auto size = static_cast<std::size_t>(extent[d]);
        at += (static_cast<std::size_t>(first[d]) + rest % size) * port.dimensions[d].stride;
        rest /= size;
      }
      visit(at, local);
    }
  }

  /// Elements that the tile counts for.
  [[nodiscard]] double size(const Port& port) const {
    double size = 1;
    for (std::size_t d = 0; d < port.dimensions.size(); ++d)
      if (port.dimensions[d].selected) size *= static_cast<double>(extent[d]);
    return size;
  }
};

}  // namespace tilewright

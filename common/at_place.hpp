// What is wrong with a value of a file, said at its place.
#pragma once

#include "common/error.hpp"
#include "common/yaml.hpp"

namespace tilewright {

/// What `read` makes of the value; an InputError that it throws is thrown again with the value's file, line and key
/// path in front.
template <class Read>
auto at_place(const Yaml& yaml, Read read) {
  try {
    return read();
  } catch (const InputError& error) {
    yaml.fail(error.what());
  }
}

}  // namespace tilewright

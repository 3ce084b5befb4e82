// Shared by the tests: what an InputError says.
#pragma once

#include <functional>
#include <string>

#include "common/error.hpp"

namespace tilewright::test {

/// The message of the InputError that `action` throws, or "no error". Any other exception passes through.
inline std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace tilewright::test

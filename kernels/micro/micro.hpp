// The microbenchmarks: what each one measures, and which key of a machine's description (configs/archs/) it fills.
#pragma once

#include <span>
#include <string_view>

namespace tilewright::kernels {

struct Micro {
  std::string_view name;
  std::string_view unit;     ///< of its value
  std::string_view meaning;  ///< of its value
  std::string_view fills;    ///< a key of configs/archs/, and how
  std::string_view needs = "sm_80";
};

std::span<const Micro> micros();

}  // namespace tilewright::kernels

// The section `serves` of a kernel file: what it is made for, so that nobody is advised to take it for other
// things.
//
//   serves: {archs: [h100-sxm5], masks: [dense, causal]}   # left out: every architecture, every mask
//   serves: nothing                                        # a thought experiment
#pragma once

#include <string>
#include <vector>

#include "common/yaml.hpp"
#include "einsum/mask/spec.hpp"

namespace tilewright {

struct KernelService {
  bool nothing = false;
  std::vector<std::string> archs = {};  ///< their names; none: all
  std::vector<std::string> masks = {};  ///< patterns, of which masks may combine several that all hold; none: all

  [[nodiscard]] bool has_arch(const std::string& name) const;
  /// Of all heads.
  [[nodiscard]] bool has_mask(const std::vector<HeadRun>& runs) const;
};

/// Throws InputError for unknown keys and patterns.
KernelService parse_service(const Yaml& yaml);

}  // namespace tilewright

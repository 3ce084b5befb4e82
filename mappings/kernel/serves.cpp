#include "mappings/kernel/serves.hpp"

#include <algorithm>

#include "einsum/mask/pattern.hpp"

namespace tilewright {

bool KernelService::has_arch(const std::string& name) const {
  return archs.empty() || std::ranges::find(archs, name) != archs.end();
}

bool KernelService::has_mask(const std::vector<HeadRun>& runs) const {
  return masks.empty() ||
         std::ranges::all_of(runs, [&](const HeadRun& run) { return run.expression->is_of(masks); });
}

KernelService parse_service(const Yaml& yaml) {
  KernelService service;
  if (!yaml.is_map()) {
    if (yaml.text() != "nothing") yaml.fail("expected 'nothing', or a map of 'archs' and 'masks'");
    service.nothing = true;
    return service;
  }
  yaml.only({"archs", "masks"});
  if (const auto archs = yaml.find("archs")) service.archs = archs->texts();
  const auto masks = yaml.find("masks");
  if (!masks) return service;
  for (const Yaml& each : masks->items()) {
    try {
      service.masks.push_back(pattern(each.text()).name);
    } catch (const InputError& error) {
      each.fail(error.what());
    }
  }
  return service;
}

}  // namespace tilewright

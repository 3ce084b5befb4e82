#include "sim/systemc/simulation_options.hpp"

#include <algorithm>

namespace tilewright {

const std::vector<std::string>& nest_schedule_names() {
  static const std::vector<std::string> names{"given", "sequential", "auto"};
  return names;
}

const std::string& to_text(NestSchedule schedule) {
  return nest_schedule_names()[static_cast<std::size_t>(schedule)];
}

std::optional<NestSchedule> find_nest_schedule(const std::string& name) {
  const auto& names = nest_schedule_names();
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<NestSchedule>(found - names.begin());
}

}  // namespace tilewright

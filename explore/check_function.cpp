#include "explore/check_function.hpp"

namespace tilewright {

CheckedPoint check_function(const Point& point, const FunctionalOptions& options, Library& library) {
  const Candidate candidate = candidate_of(point, library);
  const auto* nest = std::get_if<Mapping>(&candidate.mapping);
  if (nest == nullptr) throw InputError("--check: a kernel has no nest of loops to run with data");
  CheckedPoint checked{check_function(candidate.workload, candidate.cascade, candidate.arch, *nest, options),
                       {},
                       {},
                       candidate.warnings};
  for (const Tensor& tensor : candidate.cascade.tensors) checked.tensors.push_back(tensor.name);
  for (const Level& level : candidate.arch.levels) checked.levels.push_back(level.name);
  return checked;
}

std::vector<std::pair<std::string, Table>> CheckedPoint::tables(Table::Format format) const {
  Table outputs{{{"tensor"}, {"elements"}, {"largest_value"}, {"largest_difference"}, {"ok"}}, {}};
  for (const OutputCheck& output : check.outputs)
    outputs.rows.push_back({output.tensor, output.elements, output.largest_value, output.largest_difference,
                            std::string(output.same ? "yes" : "no")});
  if (format != Table::Format::json) return {{"outputs", std::move(outputs)}};
  Table moved{{{"level"}, {"tensor"}, {"read"}, {"written"}, {"filled"}}, {}};
  const std::size_t einsums = check.estimate.einsums.size();
  for (std::size_t l = 0; l < levels.size(); ++l)
    for (std::size_t t = 0; t < tensors.size(); ++t) {
      double sums[3] = {};
      for (std::size_t at = (l * tensors.size() + t) * einsums, end = at + einsums; at < end; ++at) {
        sums[0] += check.moved.read[at];
        sums[1] += check.moved.written[at];
        sums[2] += check.moved.filled[at];
      }
      if (sums[0] + sums[1] > 0) moved.rows.push_back({levels[l], tensors[t], sums[0], sums[1], sums[2]});
    }
  return {{"outputs", std::move(outputs)}, {"elements_moved", std::move(moved)}};
}

std::vector<std::string> CheckedPoint::faults() const {
  std::vector<std::string> lines;
  if (!check.fault.empty()) lines.push_back(check.fault);
  for (const OutputCheck& output : check.outputs)
    if (!output.same) lines.push_back(output.first_wrong);
  return lines;
}

}  // namespace tilewright

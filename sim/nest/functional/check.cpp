#include "sim/nest/functional/check.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "einsum/operation_count.hpp"
#include "einsum/shapes.hpp"
#include "mappings/flattener.hpp"
#include "sim/nest/estimator.hpp"
#include "sim/nest/functional/inputs.hpp"
#include "sim/nest/functional/nest_run.hpp"
#include "sim/nest/functional/tolerance.hpp"

namespace tilewright {

namespace {

// Of all ranks, also those that no loop needs.
ByRank<double> all_shapes(const Workload& workload, const Cascade& cascade, const Numbers& numbers) {
  std::map<std::string, double> given = workload.shapes;
  for (const RankId rank : cascade.ranks.ids())
    if (numbers.shapes[rank] > 0) given[cascade.ranks[rank].name] = numbers.shapes[rank];
  return rank_shapes(cascade, given);
}

void require_small(const Cascade& cascade, const ByRank<double>& shapes, double most_points) {
  double all = 0;
  EinsumId largest;
  for (const EinsumId id : cascade.einsums.ids()) {
    all += points(cascade.einsums[id], shapes);
    if (!largest || points(cascade.einsums[id], shapes) > points(cascade.einsums[largest], shapes)) largest = id;
  }
  if (all <= most_points) return;
  std::vector<RankId> ranks = cascade.einsums[largest].iteration;
  std::ranges::stable_sort(ranks, std::greater{}, [&](RankId rank) { return shapes[rank]; });
  std::vector<std::string> extents;
  for (const RankId rank : ranks)
    extents.push_back(fmt::format("{} = {:.0f}", cascade.ranks[rank].name, shapes[rank]));
  throw InputError(
      fmt::format("a run with data computes at most {:g} points, and this has {:g}, most of them in {}: set "
                  "some of its shapes smaller ({}), and lanes and tiles of the architecture with them",
                  most_points, all, cascade.einsums[largest].name, fmt::join(extents, ", ")));
}

std::string element_name(const std::string& tensor, const std::vector<std::size_t>& shape, std::size_t at) {
  std::string text;
  for (std::size_t i = shape.size(); i-- > 0; at /= shape[i])
    text = fmt::format("{}{}{}", at % shape[i], text.empty() ? "" : ",", text);
  return fmt::format("{}[{}]", tensor, text);
}

OutputCheck compare(const std::string& name, const DenseTensor& found, const DenseTensor& right) {
  OutputCheck check{.tensor = name, .elements = static_cast<double>(right.values.size())};
  check.largest_value = largest_value(right);
  const auto text = [](const DenseTensor& of, std::size_t at) {
    return of.present[at] != 0 ? fmt::format("{:.6g}", of.values[at]) : std::string("absent");
  };
  for (std::size_t at = 0; at < right.values.size(); ++at) {
    if (right.present[at] == 0) ++check.absent;
    const bool alike = found.present[at] == right.present[at];
    if (alike && right.present[at] == 0) continue;
    const bool close = alike && is_close(found.values[at], right.values[at], check.largest_value);
    const double off = alike ? std::abs(found.values[at] - right.values[at]) : std::nan("");
    if (!(off <= check.largest_difference) && !(close && std::isnan(off))) check.largest_difference = off;
    if (close) continue;
    if (check.same)
      check.first_wrong = fmt::format("{} is {} instead of {}", element_name(name, right.shape, at),
                                      text(found, at), text(right, at));
    check.same = false;
  }
  return check;
}

std::vector<double> given_of(const Workload& workload) {
  std::vector<double> given;
  for (const auto& [name, value] : workload.shapes) given.push_back(value);
  return given;
}

}  // namespace

bool FunctionalCheck::passed() const { return fault.empty() && std::ranges::all_of(outputs, &OutputCheck::same); }

FunctionalCheck check_function(const Workload& workload, const Cascade& cascade, const Arch& arch,
                               const Mapping& mapping, const FunctionalOptions& options) {
  ByTensor<double> element_B;
  for (const Tensor& tensor : cascade.tensors) element_B.push_back(workload.element_B(tensor.name));
  const WorkloadMask* mask = workload.mask ? &*workload.mask : nullptr;
  FunctionalCheck check;
  Estimator(cascade, arch, mapping, element_B, mask).evaluate(given_of(workload), check.estimate);

  Frame frame;
  evaluate_frame(mapping, cascade, given_of(workload), frame);
  const ByRank<double> shapes = all_shapes(workload, cascade, frame);
  require_small(cascade, shapes, options.most_points);
  const SharedInputs in_common{mapping.shared ? &*mapping.shared : nullptr, frame.groups,
                               mapping.stored ? &*mapping.stored : nullptr};
  const CascadeFacts facts(cascade);
  FlatTree flat;
  Flattener(facts, arch, in_common.shared, in_common.stored).flatten(mapping.tree, frame.active, flat);
  std::optional<Pairs> pairs;
  if (mask != nullptr) pairs.emplace(*mask, cascade, mapping, shapes);
  const Pairs* exist = pairs ? &*pairs : nullptr;
  const TensorValues right = random_values(cascade, shapes, in_common, exist, options.seed);
  NestOutcome run = run_with_data({facts, arch, mapping.tree, flat, frame, shapes}, {right, exist, exist});
  for (const TensorId t : cascade.tensors.ids())
    if (cascade.tensors[t].role == Tensor::Role::output)
      check.outputs.push_back(compare(cascade.tensors[t].name, run.outputs[t], right[t]));
  check.fault = std::move(run.fault);
  check.points = run.points;
  check.moved = std::move(run.moved);
  return check;
}

}  // namespace tilewright

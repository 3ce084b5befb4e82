#include "explore/model/stored.hpp"

#include <fmt/format.h>

#include "einsum/attention.hpp"
#include "einsum/shapes.hpp"
#include "einsum/workload.hpp"
#include "explore/model/part_point.hpp"

namespace tilewright {

namespace {

TensorId input_of(const ModelPart& part, const Cascade& cascade, const std::string& name) {
  std::vector<std::string> known;
  for (const TensorId t : cascade.tensors.ids()) {
    const Tensor& tensor = cascade.tensors[t];
    if (tensor.role != Tensor::Role::input || tensor.view_of) continue;
    if (tensor.name == name) return t;
    known.push_back(tensor.name);
  }
  throw InputError(part.place, part.key_path + ".stored",
                   fmt::format("cascade '{}' has no input '{}'{}", cascade.name, name, did_you_mean(name, known)));
}

// Keys that a cascade takes in tiles are in one here.
std::map<std::string, double> in_one_tile(const Cascade& cascade, const Workload& workload, RankId keys) {
  std::map<std::string, double> shapes = workload.shapes;
  for (const Partition& partition : cascade.partitions)
    if (partition.whole == keys)
      for (const RankId rank : partition.parts)
        shapes[cascade.ranks[rank].name] =
            rank == partition.parts.back() ? workload.shape(cascade.ranks[keys].name) : 1;
  return shapes;
}

}  // namespace

double stored_B(const ModelPart& part, const Point& point, const Record& record, const Scope& shapes,
                Library& library) {
  std::map<std::string, double> set = point.set;
  for (const auto& [name, value] : part.stored_set) set[name] = shapes.value(value);
  const Workload workload = parse_workload(library.workload(point.workload), set);
  const Cascade& cascade = cascade_of(workload, record, library);
  const bool attention = workload.ranks && has_ranks(*workload.ranks, cascade);
  const AttentionRankIds ranks = attention ? find_ranks(*workload.ranks, cascade) : AttentionRankIds{};
  const AttentionTensors known = find_tensors(ranks, cascade);
  const ByRank<double> extents =
      rank_shapes(cascade, attention ? in_one_tile(cascade, workload, ranks.keys) : workload.shapes);
  double sum_B = 0;
  for (const std::string& name : part.stored) {
    const TensorId id = input_of(part, cascade, name);
    double count = elements(cascade, cascade.tensors[id], extents);
    if (attention && (id == known.key || id == known.value)) count /= attention_of(workload, cascade).group();
    sum_B += count * workload.element_B(name);
  }
  return sum_B;
}

}  // namespace tilewright

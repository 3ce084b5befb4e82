#include "sim/bound/traffic_bound.hpp"

#include <algorithm>
#include <map>

#include "einsum/crossings.hpp"
#include "einsum/rank_family.hpp"
#include "einsum/shapes.hpp"

namespace tilewright {

namespace {

class TrafficCount {
 public:
  TrafficCount(const Cascade& cascade, const ByRank<double>& shapes, const TensorSizes& sizes,
               const ByTensor<double>& needed)
      : cascade_(cascade), shapes_(shapes), sizes_(sizes), needed_(needed) {}

  [[nodiscard]] double compulsory_B() const {
    double sum = 0;
    for (const TensorId t : cascade_.tensors.ids())
      if (stands_for_itself(t) && cascade_.tensors[t].role != Tensor::Role::intermediate) sum += bytes(t);
    return sum;
  }

  [[nodiscard]] std::vector<ReturningFibres> returning() const {
    std::vector<ReturningFibres> all;
    for (const Crossing& crossing : crossings(cascade_))
      if (stands_for_itself(crossing.tensor)) all.push_back(fibres_of(crossing));
    return all;
  }

 private:
  [[nodiscard]] bool stands_for_itself(TensorId t) const {
    return !cascade_.tensors[t].view_of && !(sizes_.stored && sizes_.stored->tensor == t);
  }

  // Of the tensor, different elements only.
  [[nodiscard]] double bytes(TensorId t) const {
    const Tensor& tensor = cascade_.tensors[t];
    if (tensor.role != Tensor::Role::input)
      return needed_[t] * elements(cascade_, tensor, shapes_) * sizes_.element_B[t];
    const double heads = sizes_.shared_by.empty() ? 1 : sizes_.shared_by[t];
    return needed_[t] * read_elements(cascade_, t, shapes_) * sizes_.element_B[t] / heads;
  }

  [[nodiscard]] ReturningFibres fibres_of(const Crossing& crossing) const {
    const Tensor& tensor = cascade_.tensors[crossing.tensor];
    const RankFamily family(cascade_, crossing.rank);
    double fibres = 1;
    for (const RankId rank : tensor.ranks)
      if (!family.contains(rank)) fibres *= shapes_[rank];
    if (!sizes_.shared_by.empty()) fibres /= sizes_.shared_by[crossing.tensor];
    const double out = tensor.role == Tensor::Role::intermediate ? 1 : 0;  // an output goes out in any case
    return {crossing.tensor, crossing.rank, bytes(crossing.tensor) / fibres, fibres, out + crossing.times};
  }

  const Cascade& cascade_;
  const ByRank<double>& shapes_;
  const TensorSizes& sizes_;
  const ByTensor<double>& needed_;
};

}  // namespace

// Along several ranks it is the same elements that return: the most of them counts.
double TrafficBound::least_B(double held_B) const {
  std::map<TensorId, double> returned_B;
  for (const ReturningFibres& each : returning) {
    double& most = returned_B[each.tensor];
    most = std::max(most, each.fibres * std::max(0.0, each.fibre_B - held_B) * each.moves);
  }
  double bytes = compulsory_B;
  for (const auto& [tensor, returned] : returned_B) bytes += returned;
  return bytes;
}

double compulsory_traffic_B(const Cascade& cascade, const ByRank<double>& shapes, const TensorSizes& sizes,
                            const ByTensor<double>& needed) {
  return TrafficCount(cascade, shapes, sizes, needed).compulsory_B();
}

TrafficBound traffic_bound(const Cascade& cascade, const ByRank<double>& shapes, const TensorSizes& sizes,
                           const ByTensor<double>& needed) {
  const TrafficCount count(cascade, shapes, sizes, needed);
  return {count.compulsory_B(), count.returning()};
}

}  // namespace tilewright

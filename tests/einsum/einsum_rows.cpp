#include "einsum/einsum_rows.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <map>
#include <random>

#include "common/file.hpp"
#include "einsum/iteration.hpp"
#include "einsum/parse.hpp"
#include "einsum/shapes.hpp"
#include "tests/einsum/cascades.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

/// One point after another, in the order of the Einsums' iteration: what rows must give to the last bit.
class PointByPoint : private Elements {
 public:
  PointByPoint(const Cascade& cascade, const ByRank<double>& shapes, const PointFilter& exists)
      : cascade_(cascade), shapes_(shapes), exists_(exists) {}

  ByTensor<DenseTensor> run(ByTensor<DenseTensor> before) {
    tensors_ = std::move(before);
    for (const Group& group : execution_groups(cascade_)) {
      const long long steps = group.iterated ? static_cast<long long>(shapes_[group.iterated]) : 1;
      for (long long step = 0; step < steps; ++step)
        for (const EinsumId id : group.einsums) run(id, group.iterated, step);
    }
    return std::move(tensors_);
  }

 private:
  void run(EinsumId id, RankId stepped, long long step) {
    const Einsum& einsum = cascade_.einsums[id];
    const ResolvedEinsum resolved(cascade_, shapes_, einsum);
    Coordinates point(cascade_.ranks.size(), 0);
    if (stepped) point[stepped] = step;
    do {
      if (exists_ && !exists_(id, point)) continue;
      const Value value = resolved.evaluate(point, *this);
      const auto at = resolved.output().locate(point);
      if (!value || !at) continue;
      DenseTensor& result = tensors_[resolved.output().tensor];
      const Value now = result.present[*at] != 0 ? Value(result.values[*at]) : Value();
      result.values[*at] = *resolved.reduced(now, value);
      result.present[*at] = 1;
    } while (advance(einsum, stepped, point));
  }

  Value load(const Address& address, std::size_t at) override {
    const DenseTensor& tensor = tensors_[address.tensor];
    return tensor.present[at] != 0 ? Value(tensor.values[at]) : Value();
  }

  bool advance(const Einsum& einsum, RankId stepped, Coordinates& point) const {
    for (std::size_t i = einsum.iteration.size(); i-- > 0;) {
      const RankId rank = einsum.iteration[i];
      if (rank == stepped) continue;
      if (++point[rank] < static_cast<long long>(shapes_[rank])) return true;
      point[rank] = 0;
    }
    return false;
  }

  const Cascade& cascade_;
  const ByRank<double>& shapes_;
  const PointFilter& exists_;
  ByTensor<DenseTensor> tensors_;
};

/// Inputs, and the initial elements of iterated tensors, as interpret() has them before it runs.
ByTensor<DenseTensor> before(const Cascade& cascade, const ByRank<double>& shapes,
                             const std::map<std::string, std::vector<double>>& inputs) {
  ByTensor<DenseTensor> tensors;
  for (const Tensor& tensor : cascade.tensors) {
    DenseTensor dense{dense_shape(tensor, shapes), {}, {}};
    std::size_t size = 1;
    for (const std::size_t extent : dense.shape) size *= extent;
    dense.values.assign(size, 0);
    dense.present.assign(size, 0);
    if (tensor.role == Tensor::Role::input) {
      dense.values = inputs.at(tensor.name);
      dense.present.assign(size, 1);
    }
    const auto place = std::find(tensor.ranks.begin(), tensor.ranks.end(), tensor.iterated);
    if (tensor.initial && std::isfinite(*tensor.initial)) {
      const auto rank = static_cast<std::size_t>(place - tensor.ranks.begin());
      std::size_t inner = 1;
      for (std::size_t i = rank + 1; i < dense.shape.size(); ++i) inner *= dense.shape[i];
      for (std::size_t at = 0; at < size; ++at) {
        if (at / inner % dense.shape[rank] != 0) continue;
        dense.values[at] = *tensor.initial;
        dense.present[at] = 1;
      }
    }
    tensors.push_back(std::move(dense));
  }
  return tensors;
}

std::map<std::string, std::vector<double>> random_inputs(const Cascade& cascade, const ByRank<double>& shapes) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> value(-2, 2);
  std::map<std::string, std::vector<double>> inputs;
  for (const Tensor& tensor : cascade.tensors) {
    if (tensor.role != Tensor::Role::input) continue;
    std::vector<double>& values = inputs[tensor.name];
    values.resize(static_cast<std::size_t>(elements(cascade, tensor, shapes)));
    for (double& each : values) each = value(random);
  }
  return inputs;
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

void require_same(const Cascade& cascade, const std::map<std::string, double>& given,
                  const PointFilter& exists = {}) {
  const ByRank<double> shapes = rank_shapes(cascade, given);
  const auto inputs = random_inputs(cascade, shapes);
  const auto rows = interpret(cascade, shapes, inputs, exists);
  const ByTensor<DenseTensor> points = PointByPoint(cascade, shapes, exists).run(before(cascade, shapes, inputs));
  for (const TensorId id : points.ids()) {
    const Tensor& tensor = cascade.tensors[id];
    if (tensor.view_of) continue;
    CAPTURE(cascade.name, tensor.name);
    CHECK(same_bits(rows.at(tensor.name).values, points[id].values));
    CHECK(rows.at(tensor.name).present == points[id].present);
  }
}

std::map<std::string, double> sizes(const Cascade& cascade, const std::map<std::string, double>& wanted,
                                    double otherwise) {
  std::map<std::string, double> given;
  for (const Rank& rank : cascade.ranks) {
    if (rank.shape) continue;
    const auto found = wanted.find(rank.name);
    given[rank.name] = found == wanted.end() ? otherwise : found->second;
  }
  return given;
}

}  // namespace

TEST_CASE("shipped cascades give the same bits as point by point") {
  int run = 0;
  for (const std::string& name : list_configs("cascades")) {
    const Cascade cascade = load_cascade(find_config("cascades", name));
    std::map<std::string, double> given = sizes(cascade, {{"M", 6}, {"M0", 3}, {"T", 6}, {"T0", 3}, {"E", 4}}, 2);
    try {
      (void)rank_shapes(cascade, given);
    } catch (const InputError&) {
      continue;  // its shapes go together in another way
    }
    require_same(cascade, given);
    require_same(cascade, given, [](EinsumId id, const Coordinates& point) {
      long long sum = static_cast<long long>(id.index());
      for (const long long each : point) sum += each;
      return sum % 3 != 0;
    });
    ++run;
  }
  CHECK(run > 30);
}

TEST_CASE("rows longer than a part, shifts, filters and fixed coordinates give the same bits") {
  const Cascade cascade =
      parse("X: [M, P], Y: [P, M], W: [P]", "A, B, C, D, R",
            {"A[p] = X[m,p] * Y[p,m]", "B[m,p] = X[m-2,p] + X[m+1,p] where Y[p,m]", "C[p] = max[m] B[m,p]",
             "D[m] = select(greater(W[p], 0), X[m,p], 0 - B[m,p]) where W[p-1]", "R[m+1,p] = R[m,p] + B[m,p]"},
            "  initial: {R: -inf}\n");
  for (const double m : {1.0, 3.0, 300.0}) {
    for (const double p : {1.0, 5.0, 257.0}) require_same(cascade, {{"M", m}, {"P", p}});
  }
}

}  // namespace tilewright::test::TEST_FILE

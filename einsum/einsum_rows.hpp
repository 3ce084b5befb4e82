// An Einsum compiled into loops over rows: along one of its ranks, elements lie at a stride in every tensor, and an
// operation runs over all of them before the next one does. Nothing is allocated after it is made.
#pragma once

#include <vector>

#include "einsum/interpret.hpp"
#include "einsum/resolved_einsum.hpp"
#include "einsum/row_operation.hpp"

namespace tilewright {

/// The values of all tensors. Views have none.
struct TensorValues {
  ByTensor<DenseTensor> dense;
  ByTensor<char> complete;  ///< all elements are known to be present
};

class EinsumRows {
 public:
  /// All but the rank that is stepped over, where there is one. `exists` filters points; empty: all exist. What it
  /// is given must outlive it.
  EinsumRows(const Cascade& cascade, const ByRank<double>& shapes, EinsumId id, const ResolvedEinsum& einsum,
             RankId stepped, const PointFilter& exists);
  EinsumRows(const EinsumRows&) = delete;
  EinsumRows(EinsumRows&&) = default;

  /// All points, or those of a step. Each element of the result has its values added in row-major order of the
  /// points.
  void run(TensorValues& tensors, long long step);

 private:
  /// Values from a place on, one behind the other.
  struct Row {
    const double* values;
    const char* present;  ///< null: all are
  };
  /// Where the elements of a part of a row are in a tensor: those from `begin` to `end`, of which the first is at
  /// `at`.
  struct Span {
    std::size_t begin;
    std::size_t end;
    std::size_t at;
    std::size_t stride;  ///< downwards: what wraps around to it
  };
  struct Buffer {
    std::vector<double> values;
    std::vector<char> present;
  };
  struct Node {
    const ResolvedEinsum::Node* of;
    bool accumulates;
    const Operation* operation;
    const RowOperation* rows;  ///< of an operation of the language
    std::vector<Node> operands;
    Buffer buffer;
  };

  [[nodiscard]] Node compile(const ResolvedEinsum::Node& node, OperationId accumulates) const;
  [[nodiscard]] RankId cheapest() const;
  [[nodiscard]] double cost(RankId rank) const;
  [[nodiscard]] std::vector<const Address*> addresses() const;
  [[nodiscard]] bool next_row();
  [[nodiscard]] Span span(const Address& address) const;
  void run_part(TensorValues& tensors);
  Row evaluate(Node& node, const TensorValues& tensors) const;
  Row load(const Address& address, Buffer& buffer, const TensorValues& tensors) const;
  Row apply(Node& node, const OperandRows& operands, const char* present) const;
  Row accumulate(Node& node, const Row& left, const Row& right) const;
  Row filtered(const Row& row, const TensorValues& tensors);
  void write(const Row& row, DenseTensor& result);
  void reduce_into(const Row& row, const Span& span, DenseTensor& result);
  void fold_into(const Row& row, std::size_t at, DenseTensor& result);
  void map(const Operation& operation, const RowOperation* rows, const OperandRows& operands, double* result) const;

  const Cascade& cascade_;
  const ByRank<double>& shapes_;
  const Einsum& einsum_;
  const ResolvedEinsum& resolved_;
  EinsumId id_;
  RankId stepped_;
  const PointFilter& exists_;
  RankId along_;
  const Operation* reduce_ = nullptr;
  const RowOperation* reduce_rows_ = nullptr;
  Node body_;
  Buffer filter_;
  Buffer before_;
  Buffer after_;
  Coordinates point_;
  std::size_t count_ = 1;  ///< of the part of a row that is at hand
};

}  // namespace tilewright

// One Einsum, resolved for given shapes so that it can be evaluated at a point: what the interpreter and the runs
// of mappings with data have in common. Which points there are, in which order, and where elements are is up to
// them.
#pragma once

#include <optional>
#include <vector>

#include "einsum/cascade.hpp"
#include "einsum/sum_view.hpp"

namespace tilewright {

/// The values of the variables of all ranks.
using Coordinates = ByRank<long long>;

/// Nothing: the element or the result is absent, as what a mask filters out is.
using Value = std::optional<double>;

/// An access with all that can be known before the loops: where in the row-major values of the tensor that has the
/// data a point lies.
struct Address {
  struct Coordinate {
    RankId rank;                     ///< none: fixed, or a sum
    long long offset;                ///< or the fixed coordinate
    long long extent;                ///< of the dimension as accessed
    std::size_t stride;              ///< in values
    std::vector<Sum::Part> parts{};  ///< of a sum
  };
  TensorId tensor;          ///< never a view
  std::size_t operand = 0;  ///< position among the operands of the body; the filter is after the last
  std::vector<Coordinate> coordinates;

  /// Nothing for a coordinate outside of the tensor.
  [[nodiscard]] std::optional<std::size_t> locate(const Coordinates& point) const;
};

/// The shape of a tensor: an iterated rank has its initial element too.
std::vector<std::size_t> dense_shape(const Tensor& tensor, const ByRank<double>& shapes);

/// Where elements are read.
class Elements {
 public:
  virtual ~Elements() = default;
  virtual Value load(const Address& address, std::size_t at) = 0;
};

class ResolvedEinsum {
 public:
  /// A term with its accesses as addresses.
  struct Node {
    Term::Kind kind;
    Address address;
    double value = 0;
    OperationId operation = {};
    std::vector<Node> operands;
  };

  /// The cascade must outlive it. Throws InputError for a fixed coordinate outside of its tensor.
  ResolvedEinsum(const Cascade& cascade, const ByRank<double>& shapes, const Einsum& einsum);

  /// Of the body at a point, with every operand that lies in its tensor read once, left to right, and then the
  /// filter's element. Nothing where the filter is 0 or the result is absent.
  Value evaluate(const Coordinates& point, Elements& elements) const;
  [[nodiscard]] const Address& output() const { return output_; }
  /// What the result element is after this value, `before` being what it was.
  [[nodiscard]] Value reduced(const Value& before, const Value& value) const;

  [[nodiscard]] const Node& body() const { return body_; }
  [[nodiscard]] const std::optional<Address>& filter() const { return filter_; }
  /// The operation at the top of the body, and those of its kind below it, whose absent operands are skipped; or
  /// none.
  [[nodiscard]] OperationId accumulates() const { return accumulates_; }

 private:
  [[nodiscard]] Address address(const Access& access);
  [[nodiscard]] Address sum_address(const Access& shown);
  [[nodiscard]] Node node(const Term& term);
  [[nodiscard]] OperationId accumulating_operation() const;
  Value evaluate(const Node& node, const Coordinates& point, OperationId accumulates, Elements& elements) const;

  const Cascade& cascade_;
  const ByRank<double>& shapes_;
  const Einsum& einsum_;
  std::size_t operands_ = 0;
  Address output_;
  Node body_;
  std::optional<Address> filter_;
  OperationId accumulates_;
};

}  // namespace tilewright

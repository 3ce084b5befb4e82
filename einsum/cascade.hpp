// The cascade IR: an ordered DAG of extended Einsums over ranked tensors (TeAAL, MICRO 2023; FuseMax,
// MICRO 2024). Names are resolved to indices once, by the parser; analyses and models see only indices.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/error.hpp"
#include "common/expression.hpp"
#include "common/id.hpp"
#include "einsum/operation.hpp"

namespace tilewright {

using RankId = Id<struct Rank>;
using TensorId = Id<struct Tensor>;
using EinsumId = Id<struct Einsum>;
template <class T>
using ByRank = ById<RankId, T>;
template <class T>
using ByTensor = ById<TensorId, T>;
template <class T>
using ByEinsum = ById<EinsumId, T>;

/// A named dimension. Its variable, the name in lower case, iterates over [0, shape).
struct Rank {
  std::string name;                 ///< "M1"
  std::string variable;             ///< "m1"
  std::optional<Expression> shape;  ///< of other ranks' names; nothing: the workload gives it
  Place place;
};

/// A rank split into parts: `M -> M1, M0` means m = m1 * M0 + m0; the shapes' product is M.
struct Partition {
  RankId whole;
  std::vector<RankId> parts;  ///< outermost first
};

/// One coordinate of an access: `m1 + offset`, or a fixed coordinate such as `M1`.
struct Index {
  RankId rank;  ///< the rank of the tensor's dimension
  bool fixed = false;
  int offset = 0;  ///< if not fixed: added to the rank's variable
  Expression at;   ///< if fixed: the coordinate, over rank names
};

struct Access {
  TensorId tensor;
  std::vector<Index> indices;  ///< one per rank of the tensor
  Place place;
};

/// A node of the right side: an operand, a number, or an operation over terms.
struct Term {
  enum class Kind { access, number, operation } kind;
  Access access;               ///< if access
  double value = 0;            ///< if number
  std::string constant;        ///< if number: the name it was written with, or empty
  OperationId operation = {};  ///< if operation
  std::vector<Term> operands;  ///< if operation
};

/// `output = reduce[reduced] body where filter`, at every point of `iteration`.
struct Einsum {
  std::string name;  ///< of the tensor it writes
  Access output;
  Term body;
  OperationId reduce = {};        ///< an operation that reduces, none where nothing is reduced
  std::vector<RankId> reduced;    ///< ranks of the body that the output has not
  std::vector<RankId> iteration;  ///< all rank variables of the Einsum, output ranks first
  std::optional<Access> filter;   ///< a mask: points where it is zero do not exist
  Place place;
};

struct Tensor {
  std::string name;
  std::vector<RankId> ranks;
  enum class Role { input, intermediate, output } role;
  std::optional<Access> view_of;  ///< a view reads another tensor's data: the access that it stands for
  std::optional<double> initial;  ///< of an iterated tensor: its value at coordinate 0
  RankId iterated = {};           ///< the rank it is iterated over (`T[r+1] = ...`)
  EinsumId producer = {};         ///< the Einsum that writes it
  Place place;
};

struct Cascade {
  std::string name;
  std::string description;
  std::string source;  ///< where it is from: paper, section, equation; may be empty
  OperationTable operations = tilewright::operations();  ///< of the language, then those that it defines
  ByRank<Rank> ranks;
  std::vector<Partition> partitions;
  ByTensor<Tensor> tensors;
  ByEinsum<Einsum> einsums;  ///< in an order in which every tensor is written before it is read
  std::vector<std::pair<std::string, double>> constants;
  Place place;

  /// Each throws InputError with the nearest name.
  [[nodiscard]] RankId rank(const std::string& name) const;
  [[nodiscard]] TensorId tensor(const std::string& name) const;
  [[nodiscard]] EinsumId einsum(const std::string& name) const;
  /// By variable ("m1"); none if there is none.
  [[nodiscard]] RankId rank_of_variable(const std::string& variable) const;
};

/// The operands of a term, left to right; the filter of an Einsum is not among them.
std::vector<const Access*> accesses(const Term& term);

}  // namespace tilewright

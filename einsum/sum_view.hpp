// Views whose indices are sums: windows (`X[c,p+r-1]`), strides (`X[c,2*h+r]`), reversed order (`X[d,T-1-u]`),
// skewed pairs (`R[e,p-m+M-1]`). A point whose sum lies outside of the tensor has no element, as behind a mask.
//
// The access that such a view stands for has an expression for every index, over the names of ranks and of their
// variables: all are `fixed` once the variables are, and `at` is the sum.
#pragma once

#include "einsum/cascade.hpp"
#include "einsum/statement.hpp"

namespace tilewright {

/// Whether some index of what a view shows is neither the variable of its rank (or of a part of it) nor a fixed
/// coordinate: a sum, or a variable of a rank of the view alone, which renames.
bool has_sums(const Cascade& cascade, const StatementSyntax& view, const Tensor& base);

/// The sums, one per rank of `base`, of variables of the ranks of `view`. Throws InputError for what is no sum of
/// variables, each with factors that are numbers or extents of ranks; for a variable that the view has not, or that
/// no sum has; and for a factor of a rank's own variable (`p` in place of `P` comes along, step by step).
std::vector<Index> sum_indices(const Cascade& cascade, const StatementSyntax& statement, const Tensor& view,
                               const Tensor& base);

/// Whether a tensor is such a view.
bool is_sum_view(const Tensor& tensor);

/// Whether the view has the rank's own variable in its sum: a window that moves with it. Others may be anywhere.
bool comes_along(const Cascade& cascade, const Tensor& view, RankId rank);

/// Whether the index of a rank is its variable alone, as in every tensor that is no view by sums.
bool shows_plainly(const Cascade& cascade, const Tensor& tensor, RankId rank);

/// A sum with numbers for the extents.
struct Sum {
  struct Part {
    RankId rank;
    long long times;
  };
  std::vector<Part> parts;
  long long plus = 0;
};

/// Throws InputError for factors and addends that are no whole numbers of at most 2^31.
Sum sum_of(const Cascade& cascade, const Index& index, const ByRank<double>& shapes);

/// How many elements of a dimension of that `extent` a sum shows at most.
double shown(const Sum& sum, const ByRank<double>& shapes, double extent);

/// Throws InputError that names the view where a cascade has one: `who` know none.
void refuse_sum_views(const Cascade& cascade, const std::string& who);

}  // namespace tilewright

// Launches the instances of one family of kernels: each is compiled in a file of its own, kernels/attention/*.cu.
#pragma once

#include "kernels/attention/instances.hpp"
#include "kernels/attention/params.hpp"

struct CUstream_st;  // what a cudaStream_t points to

namespace tilewright::kernels {

/// Returns whether the instance is one of the family, with numbers T; only then is it launched. Families are those
/// of kernels/attention/families.hpp.
template <class Family, class T>
bool launch_family(const Instance& instance, const AttentionParams<T>& params, CUstream_st* stream);

}  // namespace tilewright::kernels

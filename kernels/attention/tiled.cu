// Compiles the tiled instances of portable_instances.
#include "kernels/attention/launch_family.cuh"

namespace tilewright::kernels {

template bool launch_family<TiledFamily>(const Instance&, const AttentionParams<device::bf16>&, CUstream_st*);
template bool launch_family<TiledFamily>(const Instance&, const AttentionParams<device::fp16>&, CUstream_st*);

}  // namespace tilewright::kernels

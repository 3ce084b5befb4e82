#include <stdexcept>
#include <string>

#include "kernels/attention/families.hpp"
#include "kernels/attention/launch.hpp"
#include "kernels/attention/launch_family.hpp"

namespace tilewright::kernels {

namespace {

template <class T>
bool fits(const Instance& instance, const AttentionParams<T>& params) {
  return tile_size(params.queries) == instance.q_tile && tile_size(params.keys) == instance.kv_tile;
}

}  // namespace

template <class T>
void launch_portable(const Instance& instance, const AttentionParams<T>& params, CUstream_st* stream) {
  const std::string kernel(instance.kernel);
  if (!fits(instance, params)) throw std::invalid_argument(kernel + ": the parameters have tiles of another size");
  const bool launched = launch_family<NaiveFamily>(instance, params, stream) ||
                        launch_family<TiledFamily>(instance, params, stream) ||
                        launch_family<TensorCoreFamily>(instance, params, stream) ||
                        launch_family<PipelinedFamily>(instance, params, stream) ||
                        launch_family<SigmoidFamily>(instance, params, stream);
  if (!launched) throw std::invalid_argument(kernel + ": not compiled for these tiles, head dimension and numbers");
}

template void launch_portable(const Instance&, const AttentionParams<device::bf16>&, CUstream_st*);
template void launch_portable(const Instance&, const AttentionParams<device::fp16>&, CUstream_st*);

}  // namespace tilewright::kernels

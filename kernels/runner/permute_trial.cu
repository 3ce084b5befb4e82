#include "kernels/permute/launch.hpp"
#include "kernels/runner/fill.hpp"
#include "kernels/runner/masks.hpp"
#include "kernels/runner/problem.hpp"
#include "kernels/runner/tensors.cuh"
#include "kernels/runner/trial.cuh"
#include "kernels/runner/trials.hpp"

namespace tilewright::kernels::runner {
namespace {

using T = device::bf16;  // the kernel moves 16-bit numbers of any kind

/// Moves the tokens of Q: from the order of their layout to tiles, or back.
template <Permutation order>
class PermuteTrial : public Trial {
 public:
  PermuteTrial(const plan::Row& point, const Compiled&, Gpu& gpu)
      : point_(point), gpu_(gpu), natural_(query_grid(point, false)), permuted_(query_grid(point, true)) {
    const int sets = gpu.input_sets(point, (tokens_B(natural_) + tokens_B(permuted_)));
    for (int set = 0; set < sets; ++set) {
      from_.push_back(filled<T>(point, set, reference::Input::q, from_grid(), gpu));
      to_.emplace_back(gpu, tokens_B(to_grid()));
    }
  }

  [[nodiscard]] int sets() const override { return static_cast<int>(from_.size()); }

  void launch(int set) override {
    const auto index = static_cast<std::size_t>(set);
    launch_permute(order, point_.head_dim, heads(),
                   {from_[index].as<void>(), to_[index].as<void>(), natural_, permuted_}, gpu_.stream());
  }

  Judge check() override {
    poison_buffer(to_.front(), gpu_);
    launch(0);
    gpu_.wait();
    const std::int64_t unwritten = count_poison(to_.front(), gpu_);
    const std::vector<reference::Row> rows = checked_rows(point_);
    const auto got = download_rows(to_.front(), to_grid(), point_, rows, gpu_);
    std::int64_t wrong = 0;
    for (std::size_t i = 0; i < got.size(); ++i) wrong += got[i] != expected(rows, i) ? 1 : 0;
    reference::Verdict verdict{wrong == 0 && unwritten == 0, wrong == 0 ? 0.0 : 1.0, 0.0, ""};
    if (wrong > 0) verdict.message = std::to_string(wrong) + " of the numbers that were looked at are others; ";
    if (unwritten > 0) verdict.message += std::to_string(unwritten) + " numbers were not written";
    return [verdict] { return verdict; };
  }

 private:
  [[nodiscard]] const TokenGrid& from_grid() const { return order == Permutation::to_tiles ? natural_ : permuted_; }
  [[nodiscard]] const TokenGrid& to_grid() const { return order == Permutation::to_tiles ? permuted_ : natural_; }
  [[nodiscard]] int heads() const { return point_.batch * point_.heads; }
  [[nodiscard]] std::int64_t tokens_B(const TokenGrid& grid) const {
    return std::int64_t{heads()} * grid.memory_tokens * point_.head_dim * 2;
  }

  /// Number `index` of the rows, as the generator drew it.
  [[nodiscard]] std::uint16_t expected(const std::vector<reference::Row>& rows, std::size_t index) const {
    const auto head_dim = static_cast<std::size_t>(point_.head_dim);
    const reference::Row& row = rows[index / head_dim];
    const std::int64_t head = std::int64_t{row.batch} * point_.heads + row.head;
    const auto token = static_cast<std::uint64_t>(head * plan::tokens_in(point_.queries) + row.query);
    return reference::input<T>(point_.seed, reference::Input::q, token * head_dim + index % head_dim).bits;
  }

  const plan::Row& point_;
  Gpu& gpu_;
  TokenGrid natural_, permuted_;
  std::vector<Buffer> from_, to_;
};

/// Of numbers of every kind that has 16 bits.
void add(const std::string& kernel, Run run, std::vector<Compiled>& all) {
  for (const char* dtype : {"bf16", "fp16"}) {
    add_for_each(permute_head_dims, {.operation = "permute", .kernel = kernel, .dtype = dtype, .run = run}, all);
  }
}

}  // namespace

std::vector<Compiled> permute_trials() {
  std::vector<Compiled> all;
  add("permute", run_as<PermuteTrial<Permutation::to_tiles>>, all);
  add("unpermute", run_as<PermuteTrial<Permutation::to_natural>>, all);
  return all;
}

}  // namespace tilewright::kernels::runner

#include "mappings/order.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "mappings/uses.hpp"

namespace tilewright {

namespace {

class OrderCheck {
 public:
  OrderCheck(const Cascade& cascade, const FlatTree& flat, const Numbers& numbers)
      : cascade_(cascade), flat_(flat), numbers_(numbers) {
    for (const Leaf& leaf : flat.leaves) written_.push_back(write_of(cascade, einsum(leaf)).tensor);
  }

  std::vector<std::string> run() {
    for (const Leaf& reader : flat_.leaves)
      for (const Use& use : reads_of(cascade_, einsum(reader))) check(reader, use.tensor);
    return std::move(warnings_);
  }

 private:
  void check(const Leaf& reader, TensorId tensor) {
    for (const auto leaf : flat_.leaves.ids()) {
      if (written_[leaf.index()] != tensor) continue;
      const Leaf& writer = flat_.leaves[leaf];
      for (const NodeId loop : writer.temporal)
        if (completes(writer, loop) && std::ranges::find(reader.temporal, loop) != reader.temporal.end())
          warn(reader, tensor, loop);
    }
  }

  // The writer needs all iterations of the loop for one result.
  [[nodiscard]] bool completes(const Leaf& writer, NodeId loop) const {
    return numbers_.factors[loop] > 1 && contains(einsum(writer).reduced, rank_of(loop));
  }

  void warn(const Leaf& reader, TensorId tensor, NodeId loop) {
    std::string line = fmt::format("{} reads {} inside the loop over {} that completes it", einsum(reader).name,
                                   cascade_.tensors[tensor].name, cascade_.ranks[rank_of(loop)].variable);
    if (std::ranges::find(warnings_, line) == warnings_.end()) warnings_.push_back(std::move(line));
  }

  [[nodiscard]] const Einsum& einsum(const Leaf& leaf) const { return cascade_.einsums[leaf.einsum]; }
  [[nodiscard]] RankId rank_of(NodeId loop) const { return flat_.rank_of[loop]; }

  const Cascade& cascade_;
  const FlatTree& flat_;
  const Numbers& numbers_;
  std::vector<TensorId> written_;  // by leaf
  std::vector<std::string> warnings_;
};

}  // namespace

std::vector<std::string> order_warnings(const Cascade& cascade, const FlatTree& flat, const Numbers& numbers) {
  return OrderCheck(cascade, flat, numbers).run();
}

}  // namespace tilewright

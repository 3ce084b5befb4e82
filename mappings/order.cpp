#include "mappings/order.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "mappings/uses.hpp"

namespace tilewright {

namespace {

class OrderCheck {
 public:
  OrderCheck(const Cascade& cascade, const Mapping& mapping, const Plan& plan, const Frame& frame)
      : cascade_(cascade), mapping_(mapping), plan_(plan), frame_(frame) {}

  std::vector<std::string> run() {
    for (const Leaf& reader : plan_.leaves)
      for (const Use& use : reads_of(cascade_, einsum(reader))) check(reader, use.tensor);
    return std::move(warnings_);
  }

 private:
  void check(const Leaf& reader, TensorId tensor) {
    for (const Leaf& writer : plan_.leaves) {
      if (write_of(cascade_, einsum(writer)).tensor != tensor) continue;
      for (const int loop : writer.temporal)
        if (completes(writer, loop) && above(loop, reader.node)) warn(reader, tensor, loop);
    }
  }

  // The writer needs all iterations of the loop for one result.
  [[nodiscard]] bool completes(const Leaf& writer, int loop) const {
    return frame_.factors[static_cast<std::size_t>(loop)] > 1 && contains(einsum(writer).reduced, rank_of(loop));
  }

  [[nodiscard]] bool above(int node, int below) const {
    for (int n = below; n >= 0; n = mapping_.nodes[static_cast<std::size_t>(n)].parent)
      if (n == node) return true;
    return false;
  }

  void warn(const Leaf& reader, TensorId tensor, int loop) {
    std::string line = fmt::format("{} reads {} inside the loop over {} that completes it", einsum(reader).name,
                                   cascade_.tensors[static_cast<std::size_t>(tensor)].name,
                                   cascade_.ranks[static_cast<std::size_t>(rank_of(loop))].variable);
    if (std::ranges::find(warnings_, line) == warnings_.end()) warnings_.push_back(std::move(line));
  }

  [[nodiscard]] const Einsum& einsum(const Leaf& leaf) const {
    return cascade_.einsums[static_cast<std::size_t>(leaf.einsum)];
  }
  [[nodiscard]] RankId rank_of(int loop) const {
    return std::get<Loop>(mapping_.nodes[static_cast<std::size_t>(loop)].what).rank;
  }

  const Cascade& cascade_;
  const Mapping& mapping_;
  const Plan& plan_;
  const Frame& frame_;
  std::vector<std::string> warnings_;
};

}  // namespace

void check_group_order(const Cascade& cascade, const Mapping& mapping, const Plan& plan) {
  for (const Leaf& reader : plan.leaves)
    for (const Use& use : reads_of(cascade, cascade.einsums[static_cast<std::size_t>(reader.einsum)]))
      for (const Leaf& writer : plan.leaves) {
        const Einsum& source = cascade.einsums[static_cast<std::size_t>(writer.einsum)];
        if (writer.group <= reader.group || write_of(cascade, source).tensor != use.tensor) continue;
        const Node& node = mapping.nodes[static_cast<std::size_t>(reader.node)];
        throw InputError(node.place, node.key_path,
                         fmt::format("reads {}, which only the later group '{}' writes", source.name,
                                     mapping.groups[static_cast<std::size_t>(writer.group)].name));
      }
}

std::vector<std::string> order_warnings(const Cascade& cascade, const Mapping& mapping, const Plan& plan,
                                        const Frame& frame) {
  return OrderCheck(cascade, mapping, plan, frame).run();
}

}  // namespace tilewright

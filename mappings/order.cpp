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
        if (completes(writer, loop) && std::ranges::find(reader.temporal, loop) != reader.temporal.end())
          warn(reader, tensor, loop);
    }
  }

  // The writer needs all iterations of the loop for one result.
  [[nodiscard]] bool completes(const Leaf& writer, int loop) const {
    return frame_.factors[static_cast<std::size_t>(loop)] > 1 && contains(einsum(writer).reduced, rank_of(loop));
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

namespace {

[[noreturn]] void fail(const Mapping& mapping, const Leaf& leaf, const std::string& message) {
  const Node& node = mapping.nodes[static_cast<std::size_t>(leaf.node)];
  throw InputError(node.place, node.key_path, message);
}

// A running value has one element: its last one, or the one before the step. Its history is kept nowhere.
void check_history(const Cascade& cascade, const Mapping& mapping, const Leaf& writer, TensorId id) {
  const Tensor& tensor = cascade.tensors[static_cast<std::size_t>(id)];
  if (tensor.iterated >= 0 && tensor.role == Tensor::Role::output)
    fail(mapping, writer,
         fmt::format("'{}' is a running value and an output; make its last value an output of its own, as in "
                     "'LAST[] = {}[{}]'",
                     tensor.name, tensor.name, cascade.ranks[static_cast<std::size_t>(tensor.iterated)].name));
}

void check_read(const Cascade& cascade, const Mapping& mapping, const Leaf& reader, const Leaf& writer,
                const Use& use) {
  const Tensor& tensor = cascade.tensors[static_cast<std::size_t>(use.tensor)];
  if (!use.older && reader.node < writer.node)
    fail(mapping, reader, fmt::format("reads '{}', which is written only further down", tensor.name));
  const auto& iteration = cascade.einsums[static_cast<std::size_t>(reader.einsum)].iteration;
  const bool by_step = tensor.iterated >= 0 && contains(iteration, tensor.iterated);
  if (by_step && reader.group != writer.group)
    fail(mapping, reader,
         fmt::format("reads the history of the running value '{}', which ends with its group", tensor.name));
}

}  // namespace

void check_order(const Cascade& cascade, const Mapping& mapping, const Plan& plan) {
  for (const Leaf& writer : plan.leaves) {
    const TensorId tensor = write_of(cascade, cascade.einsums[static_cast<std::size_t>(writer.einsum)]).tensor;
    check_history(cascade, mapping, writer, tensor);
    for (const Leaf& reader : plan.leaves)
      for (const Use& use : reads_of(cascade, cascade.einsums[static_cast<std::size_t>(reader.einsum)]))
        if (use.tensor == tensor && reader.node != writer.node) check_read(cascade, mapping, reader, writer, use);
  }
}

std::vector<std::string> order_warnings(const Cascade& cascade, const Mapping& mapping, const Plan& plan,
                                        const Frame& frame) {
  return OrderCheck(cascade, mapping, plan, frame).run();
}

}  // namespace tilewright

// A nest of loops with its numbers and as the model takes it apart: what files for other tools are made of.
#pragma once

#include "mappings/cascade_facts.hpp"
#include "mappings/flat_tree.hpp"
#include "mappings/frame.hpp"
#include "sim/model.hpp"

namespace tilewright {

struct SizedNest {
  /// The candidate must outlive it. Throws InputError for a mapping that is a kernel, for a tree that is wrong
  /// whatever its numbers, and as evaluate_frame() does; the estimate says what else does not fit.
  explicit SizedNest(const Candidate& candidate);
  SizedNest(const SizedNest&) = delete;
  SizedNest& operator=(const SizedNest&) = delete;

  [[nodiscard]] const Node& node(NodeId id) const { return mapping.tree.nodes[id]; }
  [[nodiscard]] const Written& written(NodeId id) const { return mapping.written[id]; }
  [[nodiscard]] const std::string& name(TensorId id) const { return cascade.tensors[id].name; }
  /// Whether the Einsum reads or writes the tensor.
  [[nodiscard]] bool touches(EinsumId einsum, TensorId tensor) const;

  const Workload& workload;
  const Cascade& cascade;
  const Arch& arch;
  const Mapping& mapping;
  CascadeFacts facts;
  Frame frame;
  FlatTree flat;
};

}  // namespace tilewright

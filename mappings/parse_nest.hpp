// The `nest:` of a group: YAML to the tree of nodes.
#pragma once

#include "common/yaml.hpp"
#include "mappings/mapping.hpp"

namespace tilewright {

class NestParser {
 public:
  NestParser(const Cascade& cascade, const Arch& arch, Mapping& mapping)
      : cascade_(cascade), arch_(arch), mapping_(mapping) {}
  /// Appends the nodes of one group's nest to the mapping.
  void parse(const Yaml& nest, GroupId group);

 private:
  void list(const Yaml& yaml, NodeId parent);
  void element(const Yaml& yaml, NodeId& parent, bool last);
  void loops(const Yaml& yaml, NodeId& parent, bool spatial, bool independent = false);
  void keep(const Yaml& yaml, NodeId& parent);
  void compute(const Yaml& yaml, NodeId parent);
  NodeId add(NodeId parent, std::variant<Loop, Keep, Compute> what, const Yaml& yaml);
  [[nodiscard]] Expression bound(const Yaml& yaml) const;

  const Cascade& cascade_;
  const Arch& arch_;
  Mapping& mapping_;
  GroupId group_;
};

}  // namespace tilewright

#include "explore/used_shapes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/error.hpp"
#include "einsum/attention.hpp"

namespace tilewright {

namespace {

class Names {
 public:
  void add(const Expression& expression) { all_.insert(expression.names().begin(), expression.names().end()); }
  void add(const std::optional<Expression>& expression) {
    if (expression) add(*expression);
  }

  std::set<std::string> take() { return std::move(all_); }

 private:
  std::set<std::string> all_;
};

}  // namespace

std::set<std::string> names_of(const Mapping& mapping) {
  Names names;
  for (const Assignment& assignment : mapping.assignments) names.add(assignment.value);
  for (const Written& node : mapping.written) {
    names.add(node.number);
    names.add(node.when);
  }
  for (const FusionGroup& group : mapping.tree.groups)
    for (const Step& step : group.steps) names.add(step.bubble_cycles);
  for (const auto& [level, bytes] : mapping.reserved_B) names.add(bytes);
  return names.take();
}

std::set<std::string> names_of(const Cascade& cascade) {
  Names names;
  for (const Rank& rank : cascade.ranks) names.add(rank.shape);
  std::set<std::string> all = names.take();
  for (const Rank& rank : cascade.ranks) all.insert(rank.name);
  return all;
}

std::set<std::string> role_names_of(const Workload& workload) {
  std::set<std::string> names;
  if (workload.ranks)
    for (const auto& [role, name] : workload.ranks->roles()) names.insert(name);
  return names;
}

namespace {

void add_word(const Workload& workload, const std::string& tensor, std::set<std::string>& names) {
  const auto found = workload.word_sources.find(workload.words_B.contains(tensor) ? tensor : "");
  if (found != workload.word_sources.end()) names.insert(found->second.begin(), found->second.end());
}

}  // namespace

std::set<std::string> word_names_of(const Workload& workload, const Cascade& cascade) {
  std::set<std::string> names;
  for (const Tensor& tensor : cascade.tensors) add_word(workload, tensor.name, names);
  return names;
}

std::set<std::string> attention_word_names_of(const Workload& workload, const Cascade& cascade) {
  std::set<std::string> names;
  const AttentionTensors tensors = find_tensors(find_ranks(roles_of(workload), cascade), cascade);
  for (const TensorId id : {tensors.query, tensors.key, tensors.value, tensors.output})
    if (id) add_word(workload, cascade.tensors[id].name, names);
  return names;
}

void require_used(const std::map<std::string, double>& set, const Workload& workload,
                  const std::set<std::string>& used, const std::string& by) {
  const std::set<std::string> all = workload.with_sources(used);
  for (const auto& [name, value] : set)
    if (!all.contains(name))
      throw InputError(fmt::format("--set {}={}: it changes nothing: {} does not use shape '{}' of workload '{}'",
                                   name, value, by, name, workload.name));
}

std::vector<std::string> unused_shapes(const Workload& workload, const std::set<std::string>& used) {
  const std::set<std::string> all = workload.with_sources(used);
  std::vector<std::string> unused;
  for (const auto& [name, value] : workload.shapes)
    if (!all.contains(name)) unused.push_back(name);
  return unused;
}

}  // namespace tilewright

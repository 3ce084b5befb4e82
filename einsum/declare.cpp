#include "einsum/declare.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "einsum/define_operation.hpp"
#include "einsum/lexer.hpp"

namespace tilewright {

namespace {

// Far above any that is of use; analyses take the square of them, and more.
constexpr std::size_t most_ranks = 250;
constexpr std::size_t most_names = 2000;

bool is_upper(const std::string& name) {
  return is_identifier(name) && std::none_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

std::string lower(std::string name) {
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

RankId find_rank(const Cascade& cascade, const std::string& name) {
  return cascade.rank_of_variable(lower(name));  // names are upper case, so variables tell them apart
}

RankId add_rank(Cascade& cascade, const std::string& name, const Yaml& node) {
  if (!is_upper(name)) node.fail("a rank is named in upper-case letters, digits and '_', got '" + name + "'");
  const RankId known = find_rank(cascade, name);
  if (known) return known;
  if (cascade.ranks.size() == most_ranks) node.fail(fmt::format("more than {} ranks", most_ranks));
  return cascade.ranks.push_back({name, lower(name), {}, node.place()});
}

void declare_shapes(Cascade& cascade, const Yaml& shapes) {
  for (const auto& [name, value] : shapes.entries()) {
    const RankId rank = add_rank(cascade, name, value);
    cascade.ranks[rank].shape = value.expression();
  }
}

bool is_whole(const Cascade& cascade, RankId rank) {
  return std::any_of(cascade.partitions.begin(), cascade.partitions.end(),
                     [&](const Partition& p) { return p.whole == rank; });
}

bool is_part(const Cascade& cascade, RankId rank) {
  return std::any_of(cascade.partitions.begin(), cascade.partitions.end(), [&](const Partition& p) {
    return std::find(p.parts.begin(), p.parts.end(), rank) != p.parts.end();
  });
}

RankId known_whole(const Cascade& cascade, const std::string& name, const Yaml& node) {
  const RankId whole = is_upper(name) ? find_rank(cascade, name) : RankId();
  if (whole) return whole;
  std::vector<std::string> known;
  for (const Rank& rank : cascade.ranks) known.push_back(rank.name);
  node.fail("partition of unknown rank '" + name + "'" + did_you_mean(name, known));
}

void declare_partitions(Cascade& cascade, const Yaml& partitions) {
  for (const auto& [name, value] : partitions.entries()) {
    Partition partition{known_whole(cascade, name, value), {}};
    const std::vector<Yaml> parts = value.items();
    if (parts.size() < 2) value.fail("a partition has at least two parts");
    for (const Yaml& item : parts) {
      const RankId part = add_rank(cascade, item.text(), item);
      const auto& earlier = partition.parts;
      const bool repeated = std::find(earlier.begin(), earlier.end(), part) != earlier.end();
      if (repeated || part == partition.whole || is_part(cascade, part)) {
        item.fail("rank '" + item.text() + "' is already in a partition");
      }
      if (is_whole(cascade, part)) item.fail("rank '" + item.text() + "' is partitioned itself");
      partition.parts.push_back(part);
    }
    if (is_part(cascade, partition.whole)) value.fail("rank '" + name + "' is already in a partition");
    cascade.partitions.push_back(std::move(partition));
  }
}

void declare_constants(Cascade& cascade, const Yaml& constants) {
  for (const auto& [name, value] : constants.entries()) {
    const std::string refusal = refuse_name(cascade, name);
    if (!refusal.empty()) value.fail(refusal);
    cascade.constants.emplace_back(name, value.number());
  }
}

void declare_inputs(Cascade& cascade, const Yaml& inputs) {
  for (const auto& [name, value] : inputs.entries()) {
    const std::string refusal = refuse_name(cascade, name);
    if (!refusal.empty()) value.fail(refusal);
    Tensor tensor{name, {}, Tensor::Role::input, {}, {}, {}, {}, value.place()};
    for (const Yaml& item : value.items()) {
      const RankId rank = find_rank(cascade, item.text());
      if (std::find(tensor.ranks.begin(), tensor.ranks.end(), rank) != tensor.ranks.end()) {
        item.fail("rank '" + item.text() + "' appears twice in '" + name + "'");
      }
      tensor.ranks.push_back(rank);
    }
    cascade.tensors.push_back(std::move(tensor));
  }
}

}  // namespace

std::string refuse_name(const Cascade& cascade, const std::string& name) {
  if (!is_identifier(name)) return "a name is a letter, then letters, digits and '_', got '" + name + "'";
  if (name == "where" || cascade.operations.is_word(name)) {
    return "'" + name + "' is a word of the language and names no tensor or constant";
  }
  if (cascade.tensors.size() + cascade.constants.size() == most_names)
    return fmt::format("more than {} tensors and constants", most_names);
  for (const auto& [constant, value] : cascade.constants) {
    if (constant == name) return "'" + name + "' is already a constant";
  }
  for (const Tensor& tensor : cascade.tensors) {
    if (tensor.name != name) continue;
    if (tensor.role == Tensor::Role::input) return "'" + name + "' is already an input";
    return "'" + name + "' is written twice";
  }
  return "";
}

void declare(Cascade& cascade, const Yaml& root) {
  if (const auto operations = root.find("operations")) define_operations(cascade.operations, *operations);
  const Yaml inputs = root.at("inputs");
  if (inputs.entries().empty()) inputs.fail("a cascade has at least one input");
  for (const auto& [name, ranks] : inputs.entries()) {
    for (const Yaml& item : ranks.items()) add_rank(cascade, item.text(), item);
  }
  if (const auto shapes = root.find("shapes")) declare_shapes(cascade, *shapes);
  if (const auto partitions = root.find("partitions")) declare_partitions(cascade, *partitions);
  if (const auto constants = root.find("constants")) declare_constants(cascade, *constants);
  declare_inputs(cascade, inputs);
}

}  // namespace tilewright

#include "einsum/attention_ranks.hpp"

#include <algorithm>
#include <iterator>

#include "einsum/iteration.hpp"

namespace tilewright {

namespace {

struct Role {
  const char* name;
  std::string AttentionRanks::*rank;
  bool required;
};

constexpr Role all_roles[] = {
    {"queries", &AttentionRanks::queries, true},     {"keys", &AttentionRanks::keys, true},
    {"heads", &AttentionRanks::heads, false},        {"kv_heads", &AttentionRanks::kv_heads, false},
    {"batch", &AttentionRanks::batch, false},        {"head_dim", &AttentionRanks::head_dim, false},
    {"value_dim", &AttentionRanks::value_dim, false}};

bool may_be_one(const std::string& a, const std::string& b) {
  return (a == "head_dim" && b == "value_dim") || (a == "heads" && b == "kv_heads");
}

RankId find(const std::string& name, const Cascade& cascade) {
  return name.empty() ? RankId() : cascade.ranks.id_of(std::ranges::find(cascade.ranks, name, &Rank::name));
}

RankId require(const std::string& name, const Cascade& cascade, const Place& place) {
  if (const RankId rank = find(name, cascade)) return rank;
  std::vector<std::string> known;
  for (const Rank& rank : cascade.ranks) known.push_back(rank.name);
  throw InputError(place, "workload.ranks",
                   "cascade '" + cascade.name + "' has no rank '" + name + "'" + did_you_mean(name, known));
}

}  // namespace

std::vector<std::pair<std::string, std::string>> AttentionRanks::roles() const {
  std::vector<std::pair<std::string, std::string>> given;
  for (const Role& role : all_roles)
    if (!(this->*role.rank).empty()) given.emplace_back(role.name, this->*role.rank);
  return given;
}

AttentionRanks parse_attention_ranks(const Yaml& yaml) {
  AttentionRanks ranks;
  ranks.place = yaml.place();
  std::vector<std::string> known;
  for (const Role& role : all_roles) known.emplace_back(role.name);
  yaml.only(known);
  for (const Role& role : all_roles) {
    const auto name = role.required ? std::optional(yaml.at(role.name)) : yaml.find(role.name);
    if (!name) continue;
    for (const auto& [other, rank] : ranks.roles())
      if (rank == name->text() && !may_be_one(other, role.name))
        name->fail("'" + rank + "' is " + other + " already");
    ranks.*role.rank = name->text();
  }
  return ranks;
}

bool has_ranks(const AttentionRanks& ranks, const Cascade& cascade) {
  return find(ranks.queries, cascade) && find(ranks.keys, cascade);
}

AttentionRankIds find_ranks(const AttentionRanks& ranks, const Cascade& cascade) {
  return {require(ranks.queries, cascade, ranks.place),
          require(ranks.keys, cascade, ranks.place),
          find(ranks.heads, cascade),
          find(ranks.batch, cascade),
          find(ranks.head_dim, cascade),
          find(ranks.value_dim, cascade)};
}

AttentionTensors find_tensors(const AttentionRankIds& ranks, const Cascade& cascade) {
  const auto find = [&](Tensor::Role role, RankId token, RankId element, TensorId other) {
    for (const TensorId t : cascade.tensors.ids()) {
      const Tensor& tensor = cascade.tensors[t];
      const auto has = [&](RankId rank) { return std::ranges::find(tensor.ranks, rank) != tensor.ranks.end(); };
      if (!tensor.view_of && tensor.role == role && t != other && has(token) && has(element)) return t;
    }
    return TensorId();
  };
  using enum Tensor::Role;
  AttentionTensors tensors;
  tensors.query = find(input, ranks.queries, ranks.head_dim, {});
  tensors.key = find(input, ranks.keys, ranks.head_dim, {});
  tensors.value = find(input, ranks.keys, ranks.value_dim, tensors.key);
  tensors.output = find(output, ranks.queries, ranks.value_dim, {});
  return tensors;
}

std::vector<TensorId> find_weights(const AttentionTensors& tensors, const Cascade& cascade) {
  std::vector<TensorId> weights;
  if (!tensors.value) return weights;
  for (const Einsum& einsum : cascade.einsums) {
    const std::vector<TensorId> operands = operands_of(cascade, einsum);
    if (std::ranges::count(operands, tensors.value) > 0)
      std::ranges::copy_if(operands, std::back_inserter(weights),
                           [&](TensorId operand) { return operand != tensors.value; });
  }
  return weights;
}

}  // namespace tilewright

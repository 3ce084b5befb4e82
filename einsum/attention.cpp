#include "einsum/attention.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "common/error.hpp"
#include "einsum/mask/usage.hpp"
#include "einsum/requests.hpp"
#include "einsum/workload.hpp"

namespace tilewright {

AttentionWords AttentionWords::all(double element_B) {
  return {element_B, element_B, element_B, element_B, element_B, element_B, {}};
}

ByTensor<double> AttentionWords::of(const AttentionRankIds& ranks, const Cascade& cascade) const {
  ByTensor<double> element_B(cascade.tensors.size(), other_B);
  const AttentionTensors tensors = find_tensors(ranks, cascade);
  for (const auto& [tensor, own_B] : {std::pair(tensors.query, query_B), std::pair(tensors.key, key_B),
                                      std::pair(tensors.value, value_B), std::pair(tensors.output, output_B)})
    if (tensor) element_B[tensor] = own_B;
  for (const TensorId weight : find_weights(tensors, cascade)) element_B[weight] = weight_B;
  for (const TensorId t : cascade.tensors.ids())
    if (const auto found = named_B.find(cascade.tensors[t].name); found != named_B.end())
      element_B[t] = found->second;
  return element_B;
}

double Request::heads() const {
  double sum = 0;
  for (const HeadMask& mask : masks) sum += static_cast<double>(mask.heads);
  return sum;
}

double Request::queries() const { return static_cast<double>(layout.flattened().queries); }
double Request::keys() const { return static_cast<double>(layout.flattened().keys); }

double Attention::heads() const { return requests.front().heads(); }

double Attention::sequences() const {
  double sum = 0;
  for (const Request& request : requests) sum += request.times;
  return sum;
}

const Request& Attention::only_request(const std::string& who) const {
  if (requests.size() != 1)
    throw InputError(
        fmt::format("{}: expected requests of one length, got such of {} queries and {} keys and of {} "
                    "queries and {} keys",
                    who, requests[0].queries(), requests[0].keys(), requests[1].queries(), requests[1].keys()));
  return requests.front();
}

double Attention::query_rows() const {
  double rows = 0;
  for (const Request& request : requests) rows += request.queries() * heads() * request.times;
  return rows;
}

double Attention::key_rows() const {
  double rows = 0;
  for (const Request& request : requests) rows += request.keys() * kv_heads * request.times;
  return rows;
}

Count Attention::queries_of_tile() const {
  Count most = 0;
  for (const Request& request : requests)
    most = std::max(most, request.layout.flattened().queries * static_cast<Count>(group()));
  return most;
}

Attention without_selection(Attention problem) {
  problem.selection.reset();
  return problem;
}

void require_whole(const Attention& problem) {
  if (problem.requests.empty()) throw InputError("attention without any request");
  for (const Request& request : problem.requests)
    if (request.heads() != problem.heads() ||
        request.layout.dimensions() != problem.requests.front().layout.dimensions())
      throw InputError("requests of one batch with other heads, or other dimensions of their tokens");
  if (std::fmod(problem.heads(), problem.kv_heads) != 0)
    throw InputError(
        fmt::format("{} KV heads: expected a divisor of the {} query heads", problem.kv_heads, problem.heads()));
  const AttentionWords& words = problem.words;
  if (!(std::min({problem.head_dim, problem.value_dim, words.query_B, words.key_B, words.value_B, words.output_B}) >
        0))
    throw InputError("attention without the elements of its rows, or the bytes of an element");
  if (!problem.values_in_keys) return;
  if (problem.value_dim > problem.head_dim)
    throw InputError(
        fmt::format("values of {} elements are no part of keys of {}", problem.value_dim, problem.head_dim));
  if (words.value_B != words.key_B)
    throw InputError(
        fmt::format("values of {} B an element are no part of keys of {} B", words.value_B, words.key_B));
}

namespace {

// Every key that any query of any of its heads sees, once per KV head.
double needed_keys(const Request& request, double group, const std::vector<Usage>& usages) {
  double keys = 0;
  double head = 0;
  std::vector<const Mask*> differ;  // of the KV head that is begun
  for (std::size_t i = 0; i < usages.size(); ++i)
    for (auto left = static_cast<double>(request.masks[i].heads); left > 0;) {
      const double room = group - std::fmod(head, group);
      const bool whole = room == group && left >= group;
      const double taken = whole ? std::floor(left / group) * group : std::min(left, room);
      if (whole) keys += taken / group * static_cast<double>(usages[i].keys);
      if (!whole) differ.push_back(&request.masks[i].mask);
      if (!whole && taken == room) keys += static_cast<double>(keys_of_any(std::exchange(differ, {})));
      head += taken;
      left -= taken;
    }
  return keys;
}

}  // namespace

double Attention::gathered_token_B(Count unit, double access_B) const {
  if (std::isnan(access_B)) return token_B();
  const auto tokens = static_cast<double>(unit);
  const auto of_row = [&](double row_B) { return std::ceil(tokens * row_B / access_B) * access_B / tokens; };
  return of_row(key_row_B()) + (values_in_keys ? 0 : of_row(value_row_B()));
}

AttentionNeeds needs_of(const Attention& problem, const Request& request) {
  AttentionNeeds needs;
  std::vector<Usage> usages;
  for (const HeadMask& mask : request.masks) {
    const Usage& usage = usages.emplace_back(usage_of(mask.mask));
    needs.pairs += request.times * static_cast<double>(mask.heads) * static_cast<double>(usage.pairs);
    needs.queries += request.times * static_cast<double>(mask.heads) * static_cast<double>(usage.queries);
  }
  needs.keys = request.times * needed_keys(request, problem.group(), usages);
  return needs;
}

AttentionNeeds needs_of(const Attention& problem) {
  AttentionNeeds needs;
  for (const Request& request : problem.requests) {
    const AttentionNeeds part = needs_of(problem, request);
    needs.pairs += part.pairs;
    needs.queries += part.queries;
    needs.keys += part.keys;
  }
  return needs;
}

const AttentionRanks& roles_of(const Workload& workload) {
  if (!workload.ranks)
    throw InputError(workload.file +
                     ": the workload does not say which ranks are queries, keys and heads; expected a key "
                     "'ranks', as in ranks: {queries: P, keys: M, heads: H, head_dim: E, value_dim: F}");
  return *workload.ranks;
}

namespace {

class AttentionMaker {
 public:
  AttentionMaker(const Workload& workload, const Cascade& cascade) : workload_(workload), cascade_(cascade) {}

  Attention make() {
    const AttentionRanks& ranks = roles_of(workload_);
    Attention problem;
    problem.head_dim = dimension("head_dim", ranks.head_dim);
    problem.value_dim = dimension("value_dim", ranks.value_dim);
    set_requests(problem);
    problem.kv_heads = ranks.kv_heads.empty() ? problem.heads() : workload_.shape(ranks.kv_heads);
    set_words(problem);
    problem.selection = workload_.selection;
    try {
      require_whole(problem);
    } catch (const InputError& error) {
      throw InputError(ranks.place, "workload.ranks", error.what());
    }
    return problem;
  }

 private:
  [[nodiscard]] double dimension(const char* role, const std::string& name) const {
    if (name.empty())
      throw InputError(workload_.ranks->place, "workload.ranks", fmt::format("missing key '{}'", role));
    return workload_.shape(name);
  }

  void set_requests(Attention& problem) const {
    const AttentionRanks& ranks = *workload_.ranks;
    const Count heads = ranks.heads.empty() ? 0 : static_cast<Count>(workload_.shape(ranks.heads));
    if (!workload_.requests.empty()) {
      problem.requests = unequal_requests(heads);
      return;
    }
    const auto queries = static_cast<Count>(workload_.shape(ranks.queries));
    const auto keys = static_cast<Count>(workload_.shape(ranks.keys));
    Request& request = problem.requests.front();
    request.times = ranks.batch.empty() ? 1 : workload_.shape(ranks.batch);
    request.layout = workload_.mask ? workload_.mask->layout(queries, keys) : Layout{{queries}, {keys}};
    request.masks = workload_.mask ? workload_.mask->masks(request.layout, heads)
                                   : make_masks(parse_mask("dense"), request.layout, std::max<Count>(1, heads));
  }

  [[nodiscard]] std::vector<Request> unequal_requests(Count heads) const {
    const AttentionRanks& ranks = *workload_.ranks;
    if (!find_ranks(ranks, cascade_).batch)
      throw InputError(ranks.place, "workload.ranks",
                       fmt::format("cascade '{}' has no rank '{}' for the requests", cascade_.name, ranks.batch));
    try {
      return make_requests(workload_.requests, workload_.mask ? workload_.mask->spec : find_mask("dense"), heads);
    } catch (const InputError& error) {
      throw InputError(workload_.requests_place, "workload.requests", error.what());
    }
  }

  void set_words(Attention& problem) const {
    const AttentionTensors tensors = find_tensors(find_ranks(*workload_.ranks, cascade_), cascade_);
    const auto word = [&](TensorId id) {
      return id ? workload_.element_B(cascade_.tensors[id].name) : workload_.word_B;
    };
    double weight_B = 0;
    for (const TensorId weight : find_weights(tensors, cascade_)) weight_B = std::max(weight_B, word(weight));
    problem.words = {word(tensors.query),
                     word(tensors.key),
                     word(tensors.value),
                     word(tensors.output),
                     weight_B > 0 ? weight_B : workload_.word_B,
                     workload_.word_B,
                     workload_.words_B};
    for (const auto& [stored, in] : workload_.shared) {
      const auto is = [&](TensorId id, const std::string& name) { return id && cascade_.tensors[id].name == name; };
      if (!is(tensors.value, stored) || !is(tensors.key, in))
        throw InputError(
            fmt::format("{}: workload.shared.{}: only values can be stored in keys, and cascade '{}' has {}",
                        workload_.file, stored, cascade_.name, names(tensors)));
      problem.values_in_keys = true;
    }
  }

  [[nodiscard]] std::string names(const AttentionTensors& tensors) const {
    const auto name = [&](TensorId id) {
      return id ? "'" + cascade_.tensors[id].name + "'" : std::string("nothing");
    };
    return fmt::format("{} as values and {} as keys", name(tensors.value), name(tensors.key));
  }

  const Workload& workload_;
  const Cascade& cascade_;
};

}  // namespace

Attention attention_of(const Workload& workload, const Cascade& cascade) {
  return AttentionMaker(workload, cascade).make();
}

}  // namespace tilewright

#include "einsum/workload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/file.hpp"
#include "einsum/mask/padded.hpp"

namespace tilewright {

namespace {

// Into shapes, and what they are from.
void read_shapes(const Yaml& yaml, std::map<std::string, double> set, Workload& into) {
  Symbols symbols;
  std::vector<double> slots;
  for (const auto& [name, value] : yaml.entries()) {
    require_name(value, name);
    Expression expression = value.expression();
    expression.bind(symbols);
    const auto given = set.find(name);
    const double shape = given == set.end() ? expression.evaluate(slots) : given->second;
    if (!(shape >= 1) || shape != std::floor(shape) || shape > 0x1p53)
      value.fail(fmt::format("expected a whole number of at least 1, {} {}", given == set.end() ? "got" : "set to",
                             shape));
    into.sources[name] = given == set.end() ? expression.names() : std::vector<std::string>{};
    if (given != set.end()) set.erase(given);
    symbols.add(name);
    slots.push_back(shape);
  }
  if (!set.empty()) {
    const std::string& name = set.begin()->first;
    yaml.fail("no shape '" + name + "' to set" + did_you_mean(name, symbols.names()));
  }
  for (std::size_t i = 0; i < slots.size(); ++i) into.shapes[symbols.names()[i]] = slots[i];
}

// Of the tensor: an expression over the shapes.
double read_word(const Yaml& yaml, const std::string& tensor, Workload& into) {
  constexpr double least_B = 0.125;
  constexpr double most_B = 1024;
  Expression bytes = yaml.expression(dimension::bytes);
  if (bytes.is_constant()) return yaml.number(dimension::bytes, least_B, most_B);
  Symbols symbols;
  std::vector<double> slots;
  for (const auto& [name, value] : into.shapes) {
    symbols.add(name);
    slots.push_back(value);
  }
  bytes.bind(symbols);
  const double word_B = bytes.evaluate(slots);
  if (!(word_B >= least_B && word_B <= most_B))
    yaml.fail(fmt::format("expected {} B to {} B, got {}", least_B, most_B, word_B));
  into.word_sources[tensor] = bytes.names();
  return word_B;
}

// Roles whose lengths are those of requests, where there are such, and their names.
std::vector<std::pair<std::string, std::string>> roles_of_requests(const AttentionRanks& ranks) {
  return {{"queries", ranks.queries}, {"keys", ranks.keys}, {"batch", ranks.batch}};
}

std::string cannot_be_set(const std::string& role, const std::string& name) {
  return fmt::format("they give the {}, so '{}' cannot be set", role, name);
}

constexpr const char* selection_without_ranks =
    "of which keys? Expected a key 'ranks' of the workload, as in ranks: {queries: P, keys: M}";
constexpr const char* no_batch = "missing key 'batch': the rank of the requests";

// In place of shapes, which must neither be there nor be set.
void read_requests(const Yaml& yaml, const Yaml& workload, const std::map<std::string, double>& set,
                   Workload& into) {
  into.requests = parse_requests(yaml);
  into.requests_place = yaml.place();
  const auto ranks = workload.find("ranks");
  if (!ranks)
    yaml.fail(
        "of which ranks? Expected a key 'ranks' of the workload, as in ranks: {queries: P, keys: M, batch: B}");
  const AttentionRanks roles = parse_attention_ranks(*ranks);
  if (roles.batch.empty()) ranks->fail(no_batch);
  for (const auto& [role, name] : roles_of_requests(roles)) {
    if (set.contains(name)) yaml.fail(cannot_be_set(role, name));
    if (const auto shape = workload.at("shapes").find(name))
      shape->fail(fmt::format("the requests give the {}; leave the shape out", role));
  }
}

// Roles are of shapes that there are, but those of requests.
AttentionRanks read_ranks(const Yaml& yaml, const std::map<std::string, double>& shapes, bool of_requests) {
  AttentionRanks ranks = parse_attention_ranks(yaml);
  std::vector<std::string> known;
  for (const auto& [shape, value] : shapes) known.push_back(shape);
  const auto replaced = roles_of_requests(ranks);
  for (const auto& [role, name] : ranks.roles())
    if (!(of_requests && std::ranges::find(replaced, std::pair(role, name)) != replaced.end()) &&
        !shapes.contains(name))
      yaml.at(role).fail("no shape '" + name + "'" + did_you_mean(name, known));
  return ranks;
}

WorkloadMask masked(const AttentionRanks& ranks) { return {ranks.queries, ranks.keys, ranks.heads, {}, {}}; }

WorkloadMask read_mask(const Yaml& yaml, const std::optional<AttentionRanks>& ranks) {
  yaml.only({"pattern", "layout", "query_layout"});
  if (!ranks)
    yaml.fail("over which ranks? Expected a key 'ranks' of the workload, as in ranks: {queries: P, keys: M}");
  WorkloadMask mask = masked(*ranks);
  mask.place = yaml.place();
  mask.spec = parse_mask_spec(yaml.at("pattern"), yaml.find("layout"), yaml.find("query_layout"));
  return mask;
}

Extents difference(Extents longer, const Extents& extents) {
  for (std::size_t d = 0; d < longer.size(); ++d) longer[d] -= extents[d];
  return longer;
}

}  // namespace

Layout WorkloadMask::layout(Count query_tokens, Count key_tokens) const {
  Layout layout{spec.queries, spec.keys};
  if (layout.keys.empty()) layout.keys = {key_tokens};
  if (layout.queries.empty()) layout.queries = query_tokens == key_tokens ? layout.keys : Extents{query_tokens};
  const auto require = [&](const Extents& extents, Count tokens, const std::string& rank) {
    if (tokens_of(extents) != tokens)
      throw InputError(
          place, "workload.mask",
          fmt::format("layout {} has {} tokens, but {} is {}", to_text(extents), tokens_of(extents), rank, tokens));
  };
  require(layout.keys, key_tokens, keys);
  require(layout.queries, query_tokens, queries);
  if (layout.queries.size() != layout.keys.size())
    throw InputError(place, "workload.mask",
                     fmt::format("keys are laid out as {}; give the queries a query_layout of as many dimensions",
                                 to_text(layout.keys)));
  return layout;
}

std::vector<HeadMask> WorkloadMask::masks(const Layout& layout, Count heads) const {
  Count named = 0;
  for (const HeadRun& run : spec.runs) named += run.heads;
  try {
    std::vector<HeadMask> all = make_masks(spec.runs, layout, heads == 0 ? named : heads);
    if (padded.empty()) return all;
    for (HeadMask& each : all)
      each.mask = padded_mask(*spec.runs.front().expression->rule(), layout, difference(padded, layout.keys));
    return all;
  } catch (const InputError& error) {
    throw InputError(place, "workload.mask", error.what());
  }
}

double Workload::shape(const std::string& name) const {
  const auto found = shapes.find(name);
  if (found != shapes.end()) return found->second;
  std::vector<std::string> known;
  for (const auto& [shape, value] : shapes) known.push_back(shape);
  throw InputError(file + ": workload.shapes: no shape '" + name + "'" + did_you_mean(name, known));
}

std::set<std::string> Workload::with_sources(const std::set<std::string>& names) const {
  std::set<std::string> all;
  std::vector<std::string> open(names.begin(), names.end());
  while (!open.empty()) {
    const std::string name = std::move(open.back());
    open.pop_back();
    const auto found = sources.find(name);
    if (!all.insert(name).second || found == sources.end()) continue;
    open.insert(open.end(), found->second.begin(), found->second.end());
  }
  return all;
}

void Workload::set_mask(const std::string& pattern) {
  if (!ranks)
    throw InputError(file +
                     ": workload: it does not say which ranks a mask is over; expected a key 'ranks', as in "
                     "ranks: {queries: P, keys: M}");
  MaskSpec other = find_mask(pattern);
  if (!mask) mask = masked(*ranks);
  if (mask->place.file.empty()) mask->place = ranks->place;
  if (other.keys.empty()) other.keys = mask->spec.keys;
  if (other.queries.empty()) other.queries = mask->spec.queries;
  mask->spec = std::move(other);
}

void Workload::set_selection(const std::string& text, const std::string& option) {
  if (text.empty()) return;
  if (!ranks) throw InputError(fmt::format("{}: workload: {}", file, selection_without_ranks));
  selection = parse_selection(text, option);
}

void Workload::refuse_selection() const {
  if (selection)
    selection->fail("nests of loops compute attention under a mask, and not what finds it; kernels and 'bound' do");
}

Layout Workload::padded_from() const {
  const Arguments* rule =
      mask && mask->spec.runs.size() == 1 ? mask->spec.runs.front().expression->rule() : nullptr;
  if (rule == nullptr || !has_window_and_stride(pattern(rule->pattern())))
    throw InputError(
        fmt::format("only layouts of one pattern with a window and a stride are padded, and the mask is {}",
                    mask ? "'" + mask->spec.text + "'" : "not there"));
  if (!requests.empty()) throw InputError("layouts of unequal requests are not padded");
  return mask->layout(static_cast<Count>(shape(mask->queries)), static_cast<Count>(shape(mask->keys)));
}

void Workload::pad_mask(const Extents& keys) {
  const Layout layout = padded_from();
  const bool alike = keys.size() == layout.dimensions();
  if (!alike || !std::ranges::equal(keys, layout.keys, std::ranges::greater_equal{}))
    throw InputError(fmt::format("a padded layout is as long as the keys' {} or longer in every dimension, got {}",
                                 to_text(layout.keys), to_text(keys)));
  mask->padded = keys;
}

void Workload::set_requests(const std::string& lengths, const std::map<std::string, double>& set) {
  if (!ranks)
    throw InputError(file +
                     ": workload: it does not say which ranks requests are of; expected a key 'ranks', as in "
                     "ranks: {queries: P, keys: M, batch: B}");
  if (ranks->batch.empty()) throw InputError(ranks->place, "workload.ranks", no_batch);
  std::vector<RequestLengths> other = find_requests(lengths);
  const auto roles = roles_of_requests(*ranks);
  for (const auto& [role, name] : roles)
    if (set.contains(name)) throw InputError("requests: " + cannot_be_set(role, name));
  for (const auto& [role, name] : roles)
    for (const std::string& from : with_sources({name}))
      if (set.contains(from))
        throw InputError(fmt::format("requests: they give the {}, so '{}', which '{}' is from, cannot be set", role,
                                     from, name));
  for (const auto& [role, name] : roles) shapes.erase(name);
  for (const auto& [role, name] : roles)
    for (const auto& [shape, value] : shapes)
      if (with_sources({shape}).contains(name))
        throw InputError({file, 0, 0}, "workload.shapes." + shape,
                         fmt::format("it is from '{}', and the requests give the {}", name, role));
  requests = std::move(other);
  requests_place = {};
}

void Workload::drop_attention() {
  ranks.reset();
  mask.reset();
  selection.reset();
  shared.clear();
}

double Workload::element_B(const std::string& tensor) const {
  const auto found = words_B.find(tensor);
  return found == words_B.end() ? word_B : found->second;
}

Workload parse_workload(const Yaml& root, std::map<std::string, double> set) {
  root.only({"workload"});
  const Yaml yaml = root.at("workload");
  yaml.only({"name", "description", "phase", "cascades", "shapes", "word_B", "words_B", "ranks", "shared", "mask",
             "selection", "requests"});
  Workload workload;
  workload.name = yaml.at("name").text();
  workload.file = yaml.place().file;
  workload.phase = yaml.at("phase").text();
  const std::vector<std::string> phases{"prefill", "decode"};
  if (std::ranges::find(phases, workload.phase) == phases.end())
    yaml.at("phase").fail("expected prefill or decode, got '" + workload.phase + "'" +
                          did_you_mean(workload.phase, phases));
  for (const std::string& cascade : yaml.at("cascades").texts())
    workload.cascades.push_back(beside(cascade, workload.file));
  if (workload.cascades.empty()) yaml.at("cascades").fail("expected at least one cascade");
  if (const auto requests = yaml.find("requests")) read_requests(*requests, yaml, set, workload);
  read_shapes(yaml.at("shapes"), std::move(set), workload);
  workload.word_B = read_word(yaml.at("word_B"), "", workload);
  if (const auto words = yaml.find("words_B"))
    for (const auto& [tensor, bytes] : words->entries())
      workload.words_B[tensor] = read_word(bytes, tensor, workload);
  if (const auto ranks = yaml.find("ranks"))
    workload.ranks = read_ranks(*ranks, workload.shapes, !workload.requests.empty());
  if (const auto shared = yaml.find("shared"))
    for (const auto& [tensor, in] : shared->entries()) workload.shared[tensor] = in.text();
  if (const auto mask = yaml.find("mask")) workload.mask = read_mask(*mask, workload.ranks);
  if (const auto selection = yaml.find("selection")) {
    if (!workload.ranks) selection->fail(selection_without_ranks);
    workload.selection = parse_selection(*selection);
  }
  yaml.note("description");
  root.require_used();
  return workload;
}

Workload load_workload(const std::filesystem::path& file, const std::map<std::string, double>& set) {
  return parse_workload(Yaml::load(file), set);
}

}  // namespace tilewright

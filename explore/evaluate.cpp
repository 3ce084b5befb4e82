#include "explore/evaluate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/at_place.hpp"
#include "common/file.hpp"
#include "einsum/workload.hpp"
#include "explore/kernel_point.hpp"
#include "explore/used_shapes.hpp"
#include "mappings/kernel/parse.hpp"
#include "mappings/parse.hpp"

namespace tilewright {

namespace {

// The cascades that a workload names, and tensors of theirs that it gives other words.
void require_known_names(const Yaml& workload, Library& library) {
  std::vector<std::string> tensors;
  const bool sized = workload.find("words_B").has_value();
  for (const Yaml& cascade : workload.at("cascades").items()) {
    const std::string name = beside(cascade.text(), cascade.place().file);
    if (!library.has_cascade(cascade.text())) (void)at_place(cascade, [&] { return library.find_cascade(name); });
    if (!sized) continue;
    for (const Tensor& tensor : library.cascade(name).tensors)
      if (!tensor.view_of) tensors.push_back(tensor.name);
  }
  if (!sized) return;
  for (const auto& [name, value] : workload.at("words_B").entries())
    if (std::ranges::find(tensors, name) == tensors.end())
      value.fail("no cascade of this workload has a tensor '" + name + "'" + did_you_mean(name, tensors));
}

// `mapping`: that says the cascade.
void require_computes(const Workload& workload, const std::string& cascade, const Yaml& mapping) {
  const auto same = [&](const std::string& name) {
    std::error_code ignored;
    return name == cascade || std::filesystem::equivalent(name, cascade, ignored);
  };
  if (std::ranges::any_of(workload.cascades, same)) return;
  const Yaml place = is_kernel(mapping) ? kernel_cascade_key(mapping) : mapping.at("mapping").at("cascade");
  place.fail(fmt::format("workload '{}' is not computed by cascade '{}'{}", workload.name, cascade,
                         did_you_mean(cascade, workload.cascades)));
}

// Shapes of the ranks that attention has, or of the cascade or the mapping: one that was set is among them; one
// that is in the file may be of another cascade of the workload. Returns warnings of those that are of none.
std::vector<std::string> check_shapes(const Point& point, const Workload& workload, const Cascade& cascade,
                                      const std::set<std::string>& of_mapping, Library& library) {
  std::set<std::string> used = names_of(cascade);
  used.merge(word_names_of(workload, cascade));
  if (workload.ranks && has_ranks(*workload.ranks, cascade)) used.merge(role_names_of(workload));
  used.insert(of_mapping.begin(), of_mapping.end());
  require_used(point.set, workload, used,
               fmt::format("cascade '{}' under mapping '{}'", cascade.name, point.mapping));
  if (unused_shapes(workload, used).empty()) return {};
  used.merge(role_names_of(workload));
  for (const std::string& other : workload.cascades) {
    used.merge(names_of(library.cascade(other)));
    used.merge(word_names_of(workload, library.cascade(other)));
  }
  std::vector<std::string> warnings;
  for (const std::string& name : unused_shapes(workload, used))
    warnings.push_back(
        fmt::format("shape '{}' of workload '{}' has no effect: no cascade of it has such a name, nor "
                    "has mapping '{}'",
                    name, workload.name, point.mapping));
  return warnings;
}

std::vector<std::string> names_of(const std::map<std::string, double>& shapes) {
  std::vector<std::string> names;
  for (const auto& [name, value] : shapes) names.push_back(name);
  return names;
}

// By what the kernel's file chooses.
void pad_mask(Workload& workload, const Extents& layout, const Yaml& kernel) {
  try {
    workload.pad_mask(layout);
  } catch (const InputError& error) {
    kernel.at("kernel").at("choose").at("pad").fail(error.what());
  }
}

bool states_tiles(const Mapping& nest) {
  return !nest.tiles.empty() ||
         std::ranges::any_of(nest.tree.groups, [](const FusionGroup& group) { return !group.tiles.empty(); });
}

// Of parameters that the user sets: those that nothing uses. One that only some mappings ask for is no mistake
// until somebody sets it and the mapping at hand does not.
void warn_of_unused_parameters(const Point& point, const SetArch& arch, const std::string& mapping,
                               const std::set<std::string>& of_mapping, std::vector<std::string>& warnings) {
  for (const auto& [name, value] : point.arch_set)
    if (!arch.used.contains(name) && !of_mapping.contains("arch." + name))
      warnings.push_back(
          fmt::format("parameter '{}' of architecture '{}' has no effect: neither it nor mapping '{}' uses it",
                      name, arch.arch.name, mapping));
}

// What a mapping on an architecture is made of, whatever the shapes and the mask are.
std::string mapping_text(const Point& point, const std::string& workload) {
  std::string text = fmt::format("{}|{}|{}|{}|{}|{}|{}", workload, point.arch, point.mapping, point.query_tile,
                                 point.key_tile, point.calibration, point.call);
  for (const auto& [name, value] : point.arch_set) text += fmt::format("|{}={}", name, value);
  return text;
}

// A mask is over queries and keys, and so are the lengths of requests.
void refuse_without_attention(const Point& point, const Workload& workload, const Cascade& cascade) {
  if (workload.ranks && has_ranks(*workload.ranks, cascade)) return;
  for (const auto& [option, value] :
       {std::pair("--mask", &point.mask), std::pair("--selection", &point.selection),
        std::pair("--requests", &point.requests), std::pair("--q-tile", &point.query_tile),
        std::pair("--kv-tile", &point.key_tile)})
    if (!value->empty())
      throw InputError(fmt::format("{}: cascade '{}' of mapping '{}' has no queries and keys", option, cascade.name,
                                   point.mapping));
}

Workload read_workload(const Point& point, Library& library) {
  Workload workload = parse_workload(library.workload(point.workload), point.set);
  set_mask_of(point, workload);
  if (!point.requests.empty()) workload.set_requests(point.requests, point.set);
  return workload;
}

// `text`: what it is made of, where it may be kept; else empty.
Candidate read_kernel(const Point& point, const Yaml& mapping, const std::string& text, const Cascade& cascade,
                      Workload workload, Library& library) {
  const auto arch = library.arch(point.arch, point.arch_set);
  refuse_without_attention(point, workload, cascade);
  std::vector<std::string> warnings = check_shapes(point, workload, cascade, {}, library);
  warn_of_unused_parameters(point, *arch, point.mapping, {}, warnings);
  const auto make = [&] { return kernel_candidate(point, mapping, workload, cascade, arch->arch, library); };
  KernelCandidate kernel = text.empty() || workload.selection ? make() : *library.kernel(text, make);
  if (!kernel.kernel.pad.empty()) pad_mask(workload, kernel.kernel.pad, mapping);
  return {std::move(workload), cascade, arch->arch, std::move(kernel), std::move(warnings)};
}

Candidate read_nest(const Point& point, const Yaml& mapping, const std::string& text, const Cascade& cascade,
                    Workload workload, Library& library) {
  const auto arch = library.arch(point.arch, point.arch_set);
  refuse_kernel_options(point);
  refuse_without_attention(point, workload, cascade);
  if (workload.ranks && !has_ranks(*workload.ranks, cascade)) workload.drop_attention();
  workload.refuse_selection();
  if (!workload.requests.empty())
    throw InputError(
        workload.requests_place, "workload.requests",
        "nests of loops compute sequences of one length, by shapes; kernels and 'bound' take requests");
  const auto make = [&] { return parse_mapping(mapping, cascade, arch->arch, names_of(workload.shapes)); };
  Mapping nest = text.empty() ? make() : *library.nest(text, make);
  std::vector<std::string> warnings = check_shapes(point, workload, cascade, names_of(nest), library);
  warn_of_unused_parameters(point, *arch, nest.name, names_of(nest), warnings);
  nest.shared = shared_heads(workload, cascade, nest.symbols);
  nest.stored = stored_values(workload, cascade);
  if (!workload.mask && states_tiles(nest))
    warnings.push_back(
        fmt::format("tiles of mapping '{}' have no effect: workload '{}' has no mask", nest.name, workload.name));
  return {std::move(workload), cascade, arch->arch, std::move(nest), std::move(warnings)};
}

// `given`: in place of the mapping that the point names, or nullptr.
Candidate read_candidate(const Point& point, const Yaml* given, Library& library) {
  Workload workload = read_workload(point, library);
  require_known_names(library.workload(point.workload).at("workload"), library);
  // What is wrong with it is said before what is wrong with the mapping.
  (void)library.arch(point.arch, point.arch_set);
  const Yaml& mapping = given != nullptr ? *given : library.mapping(point.mapping);
  const std::string text = given != nullptr ? "" : mapping_text(point, workload.file);
  const bool kernel = is_kernel(mapping);
  const std::string name = given == nullptr ? library.cascade_of(point.mapping)
                           : kernel         ? kernel_cascade(mapping)
                                            : mapped_cascade(mapping);
  require_computes(workload, name, mapping);
  const auto read = kernel ? read_kernel : read_nest;
  return read(point, mapping, text, library.cascade(name), std::move(workload), library);
}

// Where the mask says no layout, that of the workload's own stays.
void set_given_mask(MaskSpec given, Workload& workload) {
  workload.set_mask("dense");
  MaskSpec& spec = workload.mask->spec;
  if (given.keys.empty()) given.keys = spec.keys;
  if (given.queries.empty()) given.queries = spec.queries;
  spec = std::move(given);
}

}  // namespace

void set_mask_of(const Point& point, Workload& workload) {
  if (point.given_mask)
    set_given_mask(*point.given_mask, workload);
  else if (!point.mask.empty())
    workload.set_mask(point.mask);
  workload.set_selection(point.selection, "--selection");
}

Candidate candidate_of(const Point& point, Library& library) { return read_candidate(point, nullptr, library); }

Candidate candidate_of(const Point& point, const Yaml& mapping, Library& library) {
  return read_candidate(point, &mapping, library);
}

Record evaluate(const Point& point, Library& library) { return estimate(candidate_of(point, library)); }

Record simulate(const Point& point, const SimulationOptions& options, Library& library) {
  return simulate(candidate_of(point, library), options);
}

}  // namespace tilewright

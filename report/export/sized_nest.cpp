#include "report/export/sized_nest.hpp"

#include <algorithm>

#include "mappings/flattener.hpp"

namespace tilewright {

namespace {

const Mapping& nest_of(const Candidate& candidate) {
  if (const auto* nest = std::get_if<Mapping>(&candidate.mapping)) return *nest;
  throw InputError({std::get<KernelCandidate>(candidate.mapping).kernel.file, 0, 0}, "",
                   "a kernel; only nests of loops can be exported");
}

}  // namespace

SizedNest::SizedNest(const Candidate& candidate)
    : workload(candidate.workload),
      cascade(candidate.cascade),
      arch(candidate.arch),
      mapping(nest_of(candidate)),
      facts(cascade) {
  std::vector<double> given;
  for (const auto& [name, value] : workload.shapes) given.push_back(value);
  evaluate_frame(mapping, cascade, given, frame);
  Flattener flattener(facts, arch, mapping.shared ? &*mapping.shared : nullptr,
                      mapping.stored ? &*mapping.stored : nullptr);
  if (const Misfit misfit = flattener.flatten(mapping.tree, frame.active, flat))
    refuse(misfit, cascade, arch, mapping);
}

bool SizedNest::touches(EinsumId einsum, TensorId tensor) const {
  return facts.write(einsum).tensor == tensor ||
         std::ranges::any_of(facts.reads(einsum), [&](const auto& read) { return read.tensor == tensor; });
}

}  // namespace tilewright

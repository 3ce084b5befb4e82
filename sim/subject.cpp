#include "sim/subject.hpp"

#include <fmt/format.h>

#include "common/version.hpp"

namespace tilewright {

void add_identity(const Subject& subject, Record& record) {
  record.add("workload", subject.workload.name);
  record.add("phase", subject.workload.phase);
  record.add("cascade", subject.cascade.name);
  record.add("arch", subject.arch.name);
  record.add("mapping", subject.mapping);
  record.add("workload_file", subject.workload.file);
  record.add("arch_file", subject.arch.file);
  record.add("mapping_file", subject.mapping_file);
  record.add("version", version());
  record.add("commit", commit());
  for (const auto& [name, value] : subject.workload.shapes) record.add("shape." + name, value);
  for (const auto& [name, value] : subject.arch.parameters) record.add("parameter." + name, value);
  if (subject.workload.mask) record.add("mask.pattern", subject.workload.mask->spec.text);
}

void add_warnings(const std::vector<std::string>& warnings, Record& record) {
  if (!warnings.empty())
    record.add("warnings", fmt::format("{}", fmt::join(warnings, field_of("warnings").between)));
}

}  // namespace tilewright

#include "sim/subject.hpp"

#include <fmt/format.h>

#include "common/version.hpp"

namespace tilewright {

namespace {

constexpr int most_told = 16;  // of lengths, in one text

void add_requests(const std::vector<RequestLengths>& requests, Record& record) {
  if (requests.empty()) return;
  const bool all = requests.size() <= most_told;
  const auto end = all ? requests.end() : requests.begin() + most_told;
  record.add("requests.lengths", to_text(std::vector<RequestLengths>(requests.begin(), end)) + (all ? "" : ",..."));
  double sequences = 0;
  double queries = 0;
  double keys = 0;
  for (const RequestLengths& each : requests) {
    const auto times = static_cast<double>(each.times);
    sequences += times;
    queries += times * static_cast<double>(each.queries);
    keys += times * static_cast<double>(each.keys);
  }
  record.add("requests.sequences", sequences);
  record.add("requests.queries", queries);
  record.add("requests.keys", keys);
}

}  // namespace

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
  add_requests(subject.workload.requests, record);
  for (const auto& [name, value] : subject.arch.parameters) record.add("parameter." + name, value);
  if (subject.workload.selection) record.add("selection.text", subject.workload.selection->text);
  if (subject.workload.mask) record.add("mask.pattern", subject.workload.mask->spec.text);
}

void add_warnings(const std::vector<std::string>& warnings, Record& record) {
  if (!warnings.empty())
    record.add("warnings", fmt::format("{}", fmt::join(warnings, field_of("warnings").between)));
}

}  // namespace tilewright

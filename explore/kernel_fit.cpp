#include "explore/kernel_fit.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/kernel/calibration.hpp"

namespace tilewright {

namespace {

std::vector<std::string> names_of(const std::vector<Calibration>& all) {
  std::vector<std::string> names;
  for (const Calibration& each : all) names.push_back(each.name.str());
  return names;
}

// Of a file, which has the architecture's, or one alone.
Calibration from_file(const std::string& file, const Arch& arch) {
  const KernelFile kernel = load_kernel_file(file);
  const std::vector<Calibration> all = parse_calibrations(kernel);
  if (const Calibration* own = find_calibration(all, {kernel.name, arch.name})) return *own;
  if (all.size() == 1) return all.front();
  kernel.yaml.fail(all.empty()
                       ? "no 'calibrations', which --calibration asks for"
                       : fmt::format("no calibration of '{}' among {}", arch.name, fmt::join(names_of(all), ", ")));
}

Calibration named(const std::string& text, const KernelFile& own) {
  const CalibrationName name = parse_calibration_name(text);
  const auto all = parse_calibrations(name.kernel == own.name ? own : load_kernel_file(find_kernel(name.kernel)));
  if (const Calibration* found = find_calibration(all, name)) return *found;
  throw InputError(fmt::format("no calibration '{}'{}", text, did_you_mean(text, names_of(all))));
}

FittedKernel own_fit(const KernelFile& own, const Arch& arch, std::vector<std::string>& warnings) {
  const std::vector<Calibration> all = parse_calibrations(own);
  if (const Calibration* found = find_calibration(all, {own.name, arch.name}))
    return {found->parameters, found->name.str()};
  warnings.push_back(
      fmt::format("no calibration of kernel '{}' on '{}': nothing is fitted to measurements, all of the softmax is "
                  "exposed, and everything else at its best{}{}",
                  own.name, arch.name,
                  all.empty() ? "" : "; --calibration takes another machine's: ", fmt::join(names_of(all), ", ")));
  return {};
}

}  // namespace

FittedKernel fit_of(const Point& point, const Yaml& mapping, const Arch& arch, std::vector<std::string>& warnings) {
  const KernelFile own = parse_kernel_file(mapping);
  if (point.calibration.empty()) return own_fit(own, arch, warnings);
  std::error_code ignored;
  const bool is_file = point.calibration.ends_with(".yaml") || std::filesystem::exists(point.calibration, ignored);
  const Calibration fit = is_file ? from_file(point.calibration, arch) : named(point.calibration, own);
  const std::string name = (is_file ? point.calibration + ": " : "") + fit.name.str();
  if (fit.name.kernel != own.name || fit.name.arch != arch.name)
    warnings.push_back(
        fmt::format("calibration {} is of kernel '{}' on '{}'", name, fit.name.kernel, fit.name.arch));
  return {fit.parameters, name};
}

}  // namespace tilewright

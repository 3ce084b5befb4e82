#include "explore/kernel_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "common/file.hpp"
#include "sim/kernel/calibration.hpp"

namespace tilewright {

namespace {

std::vector<std::string> names_of(const std::vector<Calibration>& all) {
  std::vector<std::string> names;
  for (const Calibration& each : all) names.push_back(each.name.str());
  return names;
}

// A calibration, and the tiles of the kernel that it is of.
struct Found {
  Calibration fit;
  std::vector<KernelTile> tiles;
};

// A file of calibrations alone is of the shipped kernel of that name.
std::vector<KernelTile> tiles_of(const KernelFile& kernel) {
  const auto known = list_configs("kernels");
  const bool shipped = std::ranges::find(known, kernel.name) != known.end();
  return kernel.tiles.empty() && shipped ? load_kernel_file(find_kernel(kernel.name)).tiles : kernel.tiles;
}

// Of a file, which has the architecture's, or one alone.
Found from_file(const std::string& file, const Arch& arch) {
  const KernelFile kernel = load_kernel_file(file);
  const std::vector<Calibration> all = parse_calibrations(kernel);
  if (const Calibration* own = find_calibration(all, {kernel.name, arch.name})) return {*own, tiles_of(kernel)};
  if (all.size() == 1) return {all.front(), tiles_of(kernel)};
  kernel.yaml.fail(all.empty()
                       ? "no 'calibrations', which --calibration asks for"
                       : fmt::format("no calibration of '{}' among {}", arch.name, fmt::join(names_of(all), ", ")));
}

Found named(const std::string& text, const KernelFile& own) {
  const CalibrationName name = parse_calibration_name(text);
  const KernelFile kernel = name.kernel == own.name ? own : load_kernel_file(find_kernel(name.kernel));
  const auto all = parse_calibrations(kernel);
  if (const Calibration* found = find_calibration(all, name)) return {*found, kernel.tiles};
  throw InputError(fmt::format("no calibration '{}'{}", text, did_you_mean(text, names_of(all))));
}

// Of the joint calibrations that are shipped, the first with the kernel: its numbers hold on any device.
std::optional<FittedKernel> joint_fit_of(const std::string& kernel, const Arch& arch, Library& library) {
  for (const JointCalibration& joint : library.calibrations()) {
    const auto kernels = joint.fitted.find(ParameterOwner::kernel);
    if (kernels == joint.fitted.end() || !kernels->second.contains(kernel)) continue;
    return FittedKernel{joint.parameters(kernel, arch.name, ""),
                        joint.name + ": " + kernel,
                        {},
                        true,
                        library.intervals(joint.suite)};
  }
  return {};
}

// Of its suite; beside the file that it is of, or shipped.
std::shared_ptr<const PredictionIntervals> intervals_of(const Calibration& fit, Library& library,
                                                        const std::string& file = {}) {
  if (fit.suite.empty()) return nullptr;
  return library.intervals(fit.suite, file.empty() ? "" : std::filesystem::absolute(file).parent_path());
}

// Of a kernel that states itself what it takes, and so has nothing that is fitted, but was judged.
std::shared_ptr<const PredictionIntervals> intervals_without_fit(const std::string& kernel, Library& library) {
  for (const std::string& suite : library.judged_suites())
    if (auto found = library.intervals(suite);
        found && std::ranges::find(found->kernels, kernel) != found->kernels.end())
      return found;
  return nullptr;
}

FittedKernel own_fit(const KernelFile& own, const Arch& arch, Library& library,
                     std::vector<std::string>& warnings) {
  const std::vector<Calibration> all = parse_calibrations(own);
  if (const Calibration* found = find_calibration(all, {own.name, arch.name}))
    return {found->parameters, found->name.str(), {}, false, intervals_of(*found, library)};
  if (const auto joint = joint_fit_of(own.name, arch, library)) {
    warnings.push_back(fmt::format(
        "no calibration of kernel '{}' on '{}' alone: its numbers are of the joint fit {}, at the architecture's "
        "clock{}",
        own.name, arch.name, joint->calibration,
        all.empty() ? ""
                    : fmt::format("; --calibration takes another machine's: {}", fmt::join(names_of(all), ", "))));
    return *joint;
  }
  warnings.push_back(
      fmt::format("no calibration of kernel '{}' on '{}': nothing is fitted to measurements, all of the softmax is "
                  "exposed, and everything else at its best{}{}",
                  own.name, arch.name,
                  all.empty() ? "" : "; --calibration takes another machine's: ", fmt::join(names_of(all), ", ")));
  return {{}, "", {}, false, intervals_without_fit(own.name, library)};
}

// A clock is of the machine that ran, whatever else its measurements say of the kernel.
void take_own_clock(FittedKernel& fitted, const Arch& arch, std::vector<std::string>& warnings) {
  double& clock_Hz = fitted.parameters.clock_Hz;
  if (clock_Hz == 0 || clock_Hz == arch.clock_Hz) return;
  warnings.push_back(fmt::format("the clock of {:g} Hz of calibration {} is another machine's; '{}' has {:g} Hz",
                                 clock_Hz, fitted.calibration, arch.name, arch.clock_Hz));
  clock_Hz = 0;
}

FittedKernel named_or_own_fit(const Point& point, const KernelFile& own, const Arch& arch, Library& library,
                              std::vector<std::string>& warnings) {
  if (point.calibration.empty()) return own_fit(own, arch, library, warnings);
  std::error_code ignored;
  const bool is_file = point.calibration.ends_with(".yaml") || std::filesystem::exists(point.calibration, ignored);
  const auto [fit, tiles] = is_file ? from_file(point.calibration, arch) : named(point.calibration, own);
  const std::string name = (is_file ? point.calibration + ": " : "") + fit.name.str();
  FittedKernel fitted{
      fit.parameters, name, {}, false, intervals_of(fit, library, is_file ? point.calibration : "")};
  if (fit.name.kernel != own.name) fitted.tiles = tiles;
  if (fit.name.kernel != own.name || fit.name.arch != arch.name)
    warnings.push_back(
        fmt::format("calibration {} is of kernel '{}' on '{}'", name, fit.name.kernel, fit.name.arch));
  if (fit.name.arch != arch.name) take_own_clock(fitted, arch, warnings);
  return fitted;
}

// The first joint calibration that is shipped with the call.
const JointCalibration* joint_fit_with(const std::string& call, Library& library) {
  for (const JointCalibration& joint : library.calibrations())
    if (joint.has(ParameterOwner::call, call)) return &joint;
  return nullptr;
}

// What belongs to the call, whatever else is the kernel's.
void take_call(const KernelParameters& of_call, KernelParameters& into) {
  for (const ParameterField& field : parameter_fields())
    if (field.owner == ParameterOwner::call) into.*field.value = of_call.*field.value;
}

}  // namespace

FittedKernel fit_of(const Point& point, const Yaml& mapping, const Arch& arch, Library& library,
                    std::vector<std::string>& warnings, const std::string& call) {
  const KernelFile own = parse_kernel_file(mapping);
  if (call.empty()) return named_or_own_fit(point, own, arch, library, warnings);
  const JointCalibration* joint = joint_fit_with(call, library);
  if (joint != nullptr && point.calibration.empty() && joint->has(ParameterOwner::kernel, own.name))
    return {joint->parameters(own.name, arch.name, call),
            fmt::format("{}: {} in {}", joint->name, own.name, call),
            {},
            true,
            library.intervals(joint->suite)};
  FittedKernel fitted = named_or_own_fit(point, own, arch, library, warnings);
  if (joint != nullptr) take_call(joint->parameters("", "", call), fitted.parameters);
  if (joint == nullptr)
    warnings.push_back(
        fmt::format("nothing of call '{}' is fitted: passes move what the outermost memory delivers, and launches "
                    "are the kernel's",
                    call));
  return fitted;
}

}  // namespace tilewright

#include "validation/gpu/calibrations_yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace tilewright {

namespace {

// A plain text where it can be one.
std::string quoted(const std::string& text) {
  const auto is_plain = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == ' ' || c == '-'; };
  if (!text.empty() && text.front() != ' ' && text.back() != ' ' && std::ranges::all_of(text, is_plain))
    return text;
  std::string quotes = "\"";
  for (const char c : text) quotes += (c == '"' || c == '\\' ? "\\" : "") + std::string(1, c);
  return quotes + "\"";
}

std::string value_yaml(const ParameterField& field, double value, const char* format = "{}: {:.5g}{}") {
  const std::string name = field.name;
  const char* unit = name == "clock_Hz" ? " Hz" : name == "launch_s" ? " s" : "";
  return fmt::format(fmt::runtime(format), name, value, unit);
}

std::string parameters_yaml(const KernelParameters& parameters, const KernelParameters& over) {
  std::string text;
  for (const ParameterField& field : parameter_fields())
    if (parameters.*field.value != over.*field.value)
      text += "  " + value_yaml(field, parameters.*field.value) + "\n";
  return text.empty() ? "parameters: {}\n" : "parameters:\n" + text;
}

std::string fit_yaml(const FittedCalibration& fit, const std::string& suite) {
  std::vector<std::string> names;
  std::vector<std::string> errors;
  for (std::size_t i = 0; i < fit.fitted.size(); ++i) {
    const ParameterField& field = parameter_fields()[fit.fitted[i]];
    names.emplace_back(field.name);
    if (!fit.standard_errors.empty()) errors.push_back(value_yaml(field, fit.standard_errors[i], "{}: {:.2g}{}"));
  }
  std::string text = fmt::format("fit:\n  suite: {}\n  source: {}\n  fitted: [{}]\n", quoted(suite),
                                 quoted(fit.source), fmt::join(names, ", "));
  if (!errors.empty()) text += fmt::format("  standard_errors: {{{}}}\n", fmt::join(errors, ", "));
  text += fmt::format("  spread: {:.4f}\n  worst: {:.4f}\n  groups:\n", fit.spread, fit.worst);
  for (const CalibrationGroup& group : fit.groups) {
    text += fmt::format("    {}:\n      mean: {:.4f}\n", quoted(group.name), group.mean);
    if (group.left_out_mean) text += fmt::format("      left_out_mean: {:.4f}\n", *group.left_out_mean);
    text += "      rows:\n";
    for (const std::string& row : group.rows) text += fmt::format("        - {}\n", quoted(row));
  }
  return text;
}

// Every line further to the right.
std::string indented(const std::string& lines, std::size_t by) {
  std::string text;
  for (std::size_t from = 0, to = 0; from < lines.size(); from = to + 1) {
    to = lines.find('\n', from);
    text += std::string(by, ' ') + lines.substr(from, to - from + 1);
  }
  return text;
}

// What sources have instead of the architecture's parameters.
std::string conditions_yaml(const FittedCalibration& fit, const std::string& suite) {
  const bool other = fit.base->name.arch != fit.name.arch;
  return fmt::format("{}:\n", quoted(fit.name.source)) +
         indented((other ? fmt::format("from: {}\n", fit.base->name.arch) : "") +
                      parameters_yaml(fit.parameters, fit.base->parameters) + fit_yaml(fit, suite),
                  2);
}

// Architectures of a kernel, in the order of the fits; also those that conditions are over.
std::vector<Calibration> bases_of(const std::string& kernel, const std::vector<FittedCalibration>& fits) {
  std::vector<Calibration> bases;
  const auto add = [&](const Calibration& base) {
    if (find_calibration(bases, base.name) == nullptr) bases.push_back(base);
  };
  for (const FittedCalibration& fit : fits)
    if (fit.name.kernel == kernel && !fit.base) add({fit.name, fit.parameters});
  for (const FittedCalibration& fit : fits)
    if (fit.name.kernel == kernel && fit.base) add(*fit.base);
  return bases;
}

std::string arch_yaml(const CalibrationName& name, const Calibration* base,
                      const std::vector<FittedCalibration>& fits, const std::string& suite) {
  std::string text;
  if (base != nullptr) text += parameters_yaml(base->parameters, {});
  std::string conditions;
  for (const FittedCalibration& fit : fits) {
    if (fit.name == name) text += fit_yaml(fit, suite);
    if (fit.name.kernel == name.kernel && fit.name.arch == name.arch && fit.base)
      conditions += conditions_yaml(fit, suite);
  }
  if (!conditions.empty()) text += "conditions:\n" + indented(conditions, 2);
  return fmt::format("{}:\n", name.arch) + indented(text, 2);
}

}  // namespace

std::vector<std::string> kernels_of(const std::vector<FittedCalibration>& fits) {
  std::vector<std::string> kernels;
  for (const FittedCalibration& fit : fits)
    if (std::ranges::find(kernels, fit.name.kernel) == kernels.end()) kernels.push_back(fit.name.kernel);
  return kernels;
}

std::string calibrations_yaml(const std::string& kernel, const std::vector<FittedCalibration>& fits,
                              const std::string& suite) {
  const std::vector<Calibration> bases = bases_of(kernel, fits);
  std::vector<CalibrationName> archs;
  const auto add = [&](const CalibrationName& name) {
    const CalibrationName arch{name.kernel, name.arch};
    if (std::ranges::find(archs, arch) == archs.end()) archs.push_back(arch);
  };
  for (const Calibration& base : bases) add(base.name);
  for (const FittedCalibration& fit : fits)
    if (fit.name.kernel == kernel) add(fit.name);
  std::string text =
      fmt::format("# Written by: tilewright calibrate {}\nkernel:\n  name: {}\n  calibrations:\n", suite, kernel);
  for (const CalibrationName& arch : archs)
    text += indented(arch_yaml(arch, find_calibration(bases, arch), fits, suite), 4);
  return text;
}

}  // namespace tilewright

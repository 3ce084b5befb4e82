#include "sim/kernel/calibration.hpp"

#include <algorithm>

namespace tilewright {

namespace {

class CalibrationReader {
 public:
  explicit CalibrationReader(const KernelFile& kernel) : kernel_(kernel), archs_(*kernel.calibrations) {}

  std::vector<Calibration> read() {
    for (const auto& [arch, yaml] : archs_.entries()) {
      yaml.only({"parameters", "fit", "conditions"});
      const auto own = yaml.find("parameters");
      const auto conditions = yaml.find("conditions");
      if (!own && !conditions) yaml.fail("expected 'parameters' or 'conditions'");
      const std::string suite = suite_of(yaml);
      if (own) all_.push_back({{kernel_.name, arch}, read_parameters(*own, {}), suite});
      if (conditions) read_conditions(arch, *conditions);
    }
    archs_.require_used();
    return std::move(all_);
  }

 private:
  void read_conditions(const std::string& arch, const Yaml& conditions) {
    for (const auto& [source, yaml] : conditions.entries()) {
      yaml.only({"from", "parameters", "fit"});
      all_.push_back({{kernel_.name, arch, source},
                      read_parameters(yaml.at("parameters"), base_of(arch, yaml)),
                      suite_of(yaml)});
    }
  }

  // The parameters of the architecture itself, or of the one that a source names.
  [[nodiscard]] KernelParameters base_of(const std::string& arch, const Yaml& source) const {
    const auto from = source.find("from");
    const Yaml at = from ? *from : source;
    const std::string name = from ? from->text() : arch;
    std::vector<std::string> known;
    for (const auto& [each, yaml] : archs_.entries()) {
      if (!yaml.find("parameters")) continue;
      if (each == name) return read_parameters(yaml.at("parameters"), {});
      known.push_back(each);
    }
    at.fail("no parameters of '" + name + "' to begin from" + did_you_mean(name, known));
  }

  // All but the suite is for people: looked at, and no more.
  static std::string suite_of(const Yaml& yaml) {
    const auto fit = yaml.find("fit");
    if (!fit) return {};
    fit->only({"suite", "source", "fitted", "standard_errors", "spread", "worst", "groups"});
    note_all(*fit);
    const auto suite = fit->find("suite");
    return suite ? suite->text() : "";
  }

  static void note_all(const Yaml& yaml) {
    if (yaml.is_scalar()) return (void)yaml.text();
    if (yaml.is_list())
      for (const Yaml& each : yaml.items()) note_all(each);
    if (yaml.is_map())
      for (const auto& [name, value] : yaml.entries()) note_all(value);
  }

  const KernelFile& kernel_;
  const Yaml& archs_;
  std::vector<Calibration> all_;
};

}  // namespace

std::string CalibrationName::str() const { return kernel + "/" + arch + (source.empty() ? "" : "/" + source); }

CalibrationName parse_calibration_name(const std::string& text) {
  std::vector<std::string> parts{""};
  for (const char letter : text) {
    if (letter == '/') {
      parts.emplace_back();
    } else {
      parts.back() += letter;
    }
  }
  const auto no_name = [](const std::string& part) { return part.empty() || part.starts_with('.'); };
  if (parts.size() < 2 || parts.size() > 3 || std::ranges::any_of(parts, no_name))
    throw InputError("expected KERNEL/ARCH or KERNEL/ARCH/SOURCE, got '" + text + "'");
  return {parts[0], parts[1], parts.size() == 3 ? parts[2] : ""};
}

std::vector<Calibration> parse_calibrations(const KernelFile& kernel) {
  return kernel.calibrations ? CalibrationReader(kernel).read() : std::vector<Calibration>{};
}

const Calibration* find_calibration(const std::vector<Calibration>& all, const CalibrationName& name) {
  const auto found = std::ranges::find(all, name, &Calibration::name);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace tilewright

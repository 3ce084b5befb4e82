#include "sim/kernel/joint_calibration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

namespace tilewright {

namespace {

constexpr double most_rows = 1e9;

const ParameterField& field_of(const Yaml& at, const std::string& name, ParameterOwner owner) {
  std::vector<std::string> known;
  for (const ParameterField& field : parameter_fields()) {
    if (field.owner != owner) continue;
    if (field.name == name) return field;
    known.emplace_back(field.name);
  }
  at.fail(fmt::format("no parameter '{}' of {}{}", name, owner_keys().at(owner), did_you_mean(name, known)));
}

FittedNumber read_number(const Yaml& yaml) {
  yaml.only({"value", "interval", "rows"});
  FittedNumber number{yaml.at("value").number(), 0, 0, 0};
  const std::vector<Yaml> ends = yaml.at("interval").items();
  if (ends.size() != 2) yaml.at("interval").fail("expected two numbers");
  number.low = ends[0].number();
  number.high = ends[1].number();
  if (!(number.low <= number.value && number.value <= number.high))
    yaml.at("interval").fail(fmt::format("does not hold the value {:g}", number.value));
  number.rows = static_cast<std::size_t>(yaml.at("rows").number({}, 0, most_rows));
  return number;
}

RefusedNumber read_refused(const Yaml& yaml) {
  yaml.only({"value", "why"});
  return {yaml.at("value").number(), yaml.at("why").text()};
}

FittedPower read_power(const Yaml& yaml) {
  std::vector<std::string> keys = power_numbers();
  keys.emplace_back("archs");
  yaml.only(keys);
  FittedPower power{yaml.at("archs").texts(), {}, {}};
  for (const std::string& name : power_numbers()) {
    const auto number = yaml.find(name);
    if (!number) continue;
    if (number->find("why"))
      power.refused[name] = read_refused(*number);
    else
      power.fitted[name] = read_number(*number);
  }
  return power;
}

template <class Number>
void read_owners(const Yaml& yaml, Number (*read)(const Yaml&), OwnedNumbers<Number>& into) {
  for (const auto& [owner, key] : owner_keys()) {
    const auto names = yaml.find(key);
    if (!names) continue;
    for (const auto& [name, numbers] : names->entries())
      for (const auto& [parameter, number] : numbers.entries()) {
        const ParameterField& field = field_of(number, parameter, owner);
        into[owner][name][parameter] = read(number);
        if constexpr (std::is_same_v<Number, double>)
          check_parameter(number, field, into[owner][name][parameter]);
        else
          check_parameter(number.at("value"), field, into[owner][name][parameter].value);
      }
  }
}

template <class Number>
void take(const OwnedNumbers<Number>& from, ParameterOwner owner, const std::string& name, KernelParameters& into) {
  const auto owners = from.find(owner);
  if (owners == from.end()) return;
  const auto numbers = owners->second.find(name);
  if (numbers == owners->second.end()) return;
  for (const ParameterField& field : parameter_fields())
    if (const auto number = numbers->second.find(field.name); number != numbers->second.end())
      into.*field.value = number->second.value;
}

void take_conditions(const OwnedNumbers<double>& from, ParameterOwner owner, const std::string& name,
                     KernelParameters& into) {
  const auto owners = from.find(owner);
  if (owners == from.end() || !owners->second.contains(name)) return;
  for (const ParameterField& field : parameter_fields()) {
    const auto& numbers = owners->second.at(name);
    if (const auto number = numbers.find(field.name); number != numbers.end()) into.*field.value = number->second;
  }
}

double read_condition(const Yaml& yaml) { return yaml.number(); }

std::string number_yaml(const FittedNumber& number) {
  return fmt::format("{{value: {:.4g}, interval: [{:.4g}, {:.4g}], rows: {}}}", number.value, number.low,
                     number.high, number.rows);
}
std::string number_yaml(const RefusedNumber& number) {
  return fmt::format("{{value: {:.4g}, why: \"{}\"}}", number.value, number.why);
}
std::string number_yaml(double number) { return fmt::format("{:.5g}", number); }

template <class Number>
std::string owners_yaml(const OwnedNumbers<Number>& all, int indent) {
  std::string text;
  for (const auto& [owner, names] : all) {
    text += fmt::format("{:{}}{}:\n", "", indent, owner_keys().at(owner));
    for (const auto& [name, numbers] : names) {
      text += fmt::format("{:{}}{}:\n", "", indent + 2, name);
      for (const auto& [parameter, number] : numbers)
        text += fmt::format("{:{}}{}: {}\n", "", indent + 4, parameter, number_yaml(number));
    }
  }
  return text;
}

std::string power_yaml(const FittedPower& power) {
  std::string text = fmt::format("  power:\n    archs: [{}]\n", fmt::join(power.archs, ", "));
  for (const std::string& name : power_numbers()) {
    if (const auto number = power.fitted.find(name); number != power.fitted.end())
      text += fmt::format("    {}: {}\n", name, number_yaml(number->second));
    if (const auto number = power.refused.find(name); number != power.refused.end())
      text += fmt::format("    {}: {}\n", name, number_yaml(number->second));
  }
  return text;
}

}  // namespace

const std::vector<std::string>& power_numbers() {
  static const std::vector<std::string> names{"static_W", "multiply_add_J", "short_multiply_add_J", "byte_J"};
  return names;
}

const std::map<ParameterOwner, std::string>& owner_keys() {
  static const std::map<ParameterOwner, std::string> keys{
      {ParameterOwner::kernel, "kernels"}, {ParameterOwner::arch, "archs"}, {ParameterOwner::call, "calls"}};
  return keys;
}

bool JointCalibration::has(ParameterOwner owner, const std::string& name) const {
  const auto in = [&](const auto& numbers) {
    const auto owners = numbers.find(owner);
    return owners != numbers.end() && owners->second.contains(name);
  };
  return in(fitted) || in(refused);
}

KernelParameters JointCalibration::parameters(const std::string& kernel, const std::string& arch,
                                              const std::string& call) const {
  KernelParameters parameters;
  const auto both = [&](ParameterOwner owner, const std::string& name) {
    take(refused, owner, name, parameters);
    take(fitted, owner, name, parameters);
  };
  if (!call.empty()) take_conditions(conditions, ParameterOwner::arch, arch, parameters);
  both(ParameterOwner::kernel, kernel);
  both(ParameterOwner::arch, arch);
  both(ParameterOwner::call, call);
  return parameters;
}

JointCalibration parse_joint_calibration(const Yaml& root) {
  root.only({"calibration"});
  const Yaml yaml = root.at("calibration");
  yaml.only({"name", "suite", "kernels", "archs", "calls", "conditions", "power", "refused"});
  JointCalibration calibration{yaml.at("name").text(), yaml.at("suite").text(), {}, {}, {}, {}};
  read_owners(yaml, read_number, calibration.fitted);
  if (const auto conditions = yaml.find("conditions")) {
    conditions->only({"archs"});
    read_owners(*conditions, read_condition, calibration.conditions);
  }
  if (const auto power = yaml.find("power")) calibration.power = read_power(*power);
  if (const auto refused = yaml.find("refused")) {
    refused->only({"kernels", "archs", "calls"});
    read_owners(*refused, read_refused, calibration.refused);
  }
  return calibration;
}

JointCalibration load_joint_calibration(const std::filesystem::path& file) {
  return parse_joint_calibration(Yaml::load(file));
}

std::string to_yaml(const JointCalibration& calibration) {
  std::string text = fmt::format("# Written by: tilewright calibrate {}\ncalibration:\n  name: {}\n  suite: {}\n",
                                 calibration.suite, calibration.name, calibration.suite);
  text += owners_yaml(calibration.fitted, 2);
  if (!calibration.conditions.empty()) text += "  conditions:\n" + owners_yaml(calibration.conditions, 4);
  if (calibration.power) text += power_yaml(*calibration.power);
  if (calibration.refused.empty()) return text;
  return text + "  refused:\n" + owners_yaml(calibration.refused, 4);
}

}  // namespace tilewright

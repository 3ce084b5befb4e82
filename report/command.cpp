#include "report/command.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <vector>

#include <fmt/format.h>

#include "common/file.hpp"
#include "einsum/workload.hpp"
#include "report/dataset.hpp"

namespace tilewright {

namespace {

namespace fs = std::filesystem;

using Values = std::map<std::string, double>;

/// Numbers of a record under a prefix.
Values values_under(const Record& record, const std::string& prefix) {
  Values values;
  for (const auto& [name, value] : record.fields())
    if (const double* number = std::get_if<double>(&value); number != nullptr && name.starts_with(prefix))
      values.emplace(name.substr(prefix.size()), *number);
  return values;
}

std::vector<std::string> differing(const Values& wanted, const Values& has) {
  std::vector<std::string> names;
  for (const auto& [name, value] : wanted)
    if (const auto found = has.find(name); found != has.end() && found->second != value) names.push_back(name);
  return names;
}

/// The few values that, given, make all others what is wanted: each time the one that settles most of them.
Values to_set(const Values& wanted, const std::function<Values(const Values&)>& values_with) {
  Values set;
  for (std::vector<std::string> open = differing(wanted, values_with(set)); !open.empty();) {
    std::string best;
    std::vector<std::string> fewest = open;
    for (const std::string& name : open) {
      Values trial = set;
      trial[name] = wanted.at(name);
      std::vector<std::string> left;
      try {
        left = differing(wanted, values_with(trial));
      } catch (const InputError&) {  // this one does not go without another
        left = open;
      }
      if (!best.empty() && left.size() >= fewest.size()) continue;
      best = name;
      fewest = left;
    }
    if (!set.emplace(best, wanted.at(best)).second) break;  // what is set does not become what is wanted
    open = fewest;
  }
  return set;
}

std::string option(const std::string& name, const Values& values) {
  std::string text = values.empty() ? "" : " --" + name;
  for (const auto& [key, value] : values) text += " " + shell_quoted(fmt::format("{}={}", key, value));
  return text;
}

std::string option(const std::string& name, const std::string& value) {
  return value.empty() ? "" : " --" + name + " " + shell_quoted(value);
}

/// As find_config takes it: the name of a shipped file, else its path, from here where it is below.
std::string name_of(const fs::path& file, const std::vector<std::string>& kinds) {
  for (const std::string& kind : kinds) {
    const fs::path below = file.lexically_relative(configs_folder() / kind);
    if (!below.empty() && *below.begin() != "..") return (below.parent_path() / below.stem()).string();
  }
  const fs::path from_here = file.lexically_proximate(fs::current_path());
  return from_here.empty() || *from_here.begin() == ".." ? file.string() : from_here.string();
}

}  // namespace

std::string shell_quoted(const std::string& text) {
  const auto is_plain = [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("_-./=,:+@%").find(static_cast<char>(c)) != std::string_view::npos;
  };
  if (!text.empty() && std::ranges::all_of(text, is_plain)) return text;
  std::string result = "'";
  for (const char letter : text) result += letter == '\'' ? "'\\''" : std::string(1, letter);
  return result + "'";
}

std::string Commands::of(const Record& record) {
  const std::string files[] = {record.text("workload_file"), record.text("arch_file"), record.text("mapping_file")};
  for (const std::string& file : files)
    if (std::error_code ignored; file.empty() || !fs::is_regular_file(file, ignored)) return "";
  const std::string schedule = record.text("simulation.schedule");
  std::string text = "tilewright " + std::string(schedule.empty() ? "evaluate" : "simulate");
  text += " " + shell_quoted(name_of(files[0], {"workloads"})) + " " + shell_quoted(name_of(files[1], {"archs"})) +
          " " + shell_quoted(name_of(files[2], {"mappings", "kernels"}));
  try {
    text += settings_of(record);
  } catch (const InputError&) {  // the files are no longer those that the record is of
    return "";
  }
  if (!schedule.empty()) text += " --schedule " + schedule;
  return text;
}

// Read anew only for other files, shapes, parameters or masks.
std::string Commands::settings_of(const Record& record) {
  const Values shapes = values_under(record, "shape.");
  const Values parameters = values_under(record, "parameter.");
  std::string key =
      record.text("workload_file") + "\n" + record.text("arch_file") + option("", shapes) + option("", parameters);
  for (const char* field : {"mask.pattern", "selection.text", "requests.lengths"}) key += "\n" + record.text(field);
  const auto found = settings_.find(key);
  if (found != settings_.end()) return found->second;

  const Yaml& yaml = library_.workload(record.text("workload_file"));
  const ArchFile& arch = library_.arch(record.text("arch_file"));
  const Values set = to_set(shapes, [&](const Values& given) {
    const Workload workload = parse_workload(yaml, given);
    return Values(workload.shapes.begin(), workload.shapes.end());
  });
  const Values arch_set = to_set(parameters, [&](const Values& given) {
    const Arch made = arch.with(given);
    return Values(made.parameters.begin(), made.parameters.end());
  });
  const Workload workload = parse_workload(yaml, set);
  std::string text = option("set", set) + option("arch-set", arch_set);
  if (const std::string mask = record.text("mask.pattern"); !workload.mask || workload.mask->spec.text != mask)
    text += option("mask", mask);
  if (const std::string chosen = record.text("selection.text");
      !workload.selection || workload.selection->text != chosen)
    text += option("selection", chosen);
  if (workload.requests.empty()) text += option("requests", record.text("requests.lengths"));
  return settings_.emplace(key, text).first->second;
}

}  // namespace tilewright

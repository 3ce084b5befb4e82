#include "mappings/kernel/file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "common/file.hpp"

namespace tilewright {

namespace {

[[noreturn]] void fail_without_tiles(const KernelFile& kernel, const Layout& layout, const KernelShape& shape,
                                     const std::set<std::size_t>& offered) {
  const auto count = layout.dimensions();
  const std::string wanted = fmt::format("{} dimension{}", count, count == 1 ? "" : "s");
  if (offered.contains(count))
    throw InputError(
        fmt::format("kernel '{}' has no tiles of {} for heads of {}", kernel.name, wanted, shape.head_dim));
  throw InputError(fmt::format("kernel '{}' has no tiles of {} for the layout {}; it has {}", kernel.name, wanted,
                               to_text(layout.keys),
                               offered.empty() ? "none at all" : fmt::format("{}", fmt::join(offered, ", "))));
}

// Kernels had a folder before their name until release 0.2: gpu/NAME is NAME, where nothing else is called so.
std::string current_name(const std::string& name) {
  const std::string earlier = "gpu/";
  if (!name.starts_with(earlier)) return name;
  const auto is_there = [](const std::string& kind, const std::string& each) {
    return std::filesystem::is_regular_file(configs_folder() / kind / (each + ".yaml"));
  };
  const std::string current = name.substr(earlier.size());
  return is_there("kernels", current) && !is_there("mappings", name) && !std::filesystem::exists(name) ? current
                                                                                                       : name;
}

KernelFile parse_kernel_file(const Yaml& root, bool may_choose);

// Another kernel, with what is chosen of it.
KernelFile parse_chosen(const Yaml& yaml) {
  yaml.only({"from", "description", "choose"});
  const Yaml from = yaml.at("from");
  const Yaml choose = yaml.at("choose");
  if (yaml.find("description")) yaml.note("description");
  KernelFile kernel = [&] {
    try {
      const auto file = find_kernel(beside(from.text(), from.place().file));
      return parse_kernel_file(Yaml::load(file), false);
    } catch (const InputError& error) {
      from.fail(error.what());
    }
  }();
  kernel.choose = choose;
  kernel.chosen = parse_choice(choose);
  return kernel;
}

KernelFile parse_kernel_file(const Yaml& root, bool may_choose) {
  root.only({"kernel"});
  const Yaml yaml = root.at("kernel");
  if (may_choose && yaml.find("from")) return parse_chosen(yaml);
  yaml.only({"name", "description", "source", "runs", "tiles", "chooses_tiles", "model", "calibrations", "serves"});
  KernelFile kernel{yaml, yaml.at("name").text()};
  if (const auto text = yaml.find("description")) kernel.description = text->text();
  if (const auto text = yaml.find("source")) kernel.source = text->text();
  if (const auto tiles = yaml.find("tiles")) kernel.tiles = parse_kernel_tiles(*tiles);
  if (const auto chooses = yaml.find("chooses_tiles")) kernel.chooses_tiles = chooses->boolean();
  if (const auto serves = yaml.find("serves")) kernel.serves = parse_service(*serves);
  kernel.runs = yaml.find("runs");
  kernel.model = yaml.find("model");
  kernel.calibrations = yaml.find("calibrations");
  if (kernel.tiles.empty() && !kernel.runs && !kernel.model && !kernel.calibrations)
    yaml.fail("expected at least one of 'runs', 'tiles', 'model' and 'calibrations'");
  return kernel;
}

}  // namespace

bool is_kernel(const Yaml& root) { return root.is_map() && root.find("kernel").has_value(); }

KernelFile parse_kernel_file(const Yaml& root) { return parse_kernel_file(root, true); }

KernelFile load_kernel_file(const std::filesystem::path& file) { return parse_kernel_file(Yaml::load(file)); }

std::filesystem::path find_kernel(const std::string& name) { return find_config("kernels", current_name(name)); }

std::filesystem::path find_mapping(const std::string& name) {
  static const std::vector<std::string> kinds{"mappings", "kernels"};
  return find_config(kinds, current_name(name));
}

std::vector<TileChoice> tiles_for(const KernelFile& kernel, const Layout& layout, KernelShape shape) {
  shape.dimensions = static_cast<double>(layout.dimensions());
  const KernelTile* taken = nullptr;
  if (kernel.chooses_tiles && !kernel.tiles.empty()) taken = &default_tile(kernel.name, kernel.tiles, shape);
  std::vector<TileChoice> fitting;
  std::set<std::size_t> offered;
  for (const KernelTile& each : kernel.tiles) {
    if (taken != nullptr && &each != taken) continue;
    offered.insert(each.tiles.key.size());
    if (each.tiles.key.size() == layout.dimensions() && each.holds(shape)) fitting.push_back(each.tiles);
  }
  if (fitting.empty()) fail_without_tiles(kernel, layout, shape, offered);
  return fitting;
}

}  // namespace tilewright

#include "explore/model/part_point.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <stdexcept>

#include "common/file.hpp"
#include "mappings/kernel/file.hpp"

namespace tilewright {

namespace {

class Chooser {
 public:
  Chooser(const Model& model, const ModelPart& part, const Scope& shapes, Library& library)
      : model_(model), part_(part), shapes_(shapes), library_(library) {}

  std::vector<PartPoint> choose(const Point& point, const OnArch& on) {
    const Arch arch = library_.arch(on.arch).with(on.set);
    blocks_ = std::ranges::any_of(arch.levels, [](const Level& level) { return level.runs_blocks(); });
    runs_ = mask_of(point);
    std::vector<PartPoint> points;
    for (const Choice& choice : part_.mappings)
      if (shapes_.value(choice.when) != 0) add(choice, point, arch, points);
    if (!points.empty()) return points;
    throw InputError(
        part_.place, part_.key_path + ".mapping",
        fmt::format("none runs on '{}'{}{}", arch.name, reasons_.empty() ? "" : ": ", fmt::join(reasons_, "; ")));
  }

 private:
  void add(const Choice& choice, const Point& point, const Arch& arch, std::vector<PartPoint>& points) {
    if (choice.map) {
      points.push_back({point, &*choice.map});
      return;
    }
    const std::string name = beside(choice.use, model_.parts_file);
    const std::string why = unfit(name, arch);
    if (!why.empty()) {
      reasons_.push_back(fmt::format("{}: {}", choice.use, why));
      return;
    }
    points.push_back({point});
    points.back().point.mapping = name;
  }

  // Of the heads; dense where the workload has none.
  std::vector<HeadRun> mask_of(const Point& point) {
    Workload workload = parse_workload(library_.workload(point.workload), point.set);
    if (!point.mask.empty()) workload.set_mask(point.mask);
    return workload.mask ? workload.mask->spec.runs : parse_mask("dense");
  }

  std::string unfit(const std::string& name, const Arch& arch) {
    const Yaml& yaml = library_.mapping(name);
    if (!is_kernel(yaml)) return blocks_ ? "it is a nest of loops" : "";
    if (!blocks_) return "it is a kernel";
    const KernelFile file = parse_kernel_file(yaml);
    if (!file.serves.has_arch(arch.name)) return fmt::format("it is for {}", fmt::join(file.serves.archs, ", "));
    if (!file.serves.has_mask(runs_)) return fmt::format("its masks are {}", fmt::join(file.serves.masks, ", "));
    return "";
  }

  const Model& model_;
  const ModelPart& part_;
  const Scope& shapes_;
  Library& library_;
  bool blocks_ = false;
  std::vector<HeadRun> runs_;
  std::vector<std::string> reasons_;
};

std::string config_of(const Model& model, const ModelPart& part, const std::string& kind, const std::string& text) {
  const std::string name = beside(text, model.parts_file);
  try {
    (void)find_config(kind + "s", name);
  } catch (const InputError& error) {
    throw InputError(part.place, part.key_path + "." + kind, error.what());
  }
  return name;
}

}  // namespace

std::string PartPoint::key() const {
  std::string text =
      fmt::format("{}|{}|{}|{}|{}", point.workload, point.mapping, point.mask, point.selection, point.call);
  for (const auto& [name, value] : point.set) text += fmt::format("|{}={}", name, value);
  if (map != nullptr)
    text += fmt::format("|{} {} {} {} {} {} {}", map->text, map->time_limit_s, map->memory_limit_B, map->space,
                        fmt::join(map->cascades, " "), fmt::join(map->kernels, " "), map->pad);
  return text;
}

namespace {

Point bare_point(const Model& model, const ModelPart& part, const Scope& shapes, const OnArch& on) {
  Point point;
  point.workload = config_of(model, part, "workload", part.workload);
  for (const auto& [name, value] : part.set) point.set[name] = shapes.value(value);
  point.arch = on.arch;
  point.arch_set = on.set;
  if (!part.call.empty()) point.call = config_of(model, part, "call", part.call);
  return point;
}

}  // namespace

std::vector<PartPoint> points_of(const Model& model, const ModelPart& part, const Scope& shapes, const OnArch& on,
                                 const std::string& mask, Library& library) {
  Point point = bare_point(model, part, shapes, on);
  point.mask = mask.empty() ? shapes.fill(part.mask) : mask;
  point.selection = shapes.fill(part.selection);
  return Chooser(model, part, shapes, library).choose(point, on);
}

std::vector<PartPoint> baseline_points_of(const Model& model, const ModelPart& part, const Scope& shapes,
                                          const OnArch& on, Library& library) {
  Point point = bare_point(model, part, shapes, on);
  point.mask = model.baseline;
  if (parse_workload(library.workload(point.workload), point.set).selection)
    throw InputError(part.place, part.key_path + ".workload",
                     "it has a selection, which the baseline has not; expected it as 'selection' of the part");
  return Chooser(model, part, shapes, library).choose(point, on);
}

const Cascade& cascade_of(const Workload& workload, const Record& record, Library& library) {
  for (const std::string& name : workload.cascades)
    if (const Cascade& cascade = library.cascade(name); cascade.name == record.text("cascade")) return cascade;
  throw std::logic_error("a record of a cascade that its workload does not have");
}

}  // namespace tilewright

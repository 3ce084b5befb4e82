#include "mappings/misfit.hpp"

#include <fmt/format.h>

#include "mappings/footprint.hpp"
#include "mappings/sized_tree.hpp"

namespace tilewright {

namespace {

using Kind = Misfit::Kind;

class MisfitText {
 public:
  MisfitText(const Misfit& misfit, const Cascade& cascade, const Arch& arch)
      : misfit_(misfit), cascade_(cascade), arch_(arch) {}

  [[nodiscard]] std::string of_tree() const {
    switch (misfit_.kind) {
      case Kind::cannot_compute:
        return fmt::format("unit '{}' cannot do all operations of {}", unit(), einsum());
      case Kind::unkept_read:
        return fmt::format("'{}' reads '{}', which no level keeps above it", einsum(), tensor());
      case Kind::unkept_write:
        return fmt::format("'{}' writes '{}', which no level keeps above it", einsum(), tensor());
      case Kind::unused:
        return fmt::format("'{}' is kept, but nothing below uses it", tensor());
      case Kind::not_below:
        return fmt::format("'{}' comes from level '{}', which is not above '{}'", tensor(), level(misfit_.above),
                           level(misfit_.level));
      case Kind::not_at_home:
        return fmt::format("'{}' is an {} and must be kept at '{}' above '{}'", tensor(), role(), home(),
                           level(misfit_.level));
      case Kind::used_elsewhere:
        return fmt::format("'{}' is also used elsewhere; keep it above all its Einsums, or at '{}'", tensor(),
                           home());
      case Kind::in_parts:
        return fmt::format("'{}' lives at '{}'; keep it above the loop over {}", tensor(), home(), variable());
      default:
        return of_order();
    }
  }

  [[nodiscard]] std::string of_numbers() const {
    switch (misfit_.kind) {
      case Kind::uncovered:
        return fmt::format("the loops of {} cover {} of {} = {}", einsum(), misfit_.has, rank(), misfit_.wanted);
      case Kind::other_tiles:
        return fmt::format("{} has tiles of {} of {} below a loop below which another Einsum has tiles of {}",
                           einsum(), misfit_.has, rank(), misfit_.wanted);
      case Kind::shared_imperfect:
        return fmt::format(
            "the loops of {} cover {} of {} = {}, whose coordinates share tensors: they must divide it", einsum(),
            misfit_.has, rank(), misfit_.wanted);
      case Kind::steps_at_once:
        return fmt::format("the steps of the running value '{}' cannot run at once", tensor());
      case Kind::lanes:
        return fmt::format("{} spreads over {} lanes; '{}' has {}", einsum(), misfit_.has, unit(), misfit_.wanted);
      case Kind::instances:
        return fmt::format("'{}' is kept below {} spatial instances; '{}' has {}", tensor(), misfit_.has,
                           level(misfit_.level), misfit_.wanted);
      case Kind::group_divided:
        return fmt::format("{} coordinates of {} share '{}', and tiles of this loop do not divide them",
                           misfit_.has, rank(), tensor());
      case Kind::other_instances:
        return fmt::format("'{}' is written and read below, but not by the same instances over {}", tensor(),
                           variable());
      default:
        return fmt::format(
            "'{}' is written and read below, but its tile has gone when the loop over {} comes again", tensor(),
            variable());
    }
  }

  [[nodiscard]] std::string of_capacity(const SizedTree* sized) const {
    const Level& held_by = arch_.levels[misfit_.level];
    std::string tiles;
    if (sized != nullptr)
      for (const Residency& residency : sized->flat().residencies) {
        if (residency.level != misfit_.level || residency.group != misfit_.group || residency.inside) continue;
        tiles += fmt::format("{}{} {} B", tiles.empty() ? "" : ", ", cascade_.tensors[residency.tile.tensor].name,
                             held_in_one_B(*sized, residency, held_by));
      }
    if (misfit_.reserved_B > 0)
      tiles += fmt::format("{}{} B reserved", tiles.empty() ? "" : ", ", misfit_.reserved_B);
    return fmt::format("does not fit '{}': {} B of {} B{}, {} B too many ({})", level(misfit_.level), misfit_.has,
                       misfit_.wanted, held_by.instances > 1 ? " in one instance" : "", misfit_.excess_B(), tiles);
  }

 private:
  [[nodiscard]] std::string of_order() const {
    if (misfit_.kind == Kind::running_output)
      return fmt::format(
          "'{}' is a running value and an output; make its last value an output of its own, as in "
          "'LAST[] = {}[{}]'",
          tensor(), tensor(), rank());
    if (misfit_.kind == Kind::read_early)
      return fmt::format("reads '{}', which is written only further down", tensor());
    return fmt::format("reads the history of the running value '{}', which ends with its group", tensor());
  }

  [[nodiscard]] const std::string& tensor() const { return data().name; }
  [[nodiscard]] const Tensor& data() const { return cascade_.tensors[misfit_.tensor]; }
  [[nodiscard]] const char* role() const { return data().role == Tensor::Role::input ? "input" : "output"; }
  [[nodiscard]] const std::string& einsum() const { return cascade_.einsums[misfit_.einsum].name; }
  [[nodiscard]] const std::string& rank() const { return cascade_.ranks[misfit_.rank].name; }
  [[nodiscard]] const std::string& variable() const { return cascade_.ranks[misfit_.rank].variable; }
  [[nodiscard]] const std::string& unit() const { return arch_.units[misfit_.unit].name; }
  [[nodiscard]] const std::string& level(LevelId id) const { return arch_.levels[id].name; }
  [[nodiscard]] const std::string& home() const { return arch_.levels.front().name; }

  const Misfit& misfit_;
  const Cascade& cascade_;
  const Arch& arch_;
};

}  // namespace

std::string to_text(const Misfit& misfit, const Cascade& cascade, const Arch& arch, const SizedTree* sized) {
  const MisfitText text(misfit, cascade, arch);
  if (misfit.kind == Kind::none) return "fits";
  if (misfit.kind == Kind::capacity) return text.of_capacity(sized);
  return misfit.kind < Kind::uncovered ? text.of_tree() : text.of_numbers();
}

void refuse(const Misfit& misfit, const Cascade& cascade, const Arch& arch, const Mapping& mapping,
            const SizedTree* sized) {
  const std::string message = to_text(misfit, cascade, arch, sized);
  Place place{mapping.file, 0, 0};
  std::string key_path;
  if (misfit.node) {
    const Written& written = mapping.written[misfit.node];
    place = written.place;
    key_path = written.key_path;
  }
  if (misfit.kind >= Kind::uncovered) throw InfeasibleError(place, key_path, message);
  throw InputError(place, key_path, message);
}

}  // namespace tilewright

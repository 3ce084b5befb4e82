#include "explore/mapper/searched_kernels.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/file.hpp"
#include "explore/kernel_fit.hpp"
#include "mappings/kernel/parse.hpp"
#include "mappings/kernel/selection_passes.hpp"
#include "sim/kernel/shape.hpp"

namespace tilewright {

namespace {

bool is_same(const std::string& a, const std::string& b) {
  std::error_code ignored;
  return a == b || std::filesystem::equivalent(a, b, ignored);
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::any_of(names, [&](const std::string& other) { return is_same(name, other); });
}

// Those of its file with an extent for each dimension; where there are none, runs of tokens.
std::vector<TileChoice> tiles_of(const KernelFile& file, const Kernel& kernel, const Attention& problem) {
  if (!kernel.block) return {};
  const KernelShape shape = shape_of(problem);
  const KernelTile& first = default_tile(kernel.name, kernel.tiles, shape);
  if (file.chooses_tiles) return {first.tiles};
  std::vector<TileChoice> tiles;
  for (const KernelTile& each : kernel.tiles)
    if (each.tiles.query.size() == first.tiles.query.size() && each.holds(shape)) tiles.push_back(each.tiles);
  return tiles;
}

class Finder {
 public:
  Finder(const KernelsWanted& wanted, const Workload& workload, const Arch& arch, Library& library)
      : wanted_(wanted), workload_(workload), arch_(arch), library_(library) {}

  SearchedKernels find() {
    if (!wanted_.names.empty()) {
      for (const std::string& name : wanted_.names) add_named(name);
      return std::move(found_);
    }
    for (const std::string& name : list_configs("kernels")) try_one(name);
    keep_calibrated();
    if (found_.kernels.empty()) throw none();
    return std::move(found_);
  }

 private:
  void add_named(const std::string& name) {
    const bool again = std::ranges::any_of(found_.kernels, [&](const auto& other) { return other.name == name; });
    if (again) throw InputError(fmt::format("--kernel: '{}' is there twice", name));
    const Yaml& yaml = library_.mapping(name);
    if (!is_kernel(yaml)) yaml.fail("expected a kernel, which has the key 'kernel'");
    const KernelFile file = parse_kernel_file(yaml);
    if (file.choose) file.choose->fail("expected a kernel with nothing chosen of it so far");
    const Yaml place = kernel_cascade_key(yaml);
    const std::string cascade = kernel_cascade(yaml);
    if (!has(workload_.cascades, cascade))
      place.fail(fmt::format("workload '{}' is not computed by cascade '{}'{}", workload_.name, cascade,
                             did_you_mean(cascade, workload_.cascades)));
    if (!wanted_.cascades.empty() && !has(wanted_.cascades, cascade))
      place.fail(fmt::format("kernel '{}' computes cascade '{}', which --cascade does not name", name, cascade));
    const std::string why = file.serves.nothing ? "it is for no workload" : unfit(file);
    if (!why.empty()) found_.warnings.push_back(fmt::format("kernel '{}' is not made for this: {}", name, why));
    found_.kernels.push_back(made(name, yaml, file, cascade, attention_of(workload_, library_.cascade(cascade))));
  }

  void try_one(const std::string& name) {
    const Yaml& yaml = library_.mapping(find_kernel(name).string());
    const KernelFile file = parse_kernel_file(yaml);
    if (!file.model || file.serves.nothing) return;
    const std::string cascade = kernel_cascade(yaml);
    if (!has(wanted_.cascades.empty() ? workload_.cascades : wanted_.cascades, cascade)) return;
    if (workload_.ranks && !has_ranks(*workload_.ranks, library_.cascade(cascade))) return;  // of what is around it
    const std::string why = unfit(file);
    if (!why.empty()) return leave_out(name, why);
    Attention problem = attention_of(workload_, library_.cascade(cascade));
    try {
      found_.kernels.push_back(made(name, yaml, file, cascade, std::move(problem)));
    } catch (const InputError& error) {
      leave_out(name, error.what());
    }
  }

  void leave_out(const std::string& name, const std::string& why) { found_.left_out.push_back({name, why}); }

  [[nodiscard]] std::string unfit(const KernelFile& file) const {
    if (!file.serves.has_arch(arch_.name)) return fmt::format("it is for {}", fmt::join(file.serves.archs, ", "));
    const std::vector<HeadRun> dense = parse_mask("dense");
    if (!file.serves.has_mask(workload_.mask ? workload_.mask->spec.runs : dense))
      return fmt::format("its masks are {}", fmt::join(file.serves.masks, ", "));
    return {};
  }

  [[nodiscard]] SearchedKernel made(const std::string& name, const Yaml& yaml, const KernelFile& file,
                                    const std::string& cascade, Attention problem) const {
    SearchedKernel made;
    made.name = name;
    made.cascade = cascade;
    made.of = &library_.cascade(cascade);
    made.kernel = parse_kernel(yaml, *made.of, arch_, roles_of(workload_));
    if (workload_.selection)
      made.kernel = with_selection(std::move(made.kernel), *workload_.selection, *made.of, arch_);
    std::vector<std::string> warnings;  // the record of what is found has them
    made.fit = fit_of({}, yaml, arch_, library_, warnings);
    made.problem = std::move(problem);
    made.tiles = tiles_of(file, made.kernel, made.problem);
    made.chooses_tiles = file.chooses_tiles;
    return made;
  }

  void keep_calibrated() {
    const auto fitted = [](const SearchedKernel& each) {
      return !each.fit.calibration.empty() && !each.fit.of_any_device;
    };
    if (std::ranges::none_of(found_.kernels, fitted)) return;
    for (const SearchedKernel& each : found_.kernels)
      if (!fitted(each)) leave_out(each.name, fmt::format("it has no calibration for '{}'", arch_.name));
    std::erase_if(found_.kernels, [&](const SearchedKernel& each) { return !fitted(each); });
  }

  [[nodiscard]] InputError none() const {
    std::string text = fmt::format("no kernel serves workload '{}' on '{}'", workload_.name, arch_.name);
    for (const LeftOutKernel& each : found_.left_out) text += fmt::format("; {}: {}", each.name, each.why);
    return InputError(text + "; --kernel takes one all the same");
  }

  const KernelsWanted& wanted_;
  const Workload& workload_;
  const Arch& arch_;
  Library& library_;
  SearchedKernels found_;
};

}  // namespace

SearchedKernels searched_kernels(const KernelsWanted& wanted, const Workload& workload, const Arch& arch,
                                 Library& library) {
  return Finder(wanted, workload, arch, library).find();
}

}  // namespace tilewright

#include "explore/mapper/kernel_mapper.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/parallel.hpp"
#include "explore/advice/axis_choices.hpp"
#include "explore/mapper/kernel_search.hpp"
#include "explore/mapper/named_from.hpp"

namespace tilewright {

namespace {

bool runs_blocks(const Arch& arch) { return std::ranges::any_of(arch.levels, &Level::runs_blocks); }

Arch arch_of(const MapRequest& request, Library& library) {
  return library.arch(request.point.arch).with(request.point.arch_set);
}

Workload workload_of(const MapRequest& request, Library& library) {
  Workload workload = parse_workload(library.workload(request.point.workload), request.point.set);
  set_mask_of(request.point, workload);
  return workload;
}

void require_known_objective(const Objective& objective, const Arch& arch) {
  if (objective.needs_energy())
    throw InputError({arch.file, 0, 0}, "arch",
                     "energy is no objective for kernels; expected an objective of time, traffic and buffer");
}

void require_paddable(const Workload& workload) {
  try {
    (void)workload.padded_from();
  } catch (const InputError& error) {
    throw InputError(fmt::format("--pad: {}", error.what()));
  }
}

std::string pad_of(const Request& as_it_is, const Request& padded, const Extents& layout) {
  const double changed = deviation_of(as_it_is.masks.front().mask, padded.masks.front().mask);
  return fmt::format("pad        {} to {}, which changes {:.3g} % of the pairs\n", to_text(as_it_is.layout.keys),
                     to_text(layout), 100 * changed);
}

// One line of what is chosen.
std::string text_of(const RankedKernel& kernel, const SearchedKernel& searched) {
  std::string text = fmt::format("kernel     {}\n", kernel.kernel);
  if (kernel.choice.tiles)
    text +=
        fmt::format("tiles      Q {} by KV {}{}\n", to_text(kernel.choice.tiles->query),
                    to_text(kernel.choice.tiles->key), kernel.has_tiles ? "" : ", another shape of as many tokens");
  if (kernel.choice.splits)
    text += fmt::format("splits     {} parts of the keys of a Q tile\n", *kernel.choice.splits);
  if (!kernel.choice.pad.empty())
    text += pad_of(searched.problem.requests.front(), searched.problem_of(kernel.choice).requests.front(),
                   kernel.choice.pad);
  if (!kernel.changes.empty()) text += fmt::format("changed    {}\n", fmt::join(kernel.changes, ", "));
  return text;
}

std::string description_of(const RankedKernel& kernel) {
  return kernel.as_it_is() ? "as the kernel is" : "a kernel like it, with what is chosen here";
}

class KernelMapper {
 public:
  KernelMapper(const MapRequest& request, Library& library)
      : request_(request),
        library_(library),
        workload_(workload_of(request, library)),
        arch_(arch_of(request, library)),
        limits_(request.time_limit_s, request.memory_limit_B) {
    require_known_objective(request.objective, arch_);
    if (request.pad) require_paddable(workload_);
  }

  MapResult run() {
    SearchedKernels kernels = searched_kernels({request_.kernels, request_.cascades}, workload_, arch_, library_);
    KernelMapspace demands;
    if (!request_.space.empty()) demands = parse_kernel_mapspace(Yaml::load(request_.space), request_.demanded);
    std::vector<KernelSpace> spaces;
    double size = 0;
    for (const SearchedKernel& kernel : kernels.kernels)
      size += spaces.emplace_back(space_of(kernel, demands, request_.pad)).size();
    if (size == 0 && !request_.demanded.empty()) return {};
    if (size == 0) throw excluded(kernels.kernels, demands);
    for (std::size_t k = 0; k < spaces.size(); ++k) add_padded(spaces[k], kernels.kernels[k]);
    KernelSearchResult found = search_kernels(
        {kernels.kernels, spaces, arch_, request_.objective, limits_, request_.jobs, request_.progress});
    MapResult result;
    result.interrupted = interrupted();
    if (result.interrupted && !request_.keep_interrupted) throw Interrupted();
    if (result.interrupted) accept_interrupt();  // what is found is still to be evaluated
    result.count.ended = found.ended;
    if (found.best.empty() && !request_.demanded.empty()) return result;
    if (found.best.empty()) throw_nothing(found, result.interrupted);
    result.bound = found.bound;
    for (const RankedKernel& each : found.best)
      result.found.push_back(described(each, kernels, result.found.size()));
    result.kernels = std::move(found.ranking);
    result.kernels->pad = request_.pad;
    if (result.found.size() == 1) add_runner_up(found.best.front(), kernels, *result.kernels);
    result.kernels->left_out = std::move(kernels.left_out);
    result.kernels->warnings = std::move(kernels.warnings);
    return result;
  }

 private:
  void add_padded(const KernelSpace& space, SearchedKernel& kernel) const {
    for (const KernelCell& cell : space.cells) {
      if (cell.choice.pad.empty() || kernel.padded.contains(cell.choice.pad)) continue;
      Workload padded = workload_;
      padded.pad_mask(cell.choice.pad);
      kernel.padded.emplace(cell.choice.pad, attention_of(padded, *kernel.of));
    }
  }

  [[noreturn]] static void throw_nothing(const KernelSearchResult& found, bool interrupted) {
    if (interrupted) throw Interrupted();
    if (!found.ended)
      throw InfeasibleError("nothing is found within the limits of time and memory; expected larger ones");
    throw InfeasibleError(found.why_none);
  }

  void add_runner_up(const RankedKernel& best, const SearchedKernels& kernels, KernelRanking& ranking) {
    const auto differs = [&](const RankedKernel& each) {
      return each.kernel != best.kernel || each.choice.tiles != best.choice.tiles;
    };
    const auto next = std::ranges::find_if(ranking.ranked, differs);
    if (next == ranking.ranked.end()) return;
    ranking.runner_up = *next;
    ranking.runner_up_record = described(*next, kernels, 0).record;
  }

  // What the model says of the file that is written.
  [[nodiscard]] FoundMapping described(const RankedKernel& kernel, const SearchedKernels& kernels,
                                       std::size_t number) {
    const auto& searched = *std::ranges::find(kernels.kernels, kernel.kernel, &SearchedKernel::name);
    FoundMapping found;
    found.cascade = searched.cascade;
    found.nest = text_of(kernel, searched);
    found.traffic_B = kernel.score.traffic_B;
    found.buffer_B = kernel.score.buffer_B;
    const std::string name = number == 0 ? request_.name : fmt::format("{}-{}", request_.name, number + 1);
    const std::string file = (request_.folder / (name + ".yaml")).string();
    found.text = to_yaml(kernel.choice, named_from(request_.folder, kernel.kernel), description_of(kernel));
    // The folder may not be there yet.
    const std::string here = to_yaml(kernel.choice, kernel.kernel, description_of(kernel));
    found.record = estimate(candidate_of(request_.point, Yaml::parse(here, file), library_));
    return found;
  }

  const MapRequest& request_;
  Library& library_;
  Workload workload_;
  Arch arch_;
  SearchLimits limits_;
};

}  // namespace

bool maps_kernels(const MapRequest& request, Library& library) {
  const Arch arch = arch_of(request, library);
  if (runs_blocks(arch)) return true;
  if (request.pad)
    throw InputError({arch.file, 0, 0}, "arch",
                     "it has no level with 'blocks', and so runs no kernels, whose layouts --pad is about");
  if (!request.kernels.empty())
    throw InputError({arch.file, 0, 0}, "arch",
                     "it has no level with 'blocks', and so runs no kernels, which --kernel asks for");
  return false;
}

MapResult find_kernels(const MapRequest& request, Library& library) { return KernelMapper(request, library).run(); }

}  // namespace tilewright

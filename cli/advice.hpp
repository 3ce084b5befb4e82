// Advice of `bound`, printed.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "cli/command.hpp"
#include "cli/inputs.hpp"
#include "einsum/mask/spec.hpp"
#include "explore/advice/advice.hpp"
#include "explore/kernel_times.hpp"

namespace tilewright::cli {

class AdviceOptions {
 public:
  void add(Inputs& inputs);
  [[nodiscard]] bool wanted() const { return wanted_.use(); }
  /// Whether a kernel says which tiles.
  [[nodiscard]] bool of_kernel() const { return tiles_.given(); }
  [[nodiscard]] SearchSpace space(const Attention& problem, const Tiling& tiling, int jobs) const;
  /// The tiles that masks without a window or a stride are compared under: those of --tiles and --tile-sizes, as
  /// runs of tokens. Empty: neither is given.
  [[nodiscard]] std::vector<TileChoice> runs(const Attention& problem) const;
  /// The kernel of --tiles, where it has a model.
  [[nodiscard]] std::optional<KernelTimes> kernel(const Arch& arch,
                                                  const std::optional<AttentionRanks>& roles) const;

 private:
  // --tile-sizes, where they are given: of a Q tile and a KV tile each.
  [[nodiscard]] std::vector<std::pair<Count, Count>> tile_sizes() const;

  Input<bool> wanted_;
  Input<std::string> tiles_;
  Input<std::string> tile_sizes_;
  Input<double> within_;
  Input<bool> pad_;
  Input<std::string> least_window_;
};

/// The request, where the mask is one pattern with a window and a stride on tiles of as many dimensions.
std::optional<AdviceRequest> advice_request(const MaskSpec& mask, const Attention& problem, const Tiling& tiling,
                                            const Arch* arch);

/// `by`: the kernel whose times rank it; empty: the last rung does, where there is one.
void print_advice(const Advice& advice, const std::string& by, const Options& options);
nlohmann::ordered_json advice_json(const Advice& advice);

}  // namespace tilewright::cli

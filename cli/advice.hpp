// Advice of `bound`, printed.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "cli/command.hpp"
#include "cli/inputs.hpp"
#include "einsum/mask/spec.hpp"
#include "explore/advice/advice.hpp"

namespace tilewright::cli {

class AdviceOptions {
 public:
  void add(Inputs& inputs);
  [[nodiscard]] bool wanted() const { return wanted_.use(); }
  /// Whether a kernel says which tiles.
  [[nodiscard]] bool of_kernel() const { return tiles_.given(); }
  /// --tile-sizes, where they are given: of a Q tile and a KV tile each.
  [[nodiscard]] std::vector<std::pair<Count, Count>> tile_sizes() const;
  [[nodiscard]] SearchSpace space(const Attention& problem, const Tiling& tiling, int jobs) const;

 private:
  Input<bool> wanted_;
  Input<std::string> tiles_;
  Input<std::string> tile_sizes_;
  Input<double> within_;
  Input<std::string> least_window_;
};

/// The request, where the mask is one pattern with a window and a stride on tiles of as many dimensions.
std::optional<AdviceRequest> advice_request(const MaskSpec& mask, const Attention& problem, const Tiling& tiling,
                                            const Arch* arch);

void print_advice(const Advice& advice, const Options& options);
nlohmann::ordered_json advice_json(const Advice& advice);

}  // namespace tilewright::cli

// Advice of `bound`, printed.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "cli/command.hpp"
#include "cli/mask_options.hpp"
#include "explore/advice/advice.hpp"

namespace tilewright::cli {

class AdviceOptions {
 public:
  void add(Verb& verb);
  [[nodiscard]] bool wanted() const { return wanted_; }
  /// Throws InputError for options that have no effect.
  void require_wanted() const;
  [[nodiscard]] SearchSpace space(const AttentionProblem& problem, int jobs) const;

 private:
  bool wanted_ = false;
  std::string tiles_;
  std::string tile_sizes_;
  double within_ = 0;
  std::string least_window_;
};

/// The request, where the mask is one pattern with a window and a stride on tiles of as many dimensions.
std::optional<AdviceRequest> advice_request(const MaskedProblem& masked, const AttentionProblem& problem,
                                            const Arch* arch);

void print_advice(const Advice& advice, const Options& options);
nlohmann::ordered_json advice_json(const Advice& advice);

}  // namespace tilewright::cli

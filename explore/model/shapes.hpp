// The shapes of a model in one of its phases.
#pragma once

#include <map>
#include <string>

#include "explore/model/model.hpp"

namespace tilewright {

/// Names and values for the expressions and texts of the model's parts. `set`: shapes that the user sets; then what
/// a phase sets, then the model's own. Throws InputError for a value that is not finite.
Scope shapes_of(const Model& model, const ModelPhase& phase, const std::map<std::string, double>& set);

/// Throws InputError for a shape to set that the model has not, that every phase sets itself, or that nothing uses.
void require_settable(const Model& model, const std::map<std::string, double>& set);

/// A whole number of at least 0. Throws InputError.
double times_of(const Expression& times, const Scope& scope);

}  // namespace tilewright

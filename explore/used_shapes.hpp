// Shapes of a workload that a computation uses. One that is set and that nothing uses is refused: it would change
// nothing, and the result would be of another problem than the one that was asked for.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "einsum/cascade.hpp"
#include "einsum/workload.hpp"
#include "mappings/mapping.hpp"

namespace tilewright {

/// Names in the expressions of a mapping.
std::set<std::string> names_of(const Mapping& mapping);
/// Ranks of a cascade, and names in their shapes.
std::set<std::string> names_of(const Cascade& cascade);
/// Ranks that have a role in attention; none where the workload says nothing of it.
std::set<std::string> role_names_of(const Workload& workload);
/// Of the words of a cascade's tensors.
std::set<std::string> word_names_of(const Workload& workload, const Cascade& cascade);
/// The same of those that are attention's: Q, K, V and the output. Throws InputError for a cascade without
/// attention.
std::set<std::string> attention_word_names_of(const Workload& workload, const Cascade& cascade);

/// Throws InputError for a shape that is set and that neither `used` nor what it is made from names. `by`: who uses
/// them, as in "cascade 'a'".
void require_used(const std::map<std::string, double>& set, const Workload& workload,
                  const std::set<std::string>& used, const std::string& by);

/// Shapes of a workload that neither `used` nor what it is made from names.
std::vector<std::string> unused_shapes(const Workload& workload, const std::set<std::string>& used);

}  // namespace tilewright

// Shared by the tests: everything that a mapping needs, from short texts.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "arch/parse.hpp"
#include "einsum/parse.hpp"
#include "mappings/flattener.hpp"
#include "mappings/frame.hpp"
#include "mappings/parse.hpp"
#include "mappings/sized_tree.hpp"

namespace tilewright::test {

using Shapes = std::vector<std::pair<std::string, double>>;

/// `body` is what stands under `cascade:` or `arch:`, with two spaces before each key.
inline Cascade cascade_of(const std::string& body) {
  return parse_cascade(Yaml::parse("cascade:\n  name: c\n" + body, "c.yaml"));
}

inline Arch arch_of(const std::string& body) {
  return ArchFile(Yaml::parse("arch:\n  name: a\n  clock_Hz: 1 GHz\n" + body, "a.yaml")).with();
}

/// Z = A B.
inline Cascade product_cascade() {
  return cascade_of(
      "  inputs: {A: [M, K], B: [K, N]}\n"
      "  outputs: [Z]\n"
      "  einsums:\n"
      "    - Z[m,n] = A[m,k] * B[k,n]\n");
}

/// T = A B, U = T C.
inline Cascade chain_cascade() {
  return cascade_of(
      "  inputs: {A: [M, K], B: [K, N], C: [N, L]}\n"
      "  outputs: [U]\n"
      "  einsums:\n"
      "    - T[m,n] = A[m,k] * B[k,n]\n"
      "    - U[m,l] = T[m,n] * C[n,l]\n");
}

/// DRAM, L2 and RF, each below the one before, without limits; `in_L2` may set some: "capacity_B: 64, ". The unit
/// `array` has 64 lanes, `vector` 8.
inline Arch small_arch(const std::string& in_L2 = "") {
  const std::string operations =
      "operations: {multiply_add: {cycles: 1}, multiply: {cycles: 1}, add: {cycles: 1}, subtract: {cycles: 1}, "
      "max: {cycles: 1}, exp: {cycles: 4}, divide: {cycles: 2}}}\n";
  return arch_of(
      "  levels:\n"
      "    - {name: DRAM, access_B: 1}\n"
      "    - {name: L2, parent: DRAM, " +
      in_L2 +
      "access_B: 1}\n"
      "    - {name: RF, parent: L2, access_B: 1, instances: 64}\n"
      "  units:\n"
      "    - {name: array, lanes: 64, " +
      operations + "    - {name: vector, lanes: 8, " + operations);
}

/// The text of a mapping file with one group, called `g`. `more` are further keys of the mapping, each line with
/// two spaces before it; without them the nest stands on line 7, from column 13.
inline std::string mapping_text(const std::string& nest, const std::string& more = "",
                                const std::string& schedule = "sequential") {
  return "mapping:\n  name: m\n  cascade: c\n" + more + "  groups:\n    - name: g\n      schedule: " + schedule +
         "\n      nest: " + nest + "\n";
}

/// A mapping and what it comes to for some shapes.
struct Model {
  Cascade cascade;
  Arch arch;
  Mapping mapping;
  std::vector<double> given;
  ByTensor<double> element_B;  ///< 1 for every tensor
  Frame frame;

  /// `text` is a whole mapping file.
  Model(Cascade c, Arch a, const Yaml& text, const Shapes& shapes) : cascade(std::move(c)), arch(std::move(a)) {
    std::vector<std::string> names;
    for (const auto& [name, value] : shapes) {
      names.push_back(name);
      given.push_back(value);
    }
    mapping = parse_mapping(text, cascade, arch, names);
    element_B.assign(cascade.tensors.size(), 1);
    evaluate_frame(mapping, cascade, given, frame);
  }
  Model(Cascade c, Arch a, const std::string& text, const Shapes& shapes)
      : Model(std::move(c), std::move(a), Yaml::parse(text, "m.yaml"), shapes) {}
};

/// A model's tree, flattened, with the model's numbers. Throws what refuse() throws for a tree that is wrong
/// whatever its numbers. The model must outlive it.
struct Flat {
  FlatTree tree;
  SizedTree sized;

  explicit Flat(const Model& model) : sized(model.element_B) {
    const CascadeFacts facts(model.cascade);
    Flattener flattener(facts, model.arch, model.mapping.shared ? &*model.mapping.shared : nullptr);
    const Misfit misfit = flattener.flatten(model.mapping.tree, model.frame.active, tree);
    if (misfit) refuse(misfit, model.cascade, model.arch, model.mapping);
    sized.set(tree, model.frame);
  }
  Flat(const Flat&) = delete;
  Flat& operator=(const Flat&) = delete;
};

}  // namespace tilewright::test

// Shared by the tests: a small kernel whose blocks own keys.
#pragma once

#include <string>

#include "einsum/workload.hpp"
#include "sim/kernel/record.hpp"
#include "tests/sim/kernel/small_kernel.hpp"

namespace tilewright::test {

inline Cascade gradients() { return load_cascade("configs/cascades/attention-backward.yaml"); }

/// `more` are lines of the model.
inline Kernel owning_kernel(const std::string& schedule = "{owns: keys}", const std::string& more = {}) {
  const std::string text =
      "kernel:\n  name: gradients\n  tiles: [{q: 16, kv: 8}]\n  model:\n    cascade: attention-backward\n"
      "    block: {threads: 128, registers: 128, shared_B: (q * E + kv * (E + F)) * word_B}\n"
      "    bind: {multiply_add: matrix, subtract: vector, exp: special, multiply: vector}\n"
      "    einsums: {GD: free}\n"
      "    schedule: " +
      schedule + "\n" + more +
      "    before: [{name: rows, einsums: [GD]}]\n    after: [{name: conversion, einsums: [GQ]}]\n";
  return parse_kernel(Yaml::parse(text, "k.yaml"), gradients(), small_gpu(), attention_roles());
}

inline PreparedKernel prepare_gradients(const Attention& problem, const std::string& schedule = "{owns: keys}") {
  return prepare(owning_kernel(schedule), gradients(), small_gpu(), problem);
}

/// Of no workload.
inline Record record_of(const PreparedKernel& prepared, const KernelResult& result) {
  const Workload none;
  return make_record({none, gradients(), prepared.arch, prepared.kernel.name, prepared.kernel.file}, prepared, {},
                     result);
}

}  // namespace tilewright::test

// Which kernels are compiled: an instance is one of them, and what a point of a plan chooses it by.
#pragma once

#include <string_view>

namespace tilewright::kernels {

/// Tiles count tokens. A tile of several dimensions takes the instance of its product: where its tokens lie is a
/// matter of the grids in the parameters, not of the code.
struct Instance {
  std::string_view kernel;
  int q_tile;
  int kv_tile;
  int head_dim;
  std::string_view dtype;

  friend constexpr bool operator==(const Instance&, const Instance&) = default;
};

/// The instances that run on every GPU from sm_80 on. Few, for each is a second or more of nvcc for every
/// architecture.
inline constexpr Instance portable_instances[] = {
    {"naive", 64, 64, 64, "bf16"},       {"naive", 64, 64, 128, "bf16"},        //
    {"tiled", 64, 64, 64, "bf16"},       {"tiled", 64, 64, 128, "bf16"},        //
    {"tensor-core", 64, 64, 64, "bf16"}, {"tensor-core", 64, 64, 128, "bf16"},  //
    {"pipelined", 64, 64, 64, "bf16"},   {"pipelined", 64, 64, 128, "bf16"},    //
    {"pipelined", 64, 128, 64, "bf16"},  {"pipelined", 64, 128, 128, "bf16"},   //
    {"pipelined", 128, 64, 64, "bf16"},  {"pipelined", 128, 64, 128, "bf16"},   //
    {"pipelined", 128, 128, 64, "bf16"}, {"pipelined", 128, 128, 128, "bf16"},  //
    {"pipelined", 128, 128, 64, "fp16"}, {"pipelined", 128, 128, 128, "fp16"},  //
    {"sigmoid", 128, 64, 64, "bf16"},    {"sigmoid", 128, 64, 128, "bf16"},     //
};

}  // namespace tilewright::kernels

// What a framework runs around a kernel when it calls attention: a file of configs/calls.
//
//   call:
//     name: prefill
//     description: one line
//     source: where the facts are from
//     caches: warm                # the same call ran before, at the same addresses; cold where nothing is said
//     host: 200 us                # that the host takes for all its launches; a graph of them where nothing is said
//     before: [{name: cache, read_B: ..., write_B: ...}]     # passes, as those of a kernel's model
//     after: []                                              # (mappings/kernel/parse_pass.hpp)
#pragma once

#include <filesystem>

#include "common/yaml.hpp"
#include "mappings/kernel/kernel.hpp"

namespace tilewright {

/// A name below configs/calls, or a path. Throws InputError with the nearest name.
std::filesystem::path find_call(const std::string& name);

/// The kernel within the call: passes of the call before those that the kernel has, and after them. `kernel_file`
/// says which unit does what. Throws InputError for what is wrong in the call.
Kernel with_call(Kernel kernel, const Yaml& call, const Yaml& kernel_file, const Cascade& cascade,
                 const Arch& arch);

}  // namespace tilewright

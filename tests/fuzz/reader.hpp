// What is fuzzed: the readers of everything that a user writes, each by a name of its own. A reader may refuse its
// input with an InputError that says where and why in one line; whatever else it throws, and whatever the
// sanitizers say, is a fault.
#pragma once

#include <string>

#include "arch/arch.hpp"
#include "common/yaml.hpp"
#include "einsum/cascade.hpp"

namespace tilewright::fuzz {

/// The name of the input in messages.
inline const std::string input_name = "input.yaml";

struct Reader {
  const char* name;
  void (*read)(const std::string& input);
  bool placed;  ///< messages begin with the input's name
};

/// An input as a YAML file.
inline Yaml yaml_of(const std::string& input) { return Yaml::parse(input, input_name); }

/// Of those that are shipped, read once. Throws InputError for a name that none has, at the key that says it.
const Cascade& shipped_cascade(const Yaml& key);
const Arch& shipped_arch(const std::string& name);

// One file each.
void read_arch(const std::string& input);
void read_call(const std::string& input);
void read_cascade(const std::string& input);
void read_choice(const std::string& input);
void read_csv(const std::string& input);
void read_dram(const std::string& input);
void read_einsum(const std::string& input);
void read_expression(const std::string& input);
void read_intervals(const std::string& input);
void read_claims(const std::string& input);
void read_configuration(const std::string& input);
void read_joint_calibration(const std::string& input);
void read_kernel(const std::string& input);
void read_mapping(const std::string& input);
void read_mapspace(const std::string& input);
void read_mask(const std::string& input);
void read_mask_data(const std::string& input);
void read_mask_file(const std::string& input);
void read_model(const std::string& input);
void read_operations(const std::string& input);
void read_plan(const std::string& input);
void read_report(const std::string& input);
void read_requests(const std::string& input);
void read_settings(const std::string& input);
void read_study(const std::string& input);
void read_suite(const std::string& input);
void read_workload(const std::string& input);

}  // namespace tilewright::fuzz

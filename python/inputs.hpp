// Inputs that a user has in memory, in place of files: YAML text under a name.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "einsum/workload.hpp"
#include "explore/library.hpp"

namespace tilewright::python {

struct Text {
  std::string name;  ///< for messages, and for records in place of a file
  std::string yaml;
};

struct CascadeInput : Text {
  Cascade cascade;
};
struct ArchInput : Text {
  Arch arch;  ///< with its own parameters
};
struct WorkloadInput : Text {
  Workload workload;                   ///< with its own shapes
  std::vector<CascadeInput> cascades;  ///< that it names and no file has
};
struct MappingInput : Text {};

/// A name below configs/, a path, or an input in memory.
template <class Input>
using Named = std::variant<std::string, Input>;

/// Puts an input in memory into the library; the name to ask the library for.
std::string name_in(Library& library, const Named<ArchInput>& arch);
std::string name_in(Library& library, const Named<WorkloadInput>& workload);
std::string name_in(Library& library, const Named<MappingInput>& mapping);

}  // namespace tilewright::python

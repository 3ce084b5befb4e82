#include <nanobind/nanobind.h>
#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "common/file.hpp"
#include "common/home.hpp"
#include "common/version.hpp"
#include "python/bind.hpp"

namespace nb = nanobind;

NB_MODULE(_core, module) {
  using namespace tilewright;
  module.doc() = "What the package tilewright calls: bindings of the C++ libraries, without logic of their own.";
  module.def("set_home", &set_home, nb::arg("folder"),
             "Where configs/ and validation/ are; before anything is looked for there.");
  module.def("version", [] { return version(); });
  module.def("commit", [] { return commit(); });
  module.def(
      "names", [](const std::string& kind) { return list_configs(kind); }, nb::arg("kind"),
      "Names of the files below configs/, of a kind: \"archs\", \"cascades\", \"kernels\", \"mappings\", "
      "\"masks\", "
      "\"workloads\", ...");
  python::bind_errors(module);
  python::bind_record(module);
  python::bind_inputs(module);
  python::bind_mask(module);
  python::bind_point(module);
  python::bind_map(module);
  python::bind_bound(module);
  python::bind_store(module);
  python::bind_sweep(module);
}

// Stores of results: what sweeps kept, and what a program keeps itself.
#include "explore/store/store.hpp"

#include <nanobind/nanobind.h>
#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include "python/bind.hpp"
#include "python/compute.hpp"

namespace nb = nanobind;

namespace tilewright::python {

namespace {

std::vector<Record> records_of(const std::filesystem::path& path, const std::string& study) {
  return computed([&] {
    const Store store = Store::open(store_file(path));
    std::vector<Record> records;
    store.for_each(store.study(study).name, [&](Record record) { records.push_back(std::move(record)); });
    return records;
  });
}

std::vector<StoredStudy> studies_of(const std::filesystem::path& path) {
  return computed([&] { return Store::open(store_file(path)).studies(); });
}

// By its content: what determines a record is not known here.
Digest digest_of(const Record& record) {
  DigestBuilder digest;
  for (const auto& [name, value] : record.fields()) {
    digest.add(name);
    std::visit([&](const auto& v) { digest.add(v); }, value);
  }
  return digest.value();
}

void keep(const std::filesystem::path& path, const std::string& study, const std::string& series,
          const std::vector<Record>& records) {
  compute([&] {
    std::vector<StoredRecord> stored;
    std::vector<StudyPoint> points;
    for (const Record& record : records) {
      stored.push_back({digest_of(record), record});
      points.push_back({.series = series, .number = points.size(), .digest = stored.back().digest});
    }
    Store store = Store::create_or_open(store_file(path));
    store.put(stored);
    store.set_points(study, {}, points);
  });
}

}  // namespace

void bind_store(nb::module_& module) {
  nb::class_<StoredStudy>(module, "StoredStudy", "A study of a store.")
      .def_ro("name", &StoredStudy::name)
      .def_ro("points", &StoredStudy::points, "How many there are, computed or not.")
      .def_ro("provenance", &StoredStudy::provenance, "Names and texts: where it is from.");
  module.def("records_of", records_of, nb::arg("path"), nb::arg("study"));
  module.def("studies", studies_of, nb::arg("path"), "The studies of a store, in the order in which they came.");
  module.def("keep", keep, nb::arg("path"), nb::arg("study"), nb::arg("series"), nb::arg("records"));
}

}  // namespace tilewright::python

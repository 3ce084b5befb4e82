// Results: names to numbers and texts.
#include "sim/record/record.hpp"

#include <nanobind/nanobind.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/variant.h>
#include <nanobind/stl/vector.h>

#include "common/error.hpp"
#include "python/bind.hpp"

namespace nb = nanobind;

namespace tilewright::python {

namespace {

const RecordValue& value_of(const Record& record, const std::string& name) {
  if (const RecordValue* value = record.find(name)) return *value;
  throw nb::key_error(name.c_str());
}

std::vector<std::string> names_of(const Record& record) {
  std::vector<std::string> names;
  names.reserve(record.fields().size());
  for (const auto& [name, value] : record.fields()) names.push_back(name);
  return names;
}

nb::dict flat(const Record& record) {
  nb::dict dict;
  for (const auto& [name, value] : record.fields()) dict[name.c_str()] = value;
  return dict;
}

Record of_json(const std::string& text) {
  const std::vector<Record> records = records_from_json(text, "record");
  if (records.size() != 1) throw InputError("record: expected the text of one record");
  return records.front();
}

void add_mapping(nb::class_<Record>& type) {
  type.def("__getitem__", value_of, nb::arg("name"))
      .def("__contains__",
           [](const Record& record, const nb::object& name) {
             return nb::isinstance<nb::str>(name) && record.find(nb::cast<std::string>(name)) != nullptr;
           })
      .def("__len__", [](const Record& record) { return record.fields().size(); })
      .def("__iter__", [](const Record& record) { return nb::iter(nb::cast(names_of(record))); })
      .def("keys", names_of, "Names of the fields, in the order of the schema (tilewright.fields()).")
      .def("items", [](const Record& record) { return record.fields(); })
      .def("values",
           [](const Record& record) {
             std::vector<RecordValue> values;
             for (const auto& [name, value] : record.fields()) values.push_back(value);
             return values;
           })
      .def(
          "get",
          [](const Record& record, const std::string& name, nb::object otherwise) {
            const RecordValue* value = record.find(name);
            return value != nullptr ? nb::cast(*value) : otherwise;
          },
          nb::arg("name"), nb::arg("otherwise") = nb::none(),
          "The value of a field, or `otherwise` where the model does not know it.")
      .def("__eq__", [](const Record& record, const nb::object& other) {
        return nb::isinstance<Record>(other) && record.fields() == nb::cast<const Record&>(other).fields();
      });
}

}  // namespace

void bind_record(nb::module_& module) {
  nb::class_<Record> type(
      module, "Record",
      "What a model says of one point: field names, such as \"time_s\", to numbers in SI units and "
      "texts. A value that the model does not know is absent. `tilewright.fields()` lists all.");
  add_mapping(type);
  type.def("to_dict", flat, "All fields by their dotted names.")
      .def(
          "to_json", [](const Record& record) { return to_json({record}, {}); },
          "The file that the command line writes: nested at the dots.")
      .def_static("from_json", of_json, nb::arg("text"), "Back from to_json().")
      .def("__getstate__", [](const Record& record) { return record.fields(); })
      .def("__setstate__", [](Record& record, const std::vector<std::pair<std::string, RecordValue>>& fields) {
        new (&record) Record();
        for (const auto& [name, value] : fields) record.add(name, value);
      });
  module.def(
      "records_from_json",
      [](const std::string& text, const std::string& file) { return records_from_json(text, file); },
      nb::arg("text"), nb::arg("file"), "Records of a file that the command line wrote.");
  module.def(
      "unit_of",
      [](const std::string& name) {
        const Field* field = find_field(name);
        return field == nullptr ? std::string() : std::string(field->unit);
      },
      nb::arg("name"), "The unit of a field: \"s\", \"B\", \"share\"; empty for texts and plain numbers.");
  module.def(
      "fields",
      [] {
        std::vector<nb::dict> all;
        for (const Field& field : fields()) {
          nb::dict& row = all.emplace_back();
          row["name"] = std::string(field.name);
          row["unit"] = std::string(field.unit);
          row["meaning"] = std::string(field.meaning);
        }
        return all;
      },
      "name, unit and meaning of every field that a record may have.");
}

}  // namespace tilewright::python

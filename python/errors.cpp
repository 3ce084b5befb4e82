// Exceptions of the libraries as those of Python, with the same text.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <filesystem>

#include "common/error.hpp"
#include "common/one_line.hpp"
#include "common/parallel.hpp"
#include "python/bind.hpp"

namespace nb = nanobind;

namespace tilewright::python {

namespace {

struct ErrorTypes {
  PyObject* input;
  PyObject* infeasible;
  PyObject* missing;
};

void set(PyObject* type, const std::exception& error) { PyErr_SetString(type, one_line(error.what()).c_str()); }

// Whatever is not one of these, the translators of nanobind take.
void translate(const std::exception_ptr& error, void* payload) {
  const auto* types = static_cast<const ErrorTypes*>(payload);
  try {
    std::rethrow_exception(error);
  } catch (const InfeasibleError& found) {
    set(types->infeasible, found);
  } catch (const InputError& found) {
    set(types->input, found);
  } catch (const MissingError& found) {
    set(types->missing, found);
  } catch (const Interrupted&) {
    PyErr_SetNone(PyExc_KeyboardInterrupt);
  } catch (const std::filesystem::filesystem_error& found) {
    set(PyExc_OSError, found);
  }
}

PyObject* add_type(nb::module_& module, const char* name, const char* meaning, PyObject* base) {
  const std::string full = nb::cast<std::string>(module.attr("__name__")) + "." + name;
  PyObject* type = PyErr_NewExceptionWithDoc(full.c_str(), meaning, base, nullptr);
  if (type == nullptr) throw nb::python_error();
  module.attr(name) = nb::handle(type);
  return type;  // as long as the program
}

}  // namespace

void bind_errors(nb::module_& module) {
  static ErrorTypes types;
  types.input =
      add_type(module, "InputError", "The input is wrong: file, line, column, key, value and what was expected.",
               PyExc_ValueError);
  types.infeasible = add_type(module, "InfeasibleError",
                              "An input that is right in itself but does not fit the machine.", types.input);
  types.missing =
      add_type(module, "MissingError", "Something needed is not there, such as a program, a device or a package.",
               PyExc_RuntimeError);
  nb::register_exception_translator(translate, &types);
}

}  // namespace tilewright::python

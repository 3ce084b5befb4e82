// What each file of this folder adds to the module, in the order in which module.cpp calls them: types before the
// functions that take them.
#pragma once

namespace nanobind {
class module_;
}

namespace tilewright::python {

void bind_errors(nanobind::module_& module);
void bind_record(nanobind::module_& module);
void bind_inputs(nanobind::module_& module);
void bind_mask(nanobind::module_& module);
void bind_point(nanobind::module_& module);
void bind_map(nanobind::module_& module);
void bind_bound(nanobind::module_& module);
void bind_store(nanobind::module_& module);
void bind_sweep(nanobind::module_& module);

}  // namespace tilewright::python

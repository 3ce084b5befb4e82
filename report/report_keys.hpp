// The keys of a report file (common/file_keys.hpp). Those of a figure depend on its kind.
#pragma once

#include <string>
#include <vector>

#include "common/file_keys.hpp"
#include "report/spec.hpp"

namespace tilewright {

const std::vector<FileKey>& report_keys();
/// Of an axis of the study, and of a design.
const std::vector<FileKey>& axis_style_keys();
const std::vector<FileKey>& design_keys();
/// What may stand on a page.
const std::vector<FileKey>& block_keys();
const std::vector<FileKey>& picture_keys();
const std::vector<FileKey>& table_keys();
const std::vector<FileKey>& table_group_keys();
const std::vector<FileKey>& table_column_keys();
const std::vector<FileKey>& part_style_keys();
const std::vector<FileKey>& roof_keys();

/// In the order of Figure::Kind.
const std::vector<std::string>& figure_kinds();
std::vector<std::string> figure_keys(Figure::Kind kind);
/// Of an axis of numbers: of `y` and of `cells`, or of `x` where that is one.
std::vector<std::string> value_axis_keys(Figure::Kind kind);
std::vector<std::string> x_axis_keys(Figure::Kind kind);

/// key, value and meaning of all of them, with where they stand ("report.page[].figure"), and the kinds of figures
/// that have them, unless all do.
Table table_of_report_keys();

}  // namespace tilewright

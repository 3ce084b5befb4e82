// The readers of the parts of a report file, for spec.cpp.
#pragma once

#include "common/yaml.hpp"
#include "report/spec.hpp"

namespace tilewright {

/// A key of `map` as text, or an empty text if it is not there.
std::string text_or_empty(const Yaml& map, std::string_view key);
Located located(const Yaml& value);
/// Base 0, 2 or 10.
int parse_scale(const Yaml& map);
Quantity parse_quantity(const Yaml& value);
/// The keys relative_to, as and of.
std::optional<Relative> parse_relative(const Yaml& map);
std::vector<std::pair<Located, std::string>> parse_at(const Yaml& map);
/// The key designs, each a key of the report's designs; all of them without the key.
std::vector<std::string> parse_designs(const Yaml& map, const ReportSpec& report);
/// A name of a-z, 0-9 and '-': it becomes one of files and part of ids in the page.
std::string parse_file_name(const Yaml& value);
Figure parse_figure(const Yaml& map, const ReportSpec& report);
ReportTable parse_table(const Yaml& map, const ReportSpec& report);

}  // namespace tilewright

// The tables of a store's file, in SQL.
#pragma once

#include <string>
#include <vector>

namespace tilewright {

/// Of the tables below; another number, other tables.
constexpr int store_schema = 1;
/// By which a file is known to be a store: "TWG1".
constexpr int store_application = 0x54574731;

/// What makes them.
std::string store_tables();
/// What makes the view `results` anew: points with their records. Names of columns, of axes and fields.
std::string results_view(const std::vector<std::string>& axes, const std::vector<std::string>& fields);

}  // namespace tilewright

#include <nlohmann/json.hpp>

#include "common/error.hpp"
#include "sim/record/record.hpp"

namespace tilewright {

namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> split(const std::string& name) {
  std::vector<std::string> parts;
  std::size_t from = 0;
  for (std::size_t dot = name.find('.'); dot != std::string::npos; dot = name.find('.', from)) {
    parts.push_back(name.substr(from, dot - from));
    from = dot + 1;
  }
  parts.push_back(name.substr(from));
  return parts;
}

Json nested(const Record& record) {
  Json root = Json::object();
  for (const auto& [name, value] : record.fields()) {
    Json* node = &root;
    for (const std::string& part : split(name)) node = &(*node)[part];
    std::visit([node](const auto& v) { *node = v; }, value);
  }
  return root;
}

// False for what no record has, such as a list.
bool flatten(const Json& node, const std::string& name, Record& record) {
  if (node.is_number()) record.add(name, node.get<double>());
  if (node.is_string()) record.add(name, node.get<std::string>());
  if (!node.is_object()) return node.is_number() || node.is_string();
  for (const auto& [key, value] : node.items())
    if (!flatten(value, name.empty() ? key : name + "." + key, record)) return false;
  return true;
}

}  // namespace

std::string to_json(const std::vector<Record>& records,
                    const std::vector<std::pair<std::string, std::string>>& head) {
  Json root = Json::object();
  for (const auto& [key, value] : head) root[key] = value;
  Json list = Json::array();
  for (const Record& record : records) list.push_back(nested(record));
  root["records"] = std::move(list);
  // A file name may be no UTF-8.
  return root.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::vector<Record> records_from_json(const std::string& text, const std::string& file) {
  const InputError refusal({file, 0, 0}, "", "is not a file of result records");
  const Json root = Json::parse(text, nullptr, false);
  if (!root.is_object() || !root.contains("records") || !root["records"].is_array()) throw refusal;
  std::vector<Record> records;
  for (const Json& item : root["records"]) {
    Record record;
    if (!item.is_object() || !flatten(item, "", record)) throw refusal;
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace tilewright

#include <nlohmann/json.hpp>

#include "common/error.hpp"
#include "sim/record.hpp"

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

void flatten(const Json& node, const std::string& prefix, Record& record) {
  for (const auto& [key, value] : node.items()) {
    const std::string name = prefix.empty() ? key : prefix + "." + key;
    if (value.is_object()) {
      flatten(value, name, record);
    } else if (value.is_number()) {
      record.add(name, value.get<double>());
    } else if (value.is_string()) {
      record.add(name, value.get<std::string>());
    }
  }
}

}  // namespace

std::string to_json(const std::vector<Record>& records,
                    const std::vector<std::pair<std::string, std::string>>& head) {
  Json root = Json::object();
  for (const auto& [key, value] : head) root[key] = value;
  Json list = Json::array();
  for (const Record& record : records) list.push_back(nested(record));
  root["records"] = std::move(list);
  return root.dump(1) + "\n";
}

std::vector<Record> records_from_json(const std::string& text, const std::string& file) {
  const Json root = Json::parse(text, nullptr, false);
  if (root.is_discarded() || !root.is_object() || !root.contains("records") || !root["records"].is_array())
    throw InputError({file, 0, 0}, "", "is not a file of result records");
  std::vector<Record> records;
  for (const Json& item : root["records"]) {
    Record record;
    flatten(item, "", record);
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace tilewright

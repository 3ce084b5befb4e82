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

class Reader {
 public:
  explicit Reader(const std::string& file) : file_(file) {}

  std::vector<Record> read(const std::string& text) const {
    const Json root = Json::parse(text, nullptr, false);
    if (!root.is_object() || !root.contains("records") || !root["records"].is_array()) refuse();
    std::vector<Record> records;
    for (const Json& item : root["records"]) {
      if (!item.is_object()) refuse();
      flatten(item, "", records.emplace_back());
    }
    return records;
  }

 private:
  void flatten(const Json& node, const std::string& name, Record& record) const {
    if (node.is_number())
      add(name, node.get<double>(), record);
    else if (node.is_string())
      add(name, node.get<std::string>(), record);
    else if (node.is_object())
      for (const auto& [key, value] : node.items()) flatten(value, name.empty() ? key : name + "." + key, record);
    else
      refuse();
  }

  void add(const std::string& name, RecordValue value, Record& record) const {
    const Field* field = find_field(name);
    if (field == nullptr) refuse("result records have no field '" + name + "'" + nearest_field(name));
    if (!is_of_kind(value, field->kind))
      refuse("field '" + name + "': expected a " + (field->kind == ValueKind::number ? "number" : "text"));
    record.add(name, std::move(value));
  }

  [[noreturn]] void refuse(const std::string& why = "is not a file of result records") const {
    throw InputError({file_, 0, 0}, "", why);
  }

  const std::string& file_;
};

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

std::string to_json_line(const Record& record) {
  return nested(record).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<std::pair<std::string, std::string>> head_from_json(const std::string& text) {
  std::vector<std::pair<std::string, std::string>> head;
  const Json root = Json::parse(text, nullptr, false);
  if (!root.is_object()) return head;
  for (const auto& [key, value] : root.items())
    if (value.is_string()) head.emplace_back(key, value.get<std::string>());
  return head;
}

std::vector<Record> records_from_json(const std::string& text, const std::string& file) {
  return Reader(file).read(text);
}

}  // namespace tilewright

#include "explore/library.hpp"

#include "common/file.hpp"
#include "einsum/parse.hpp"

namespace tilewright {

namespace {

template <class Item, class Load>
const Item& once(std::mutex& mutex, std::map<std::string, std::unique_ptr<Item>>& shelf, const std::string& kind,
                 const std::string& name, Load load) {
  const std::scoped_lock lock(mutex);
  auto& item = shelf[name];
  if (!item) item = std::make_unique<Item>(load(find_config(kind, name)));
  return *item;
}

}  // namespace

const Cascade& Library::cascade(const std::string& name) {
  return once(mutex_, cascades_, "cascades", name, load_cascade);
}

const ArchFile& Library::arch(const std::string& name) {
  return once(mutex_, archs_, "archs", name, ArchFile::load);
}

const Yaml& Library::mapping(const std::string& name) {
  return once(mutex_, mappings_, "mappings", name, Yaml::load);
}

const Yaml& Library::workload(const std::string& name) {
  return once(mutex_, workloads_, "workloads", name, Yaml::load);
}

}  // namespace tilewright

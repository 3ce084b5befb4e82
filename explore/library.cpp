#include "explore/library.hpp"

#include "common/file.hpp"
#include "einsum/parse.hpp"
#include "mappings/kernel/file.hpp"

namespace tilewright {

namespace {

template <class Item, class Find, class Load>
const Item& once(std::mutex& mutex, std::map<std::string, std::unique_ptr<Item>>& shelf, Find find,
                 const std::string& name, Load load) {
  const std::scoped_lock lock(mutex);
  auto& item = shelf[name];
  if (!item) item = std::make_unique<Item>(load(find(name)));
  return *item;
}

// Finds names of a kind.
auto below(const char* kind) {
  return [kind](const std::string& name) { return find_config(std::string(kind), name); };
}

}  // namespace

const Cascade& Library::cascade(const std::string& name) {
  return once(mutex_, cascades_, below("cascades"), name, load_cascade);
}

const ArchFile& Library::arch(const std::string& name) {
  return once(mutex_, archs_, below("archs"), name, ArchFile::load);
}

const Yaml& Library::mapping(const std::string& name) {
  return once(mutex_, mappings_, find_mapping, name, Yaml::load);
}

const Yaml& Library::workload(const std::string& name) {
  return once(mutex_, workloads_, below("workloads"), name, Yaml::load);
}

}  // namespace tilewright

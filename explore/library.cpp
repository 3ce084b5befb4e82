#include "explore/library.hpp"

#include <fmt/format.h>

#include "common/error.hpp"
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

template <class Item>
void keep(std::mutex& mutex, std::map<std::string, std::unique_ptr<Item>>& shelf, const std::string& name,
          Item item) {
  const std::scoped_lock lock(mutex);
  if (!shelf.emplace(name, std::make_unique<Item>(std::move(item))).second)
    throw InputError(fmt::format("two inputs of one kind have the name '{}'", name));
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

void Library::keep_cascade(const std::string& name, Cascade cascade) {
  keep(mutex_, cascades_, name, std::move(cascade));
}

void Library::keep_arch(const std::string& name, ArchFile arch) { keep(mutex_, archs_, name, std::move(arch)); }

void Library::keep_mapping(const std::string& name, Yaml root) { keep(mutex_, mappings_, name, std::move(root)); }

void Library::keep_workload(const std::string& name, Yaml root) { keep(mutex_, workloads_, name, std::move(root)); }

bool Library::has_cascade(const std::string& name) {
  const std::scoped_lock lock(mutex_);
  const auto found = cascades_.find(name);
  return found != cascades_.end() && found->second != nullptr;
}

}  // namespace tilewright

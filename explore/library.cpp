#include "explore/library.hpp"

#include <fmt/format.h>

#include "common/error.hpp"
#include "common/file.hpp"
#include "einsum/parse.hpp"
#include "mappings/kernel/call.hpp"
#include "mappings/kernel/file.hpp"
#include "mappings/kernel/parse.hpp"
#include "mappings/parse.hpp"

namespace tilewright {

template <class Item, class Load>
const Item& Library::once(Shelf<Item>& shelf, const std::string& name, Load load) {
  const std::scoped_lock lock(mutex_);
  Kept<Item>& kept = shelf[name];
  if (!kept.item) {
    const ReadLog log;
    kept.item = std::make_unique<Item>(load());
    kept.files = log.files();
  } else {
    ReadLog::note(kept.files);
  }
  return *kept.item;
}

template <class Item>
void Library::keep(Shelf<Item>& shelf, const std::string& name, Item item) {
  const std::scoped_lock lock(mutex_);
  if (!shelf.emplace(name, Kept<Item>{std::make_unique<Item>(std::move(item)), {}}).second)
    throw InputError(fmt::format("two inputs of one kind have the name '{}'", name));
}

// Made without a lock: two threads may make the same at once.
template <class Item, class Make>
std::shared_ptr<const Item> Library::recent(RecentShelf<Item>& shelf, const std::string& text, const Make& make) {
  constexpr std::size_t most = 512;
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = shelf.find(text); found != shelf.end()) {
      ReadLog::note(found->second.files);
      return found->second.item;
    }
  }
  const ReadLog log;
  auto item = std::make_shared<const Item>(make());
  const std::scoped_lock lock(mutex_);
  if (shelf.size() >= most) shelf.clear();
  shelf[text] = {item, log.files()};
  return item;
}

std::shared_ptr<const SetArch> Library::arch(const std::string& name, const std::map<std::string, double>& set) {
  std::string text = name;
  for (const auto& [parameter, value] : set) text += fmt::format("|{}={}", parameter, value);
  return recent(set_archs_, text, [&] {
    const ArchFile& file = arch(name);
    return SetArch{file.with(set), set.empty() ? std::set<std::string>{} : file.used_parameters(set)};
  });
}

std::shared_ptr<const Mapping> Library::nest(const std::string& text, const std::function<Mapping()>& make) {
  return recent(nests_, text, make);
}

std::shared_ptr<const KernelCandidate> Library::kernel(const std::string& text,
                                                       const std::function<KernelCandidate()>& make) {
  return recent(kernels_, text, make);
}

const Cascade& Library::cascade(const std::string& name) {
  return once(cascades_, name, [&] { return load_cascade(find_config("cascades", name)); });
}

std::filesystem::path Library::find_cascade(const std::string& name) {
  return once(cascade_files_, name, [&] { return find_config("cascades", name); });
}

const ArchFile& Library::arch(const std::string& name) {
  return once(archs_, name, [&] { return ArchFile::load(find_config("archs", name)); });
}

const Yaml& Library::mapping(const std::string& name) {
  return once(mappings_, name, [&] { return Yaml::load(find_mapping(name)); });
}

const std::string& Library::cascade_of(const std::string& mapping) {
  const Yaml& file = this->mapping(mapping);  // not within the lock
  return once(cascades_of_, mapping, [&] { return is_kernel(file) ? kernel_cascade(file) : mapped_cascade(file); });
}

const Yaml& Library::workload(const std::string& name) {
  return once(workloads_, name, [&] { return Yaml::load(find_config("workloads", name)); });
}

const Yaml& Library::call(const std::string& name) {
  return once(calls_, name, [&] { return Yaml::load(find_call(name)); });
}

const std::vector<JointCalibration>& Library::calibrations() {
  return once(calibrations_, "", [] {
    std::vector<JointCalibration> all;
    for (const std::string& name : list_configs("calibrations"))
      all.push_back(load_joint_calibration(find_config("calibrations", name)));
    return all;
  });
}

const std::vector<std::string>& Library::judged_suites() {
  return once(judged_suites_, "", [] { return list_configs("intervals"); });
}

const std::shared_ptr<const PredictionIntervals>& Library::intervals(const std::string& suite,
                                                                     const std::filesystem::path& folder) {
  return once(intervals_, (folder / suite).string(), [&] { return find_intervals(suite, folder); });
}

void Library::keep_cascade(const std::string& name, Cascade cascade) { keep(cascades_, name, std::move(cascade)); }

void Library::keep_arch(const std::string& name, ArchFile arch) { keep(archs_, name, std::move(arch)); }

void Library::keep_mapping(const std::string& name, Yaml root) { keep(mappings_, name, std::move(root)); }

void Library::keep_workload(const std::string& name, Yaml root) { keep(workloads_, name, std::move(root)); }

bool Library::has_cascade(const std::string& name) {
  const std::scoped_lock lock(mutex_);
  const auto found = cascades_.find(name);
  return found != cascades_.end() && found->second.item != nullptr;
}

}  // namespace tilewright

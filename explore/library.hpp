// Files read once: cascades, architectures and mappings by name or path, shared by all points of a study; and what
// is in memory in place of files, under names.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "arch/parse.hpp"
#include "common/yaml.hpp"
#include "einsum/cascade.hpp"

namespace tilewright {

/// Any thread. What it returns lives as long as the library.
class Library {
 public:
  const Cascade& cascade(const std::string& name);
  const ArchFile& arch(const std::string& name);
  /// A nest of loops or a kernel (mappings/kernel/file.hpp).
  const Yaml& mapping(const std::string& name);
  const Yaml& workload(const std::string& name);

  /// What is of no file, in front of files of that name. Throws InputError for a name that the library has already.
  void keep_cascade(const std::string& name, Cascade cascade);
  void keep_arch(const std::string& name, ArchFile arch);
  void keep_mapping(const std::string& name, Yaml root);
  void keep_workload(const std::string& name, Yaml root);
  /// Whether the library has read or kept it.
  [[nodiscard]] bool has_cascade(const std::string& name);

 private:
  template <class Item>
  using Shelf = std::map<std::string, std::unique_ptr<Item>>;

  std::mutex mutex_;
  Shelf<Cascade> cascades_;
  Shelf<ArchFile> archs_;
  Shelf<Yaml> mappings_;
  Shelf<Yaml> workloads_;
};

}  // namespace tilewright

// Files read once: cascades, architectures and mappings by name or path, shared by all points of a study.
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

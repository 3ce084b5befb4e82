// Files read once: cascades, architectures and mappings by name or path, shared by all points of a study; and what
// is in memory in place of files, under names.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "arch/parse.hpp"
#include "common/read_log.hpp"
#include "common/yaml.hpp"
#include "einsum/cascade.hpp"
#include "mappings/mapping.hpp"
#include "sim/kernel/candidate.hpp"
#include "sim/kernel/intervals.hpp"
#include "sim/kernel/joint_calibration.hpp"

namespace tilewright {

/// An architecture with parameters set, and which of them it uses.
struct SetArch {
  Arch arch;
  std::set<std::string> used;
};

/// Any thread. What it returns lives as long as the library. A log of what is read (common/read_log.hpp) has the
/// files of what it returns, whether they are read now or were before.
class Library {
 public:
  const Cascade& cascade(const std::string& name);
  /// Where its file is, which may never be read. Throws InputError where there is none.
  std::filesystem::path find_cascade(const std::string& name);
  const ArchFile& arch(const std::string& name);
  /// With parameters set; the last few hundred are kept.
  std::shared_ptr<const SetArch> arch(const std::string& name, const std::map<std::string, double>& set);
  /// What `make` makes, or made of the same text: of a mapping on an architecture, whatever the shapes are. The
  /// last few hundred are kept.
  std::shared_ptr<const Mapping> nest(const std::string& text, const std::function<Mapping()>& make);
  std::shared_ptr<const KernelCandidate> kernel(const std::string& text,
                                                const std::function<KernelCandidate()>& make);
  /// A nest of loops or a kernel (mappings/kernel/file.hpp).
  const Yaml& mapping(const std::string& name);
  /// The cascade that a nest or a kernel computes, as it names it.
  const std::string& cascade_of(const std::string& mapping);
  const Yaml& workload(const std::string& name);
  /// What a framework runs around a kernel.
  const Yaml& call(const std::string& name);
  /// The joint calibrations that are shipped, in the order of their names.
  const std::vector<JointCalibration>& calibrations();
  /// Names of suites whose intervals are shipped.
  const std::vector<std::string>& judged_suites();
  /// As find_intervals (sim/kernel/intervals.hpp).
  const std::shared_ptr<const PredictionIntervals>& intervals(const std::string& suite,
                                                              const std::filesystem::path& folder = {});

  /// What is of no file, in front of files of that name. Throws InputError for a name that the library has already.
  void keep_cascade(const std::string& name, Cascade cascade);
  void keep_arch(const std::string& name, ArchFile arch);
  void keep_mapping(const std::string& name, Yaml root);
  void keep_workload(const std::string& name, Yaml root);
  /// Whether the library has read or kept it.
  [[nodiscard]] bool has_cascade(const std::string& name);

 private:
  template <class Item>
  struct Kept {
    std::unique_ptr<Item> item;
    FilesRead files;
  };
  template <class Item>
  using Shelf = std::map<std::string, Kept<Item>>;

  template <class Item>
  void keep(Shelf<Item>& shelf, const std::string& name, Item item);
  template <class Item>
  struct Made {
    std::shared_ptr<const Item> item;
    FilesRead files;
  };
  template <class Item>
  using RecentShelf = std::map<std::string, Made<Item>>;

  template <class Item, class Make>
  std::shared_ptr<const Item> recent(RecentShelf<Item>& shelf, const std::string& text, const Make& make);
  template <class Item, class Load>
  const Item& once(Shelf<Item>& shelf, const std::string& name, Load load);

  std::mutex mutex_;
  RecentShelf<SetArch> set_archs_;
  RecentShelf<Mapping> nests_;
  RecentShelf<KernelCandidate> kernels_;
  Shelf<Cascade> cascades_;
  Shelf<std::filesystem::path> cascade_files_;
  Shelf<ArchFile> archs_;
  Shelf<Yaml> mappings_;
  Shelf<std::string> cascades_of_;
  Shelf<Yaml> workloads_;
  Shelf<Yaml> calls_;
  Shelf<std::vector<JointCalibration>> calibrations_;
  Shelf<std::vector<std::string>> judged_suites_;
  Shelf<std::shared_ptr<const PredictionIntervals>> intervals_;
};

}  // namespace tilewright

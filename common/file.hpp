// Whole files in and out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace tilewright {

/// The content of a regular file of at most `most_bytes`. Throws InputError otherwise.
std::string read_file(const std::filesystem::path& file, std::uintmax_t most_bytes = 16u << 20);

/// A file that is written piece by piece, beside its target, and renamed, so that no reader ever sees a partial
/// file. Makes the folder. Throws InputError where it cannot be written.
class FileWriter {
 public:
  explicit FileWriter(const std::filesystem::path& file);
  ~FileWriter();  ///< nothing is left of what was not committed
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;
  void write(std::string_view text);
  /// The target is what was written.
  void commit();

 private:
  void finish();
  std::filesystem::path file_;    // as it was named
  std::filesystem::path target_;  // without symbolic links
  std::filesystem::path part_;    // the target itself, where that is a device or a pipe
  std::ofstream stream_;
};

/// The same of a whole content.
void write_file(const std::filesystem::path& file, std::string_view content);

/// The folder that holds configs/ and validation/, found once: in the nearest folder above the executable that has
/// one, `share/tilewright` (installed) or the folder itself (a clone); else the source folder this build came from.
const std::filesystem::path& home();

/// Where names are looked up, found once: the environment's TILEWRIGHT_CONFIGS where that says something, else
/// configs/ of home(). Throws InputError where TILEWRIGHT_CONFIGS is no folder with files to find.
const std::filesystem::path& configs_folder();

/// A name or a path to a YAML file: a path that exists is taken as it is, a name is looked up as
/// <kind>/<name>.yaml in configs_folder() (with subfolders: "gpu/fa3"). Throws InputError with the nearest name.
std::filesystem::path find_config(const std::string& kind, const std::string& name);
/// The same for names that several kinds share, as mappings and kernels do. Throws InputError also for a name that
/// more than one of them has.
std::filesystem::path find_config(const std::vector<std::string>& kinds, const std::string& name);

/// A name as a file says it: where it is a path to a file beside the one that says so, that file; else itself.
std::string beside(const std::string& name, const std::filesystem::path& referring_file);

/// A folder that a file names: from the file's own folder where there is such a one, else from home().
std::filesystem::path beside_or_home(const std::string& name, const std::filesystem::path& referring_file);

/// Names of the .yaml files in a folder and its subfolders, without the extension, sorted.
std::vector<std::string> names_below(const std::filesystem::path& folder);

/// Names that find_config knows for a kind, sorted.
std::vector<std::string> list_configs(const std::string& kind);

}  // namespace tilewright

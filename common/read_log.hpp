// What files a computation was made from: while a log stands, it has every file that this thread reads.
//
// What keeps things that it read (explore/library.hpp) notes their files again whenever it hands them out, so that
// a log is whole whatever was there already. What was looked for and is not there is in it too.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/digest.hpp"

namespace tilewright {

/// Paths and the digests of their content. A path that ends in '/' is a list of names in a folder. The digest of
/// what is not there is all zero.
using FilesRead = std::map<std::string, Digest>;

class ReadLog {
 public:
  ReadLog();
  /// What it has, the log that stood before it has too.
  ~ReadLog();
  ReadLog(const ReadLog&) = delete;
  ReadLog& operator=(const ReadLog&) = delete;

  [[nodiscard]] const FilesRead& files() const { return files_; }

  /// For what reads. They do nothing where no log stands.
  static void note(const std::filesystem::path& file, std::string_view content);
  static void note_names(const std::filesystem::path& folder, const std::vector<std::string>& names);
  static void note_absent(const std::filesystem::path& file);
  static void note(const FilesRead& files);

 private:
  ReadLog* outer_;
  FilesRead files_;
};

/// Whether each of the files is what it was when it was read.
bool are_unchanged(const FilesRead& files);

}  // namespace tilewright

#include "common/read_log.hpp"

#include <algorithm>

#include "common/error.hpp"
#include "common/file.hpp"

namespace tilewright {

namespace {

thread_local ReadLog* current = nullptr;

Digest digest_of(const std::vector<std::string>& names) {
  DigestBuilder builder;
  for (const std::string& name : names) builder.add(name);
  return builder.value();
}

// Nothing where it cannot be read.
FilesRead read_again(const std::string& path) {
  ReadLog log;
  try {
    if (path.ends_with('/')) {
      ReadLog::note_names(path, names_below(path));
    } else if (std::error_code ignored; !std::filesystem::exists(path, ignored)) {
      ReadLog::note_absent(path);
    } else {
      (void)read_file(path, ~std::uintmax_t{0});
    }
  } catch (const InputError&) {
    return {};
  }
  return log.files();
}

}  // namespace

ReadLog::ReadLog() : outer_(current) { current = this; }

ReadLog::~ReadLog() {
  current = outer_;
  note(files_);
}

void ReadLog::note(const std::filesystem::path& file, std::string_view content) {
  if (current != nullptr) current->files_.insert_or_assign(file.string(), DigestBuilder().add(content).value());
}

void ReadLog::note_names(const std::filesystem::path& folder, const std::vector<std::string>& names) {
  if (current != nullptr) current->files_.insert_or_assign((folder / "").string(), digest_of(names));
}

void ReadLog::note_absent(const std::filesystem::path& file) {
  if (current != nullptr) current->files_.insert_or_assign(file.string(), Digest{});
}

void ReadLog::note(const FilesRead& files) {
  if (current != nullptr)
    for (const auto& [path, digest] : files) current->files_.insert_or_assign(path, digest);
}

bool are_unchanged(const FilesRead& files) {
  return std::ranges::all_of(files, [](const auto& file) {
    const FilesRead now = read_again(file.first);
    const auto found = now.find(file.first);
    return found != now.end() && found->second == file.second;
  });
}

}  // namespace tilewright

#include "common/file.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <stdexcept>

#include <fmt/format.h>

#include "common/error.hpp"
#include "common/home.hpp"
#include "common/read_log.hpp"

namespace tilewright {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const fs::path& file, std::string_view message) {
  throw InputError(Place{file.string()}, {}, message);
}

fs::path find_home() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  for (fs::path folder = program.parent_path(); folder.has_relative_path(); folder = folder.parent_path()) {
    for (const fs::path& home : {folder / "share/tilewright", folder})
      if (fs::is_directory(home / "configs", error)) return home;
  }
  return TILEWRIGHT_SOURCE_DIR;
}

// What set_home() says; empty: nothing.
struct GivenHome {
  fs::path folder;
  std::atomic<bool> is_asked{false};
};

GivenHome& given_home() {
  static GivenHome given;
  return given;
}

fs::path find_configs() {
  const char* given = std::getenv("TILEWRIGHT_CONFIGS");
  if (given == nullptr || *given == '\0') return home() / "configs";
  if (names_below(given).empty())
    throw InputError(
        fmt::format("TILEWRIGHT_CONFIGS: '{}': expected a folder with .yaml files in folders such as "
                    "cascades/ and archs/",
                    given));
  return fs::absolute(given);
}

/// Beside `file`, and different for every process and call.
fs::path beside(const fs::path& file) {
  static std::atomic<unsigned> calls{0};
  fs::path result = file;
  result += fmt::format(".{}-{}.part", getpid(), calls++);
  return result;
}

}  // namespace

std::vector<std::string> names_below(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::recursive_directory_iterator each(folder, error), end; !error && each != end; each.increment(error)) {
    if (each->path().extension() != ".yaml" || !each->is_regular_file(error)) continue;
    names.push_back(fs::relative(each->path(), folder).replace_extension().generic_string());
  }
  std::sort(names.begin(), names.end());
  ReadLog::note_names(folder, names);
  return names;
}

std::string read_file(const fs::path& file, std::uintmax_t most_bytes) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (!fs::exists(status)) fail(file, "no such file");
  if (fs::is_directory(status)) fail(file, "is a directory");
  if (!fs::is_regular_file(status)) fail(file, "is not a regular file");
  const std::uintmax_t size = fs::file_size(file, error);
  if (!error && size > most_bytes) {
    fail(file, fmt::format("is {} B, more than the {} B that a file may have", size, most_bytes));
  }
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  std::string content(error ? 0 : size, '\0');
  stream.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (error || !stream) fail(file, fmt::format("cannot be read: {}", std::strerror(errno)));
  ReadLog::note(file, content);
  return content;
}

FileWriter::FileWriter(const fs::path& file) : file_(file) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (fs::is_directory(status)) fail(file, "is a directory");
  target_ = fs::exists(status) ? fs::canonical(file) : file;  // keeps symbolic links
  // Renaming onto a device or a pipe such as /dev/null would replace it.
  const bool is_special = fs::exists(status) && !fs::is_regular_file(status);
  error.clear();
  if (!is_special && target_.has_parent_path()) fs::create_directories(target_.parent_path(), error);
  if (error) fail(file, fmt::format("cannot be written: {}", error.message()));
  part_ = is_special ? file : beside(target_);
  errno = 0;
  stream_.open(part_, std::ios::binary | std::ios::trunc);
  if (!stream_) finish();
}

FileWriter::~FileWriter() {
  std::error_code ignored;
  if (!part_.empty() && part_ != file_) fs::remove(part_, ignored);
}

void FileWriter::finish() {
  if (stream_.is_open()) stream_.close();
  if (stream_) return;
  const int reason = errno;
  std::error_code ignored;
  if (part_ != file_) fs::remove(part_, ignored);
  fail(file_, fmt::format("cannot be written: {}", std::strerror(reason)));
}

void FileWriter::write(std::string_view text) {
  errno = 0;
  stream_.write(text.data(), static_cast<std::streamsize>(text.size()));
  if (!stream_) finish();
}

void FileWriter::commit() {
  errno = 0;
  finish();
  std::error_code error;
  if (part_ != file_) fs::rename(part_, target_, error);
  if (error) fail(file_, fmt::format("cannot be written: {}", error.message()));
  part_.clear();
}

void write_file(const fs::path& file, std::string_view content) {
  FileWriter writer(file);
  writer.write(content);
  writer.commit();
}

const fs::path& home() {
  static const fs::path found = [] {
    GivenHome& given = given_home();
    given.is_asked = true;
    return given.folder.empty() ? find_home() : given.folder;
  }();
  return found;
}

void set_home(const fs::path& folder) {
  if (given_home().is_asked) throw std::logic_error("set_home: files were looked for before");
  given_home().folder = folder;
}

const fs::path& configs_folder() {
  static const fs::path found = find_configs();
  return found;
}

fs::path find_config(const std::string& kind, const std::string& name) {
  return find_config(std::vector<std::string>{kind}, name);
}

fs::path find_config(const std::vector<std::string>& kinds, const std::string& name) {
  std::error_code error;
  const bool looks_like_path = name.find('/') != std::string::npos || name.ends_with(".yaml");
  const fs::file_status status = fs::status(name, error);
  const bool is_folder = fs::is_directory(status);
  if (fs::is_regular_file(status)) return name;
  if (looks_like_path && fs::exists(status) && !is_folder) return name;
  std::vector<fs::path> named;
  for (const std::string& kind : kinds) {
    const fs::path file = configs_folder() / kind / (name + ".yaml");
    if (!name.starts_with('/') && fs::is_regular_file(file, error)) named.push_back(file);
  }
  const std::string folders = fmt::format("configs/{}", fmt::join(kinds, " or configs/"));
  if (named.size() > 1)
    throw InputError(fmt::format("'{}' is not one file of {}, but {}", name, folders, named.size()));
  if (!named.empty()) return named.front();
  if (is_folder) fail(name, "is a directory");
  std::vector<std::string> known;
  for (const std::string& kind : kinds)
    for (std::string& each : list_configs(kind)) known.push_back(std::move(each));
  throw InputError(fmt::format("no '{}' in {}, nor is it a file{}", name, folders, did_you_mean(name, known)));
}

std::string beside(const std::string& name, const fs::path& referring_file) {
  if (!name.ends_with(".yaml") && !name.ends_with(".csv")) return name;
  const fs::path path = referring_file.parent_path() / name;
  std::error_code ignored;
  return fs::is_regular_file(path, ignored) ? path.lexically_normal().string() : name;
}

fs::path beside_or_home(const std::string& name, const fs::path& referring_file) {
  const fs::path path = referring_file.parent_path() / name;
  std::error_code ignored;
  return fs::exists(path, ignored) ? path.lexically_normal() : home() / name;
}

std::vector<std::string> list_configs(const std::string& kind) { return names_below(configs_folder() / kind); }

}  // namespace tilewright

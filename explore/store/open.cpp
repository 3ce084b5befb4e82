#include "explore/store/open.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "common/error.hpp"
#include "explore/store/tables.hpp"

namespace tilewright {

namespace fs = std::filesystem;
using sqlite::Database;
using sqlite::Mode;

namespace {

[[noreturn]] void refuse(const fs::path& file, std::string_view why) { throw InputError({file.string()}, "", why); }

fs::path log_of(const fs::path& file) {
  fs::path log = file;
  return log += "-wal";
}

bool has_log(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(log_of(file), error);
  return !error && size > 0;
}

bool is_folder_writable(const fs::path& file) {
  return access(file.has_parent_path() ? file.parent_path().c_str() : ".", W_OK | X_OK) == 0;
}

// The database header of SQLite's file format, 1.3: big-endian numbers at fixed places.
std::uint64_t big_endian(const std::array<char, 100>& header, std::size_t at, std::size_t size) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < size; ++i) number = number << 8 | static_cast<unsigned char>(header.at(at + i));
  return number;
}

// How long the file has to be by its own header; nothing where that does not say.
std::optional<std::uint64_t> stated_size(const fs::path& file) {
  static const std::string magic("SQLite format 3\0", 16);
  std::array<char, 100> header{};
  std::ifstream stream(file, std::ios::binary);
  stream.read(header.data(), header.size());
  if (stream.bad()) refuse(file, fmt::format("cannot be read: {}", std::strerror(errno)));
  const auto read = static_cast<std::size_t>(stream.gcount());
  if (std::memcmp(header.data(), magic.data(), std::min(read, magic.size())) != 0)
    refuse(file, "is no store of results: it is not an SQLite file");
  if (read < header.size()) return header.size();
  if (big_endian(header, 24, 4) != big_endian(header, 92, 4)) return std::nullopt;
  const std::uint64_t page = big_endian(header, 16, 2);
  return (page == 1 ? 65536 : page) * big_endian(header, 28, 4);
}

// Pages that are only in the log are not missing from the file.
std::string truncation(const fs::path& file) {
  if (has_log(file)) return {};
  std::error_code error;
  const std::uint64_t size = fs::file_size(file, error);
  const auto stated = stated_size(file);
  // Nothing yet: what is there before the first table is.
  if (error || size == 0 || !stated || size >= *stated) return {};
  return fmt::format("is truncated: {} B of {} B", size, *stated);
}

void check_file(const fs::path& file, const fs::file_status& status) {
  if (fs::is_directory(status)) refuse(file, "is a directory");
  if (!fs::is_regular_file(status)) refuse(file, "is not a regular file");
  errno = 0;
  if (access(file.c_str(), R_OK) != 0) refuse(file, fmt::format("cannot be read: {}", std::strerror(errno)));
  // Twice: another process may have written to the file while it was looked at.
  if (const std::string first = truncation(file); !first.empty() && !truncation(file).empty()) refuse(file, first);
}

bool has_tables(const Database& database) { return database.number("SELECT count(*) FROM sqlite_schema") > 0; }

void check_identity(const Database& database) {
  if (database.number("PRAGMA application_id") != store_application)
    refuse(database.file(), has_tables(database) ? "is no store of results: it is a database of another program"
                                                 : "is no store of results: it is an empty database");
  const std::int64_t schema = database.number("PRAGMA user_version");
  if (schema > store_schema)
    refuse(database.file(),
           fmt::format("was written by a newer version: schema {}, this program reads {}", schema, store_schema));
}

// SQLite does not wait for other processes when it changes how it keeps its log.
void use_log(const Database& database) {
  constexpr int pause_ms = 10;
  for (int waited_ms = 0; waited_ms < sqlite::patience_ms; waited_ms += pause_ms) {
    if (database.run_unless_busy("PRAGMA journal_mode = WAL")) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(pause_ms));
  }
  refuse(database.file(), "another program keeps it locked");
}

void make_tables(const Database& database) {
  database.run("PRAGMA page_size = 8192");
  use_log(database);
  sqlite::Transaction transaction(database);
  if (has_tables(database)) return;  // another process was first
  database.run(store_tables());
  database.run(results_view({}, {}));
  database.run(
      fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", store_application, store_schema));
  transaction.commit();
}

}  // namespace

Database open_to_write(const fs::path& file) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (fs::exists(status))
    check_file(file, status);
  else if (file.has_parent_path())
    fs::create_directories(file.parent_path(), error);
  if (fs::exists(status) && access(file.c_str(), W_OK) != 0)
    refuse(file, fmt::format("cannot be written: {}", std::strerror(errno)));
  if (!is_folder_writable(file)) refuse(file, fmt::format("cannot be written: {}", std::strerror(errno)));
  Database database(file, Mode::write);
  if (database.number("PRAGMA application_id") == 0 && !has_tables(database)) make_tables(database);
  check_identity(database);
  use_log(database);
  database.run("PRAGMA synchronous = NORMAL");
  return database;
}

Database open_to_read(const fs::path& file) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (!fs::exists(status)) refuse(file, "no such file");
  check_file(file, status);
  const bool writable = is_folder_writable(file) && access(file.c_str(), W_OK) == 0;
  fs::path shared = file;
  shared += "-shm";
  if (!writable && has_log(file) && !fs::exists(shared, error))
    refuse(file, fmt::format("cannot be read where its folder cannot be written: writes are left in '{}'",
                             log_of(file).string()));
  Database database(file, writable || has_log(file) ? Mode::read : Mode::read_still);
  check_identity(database);
  return database;
}

}  // namespace tilewright

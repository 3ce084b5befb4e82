#include "explore/store/database.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <stdexcept>

#include <fmt/format.h>

#include "common/error.hpp"
#include "common/parallel.hpp"

namespace tilewright::sqlite {

namespace {

// What is wrong with the file, for a person; empty for what is a mistake of this program.
std::string reason(int status, int system_error) {
  const int primary = status & 0xFF;
  if (primary == SQLITE_FULL || ((primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN) && system_error == ENOSPC))
    return "cannot be written: the disk is full; what was stored before is kept";
  switch (primary) {
    case SQLITE_NOTADB:
      return "is no store of results: it is not an SQLite file";
    case SQLITE_CORRUPT:
      return "is damaged: its pages contradict one another";
    case SQLITE_READONLY:
      return "cannot be written: the file or its folder is read-only";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return fmt::format("another program has been writing it for more than {} s", patience_ms / 1000);
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return "cannot be opened: permission denied";
    case SQLITE_CANTOPEN:
      return fmt::format("cannot be opened: {}", system_error == 0 ? "no such file, or its folder is read-only"
                                                                   : std::strerror(system_error));
    case SQLITE_IOERR:
      return fmt::format("cannot be read or written: {}",
                         system_error == 0 ? "input/output error" : std::strerror(system_error));
    case SQLITE_TOOBIG:
      return "cannot hold a text of more than 1 GB";
    default:
      return {};
  }
}

std::string address_of(const std::filesystem::path& file, Mode mode) {
  std::string address = "file:";
  for (const char letter : std::filesystem::absolute(file).string()) {
    const bool special = letter == '?' || letter == '#' || letter == '%';
    address += special ? fmt::format("%{:02x}", static_cast<unsigned char>(letter)) : std::string(1, letter);
  }
  return address + (mode == Mode::read_still ? "?immutable=1" : "");
}

int flags_of(Mode mode) {
  if (mode == Mode::read_still) return SQLITE_OPEN_URI | SQLITE_OPEN_READONLY;
  // Also to read: what a killed process left beside the file is then taken up, and cleared away at the end.
  return SQLITE_OPEN_URI | SQLITE_OPEN_READWRITE | (mode == Mode::write ? SQLITE_OPEN_CREATE : 0);
}

}  // namespace

void Database::Close::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }

Database::Database(const std::filesystem::path& file, Mode mode) : file_(file) {
  sqlite3* handle = nullptr;
  errno = 0;
  const int status = sqlite3_open_v2(address_of(file, mode).c_str(), &handle, flags_of(mode), nullptr);
  handle_.reset(handle);
  if (handle == nullptr) throw std::bad_alloc();
  if (status != SQLITE_OK) fail(sqlite3_extended_errcode(handle));
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, patience_ms);
  run("PRAGMA cache_size = -65536");  // KiB: of a study of 200,000 points, the index of the records and more
  if (mode != Mode::write) run("PRAGMA query_only = 1");
}

void Database::fail(int status) const {
  const int system_error = sqlite3_system_errno(handle_.get());
  if (status == SQLITE_INTERRUPT) throw Interrupted();
  if (status == SQLITE_NOMEM) throw std::bad_alloc();
  if (const std::string why = reason(status, system_error); !why.empty())
    throw InputError({file_.string()}, "", why);
  throw std::logic_error(fmt::format("{}: SQLite: {} ({})", file_.string(), sqlite3_errmsg(handle_.get()), status));
}

bool Database::run_unless_busy(const std::string& sql) const {
  const int status = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if ((status & 0xFF) == SQLITE_BUSY) return false;
  if (status != SQLITE_OK) fail(status);
  return true;
}

void Database::run(const std::string& sql) const {
  if (!run_unless_busy(sql)) fail(SQLITE_BUSY);
}

std::int64_t Database::number(const std::string& sql) const {
  Statement statement(*this, sql);
  return statement.step() ? statement.integer(0) : 0;
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement::Statement(const Database& database, const std::string& sql) : database_(&database) {
  sqlite3_stmt* handle = nullptr;
  check(sqlite3_prepare_v3(database.get(), sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &handle, nullptr));
  handle_.reset(handle);
}

void Statement::check(int status) const {
  if (status != SQLITE_OK) database_->fail(status);
}

Statement& Statement::bind(int parameter, std::string_view text) {
  const char* begin = text.data() == nullptr ? "" : text.data();
  check(sqlite3_bind_text64(handle_.get(), parameter, begin, text.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind(int parameter, double number) {
  check(sqlite3_bind_double(handle_.get(), parameter, number));
  return *this;
}

Statement& Statement::bind(int parameter, std::int64_t number) {
  check(sqlite3_bind_int64(handle_.get(), parameter, number));
  return *this;
}

Statement& Statement::bind(int parameter, const Digest& digest) {
  check(sqlite3_bind_blob(handle_.get(), parameter, digest.data(), static_cast<int>(digest.size()), SQLITE_STATIC));
  return *this;
}

Statement& Statement::bind_null(int parameter) {
  check(sqlite3_bind_null(handle_.get(), parameter));
  return *this;
}

bool Statement::step() {
  const int status = sqlite3_step(handle_.get());
  if (status == SQLITE_ROW) return true;
  sqlite3_reset(handle_.get());
  if (status != SQLITE_DONE) database_->fail(status);
  return false;
}

void Statement::reset() { sqlite3_reset(handle_.get()); }

void Statement::run() {
  while (step()) continue;
}

bool Statement::is_null(int column) const { return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL; }

bool Statement::is_text(int column) const { return sqlite3_column_type(handle_.get(), column) == SQLITE_TEXT; }

std::string_view Statement::text(int column) const {
  const auto* begin = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column));
  return begin == nullptr ? std::string_view() : std::string_view(begin, size);
}

double Statement::number(int column) const { return sqlite3_column_double(handle_.get(), column); }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(handle_.get(), column); }

Digest Statement::digest(int column) const {
  Digest digest{};
  const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(handle_.get(), column));
  if (bytes == nullptr || sqlite3_column_bytes(handle_.get(), column) != static_cast<int>(digest.size()))
    throw InputError({database_->file().string()}, "", "is damaged: a digest is not 16 bytes");
  std::copy_n(bytes, digest.size(), digest.begin());
  return digest;
}

// At once for writing: one that begins as a reader and then finds another writer could only give up.
Transaction::Transaction(const Database& database) : database_(&database) { database.run("BEGIN IMMEDIATE"); }

Transaction::~Transaction() {
  if (database_ != nullptr && sqlite3_get_autocommit(database_->get()) == 0)
    sqlite3_exec(database_->get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  database_->run("COMMIT");
  database_ = nullptr;
}

Snapshot::Snapshot(const Database& database)
    : database_(sqlite3_get_autocommit(database.get()) == 0 ? nullptr : &database) {
  if (database_ != nullptr) database_->run("BEGIN");
}

Snapshot::~Snapshot() {
  if (database_ != nullptr) sqlite3_exec(database_->get(), "COMMIT", nullptr, nullptr, nullptr);
}

std::string quoted(std::string_view name) {
  std::string result = "\"";
  for (const char letter : name) result += letter == '"' ? std::string("\"\"") : std::string(1, letter);
  return result + '"';
}

}  // namespace tilewright::sqlite

// SQLite behind one connection: statements and transactions, and every failure as one line that names the file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "common/digest.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace tilewright::sqlite {

/// How long to wait for another process that writes.
constexpr int patience_ms = 60'000;

enum class Mode {
  read,        ///< the file must be there
  read_still,  ///< the same of a file that nobody writes meanwhile, in a folder that cannot be written
  write        ///< the file is made if it is not there
};

class Database {
 public:
  /// Throws InputError for a file that cannot be opened.
  Database(const std::filesystem::path& file, Mode mode);
  /// One or several statements that give no rows.
  void run(const std::string& sql) const;
  /// The same; false where another process is in the way, and nothing is done.
  [[nodiscard]] bool run_unless_busy(const std::string& sql) const;
  /// The number that a statement gives.
  [[nodiscard]] std::int64_t number(const std::string& sql) const;
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  [[nodiscard]] sqlite3* get() const { return handle_.get(); }
  /// Throws what the status of a call of the library says, about this file: Interrupted, InputError for what the
  /// file, the disk and other processes do, std::logic_error for the rest.
  [[noreturn]] void fail(int status) const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  std::filesystem::path file_;
  std::unique_ptr<sqlite3, Close> handle_;
};

/// A prepared statement. Parameters count from 1, columns from 0.
class Statement {
 public:
  Statement(const Database& database, const std::string& sql);

  /// Texts and digests are read at step(): they must still be there.
  Statement& bind(int parameter, std::string_view text);
  Statement& bind(int parameter, double number);
  Statement& bind(int parameter, std::int64_t number);
  Statement& bind(int parameter, const Digest& digest);
  Statement& bind_null(int parameter);
  /// Whether there is a (next) row; what it says is there until the next call. After the last one the statement can
  /// be bound and stepped again.
  bool step();
  /// For a statement that is not stepped to its end.
  void reset();
  /// Of a statement without rows.
  void run();

  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] bool is_text(int column) const;
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] double number(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;
  /// Throws InputError for anything but 16 bytes.
  [[nodiscard]] Digest digest(int column) const;

 private:
  void check(int status) const;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  const Database* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

/// Writes of one process at a time, all or none of them: none unless commit() is reached.
class Transaction {
 public:
  explicit Transaction(const Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  const Database* database_;
};

/// Reads of one moment, whatever others write meanwhile. Not within another one; within a
/// transaction that of the transaction.
class Snapshot {
 public:
  explicit Snapshot(const Database& database);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  const Database* database_;  // nothing: the transaction's
};

/// A name as SQL takes it, whatever is in it.
std::string quoted(std::string_view name);

}  // namespace tilewright::sqlite

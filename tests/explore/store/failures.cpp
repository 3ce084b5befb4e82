// What is wrong with a store's file is one line, and changes nothing.
#include <sched.h>
#include <sys/mount.h>

#include <fstream>

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "tests/common/folder.hpp"
#include "tests/explore/store/child.hpp"
#include "tests/explore/store/samples.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

namespace fs = std::filesystem;

std::vector<StoredRecord> records_from(std::size_t first, std::size_t count) {
  std::vector<StoredRecord> records;
  for (std::size_t i = first; i < first + count; ++i)
    records.push_back({DigestBuilder().add(static_cast<double>(i)).value(), long_record(i, 40)});
  return records;
}

struct Fixture {
  Fixture() { fs::permissions(folder.path(), fs::perms(0755)); }

  void make(std::size_t count = 100) const { Store::create_or_open(file).put(records_from(0, count)); }

  // The same to read and to write; and that the file is as it was.
  [[nodiscard]] std::string refusal() const {
    const std::string before = read_file(file);
    const std::string read = message_of([&] { (void)Store::open(file); });
    const std::string written = message_of([&] { Store::create_or_open(file).put(records_from(0, 1)); });
    CHECK(read == written);
    CHECK(read_file(file) == before);
    return read.starts_with(file.string() + ": ") ? read.substr(file.string().size() + 2) : read;
  }

  // A big-endian number of the header.
  void patch(std::streamoff at, std::uint32_t number) const {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(at);
    for (int shift = 24; shift >= 0; shift -= 8) stream.put(static_cast<char>(number >> shift));
  }

  TemporaryFolder folder;
  fs::path file = folder.path() / "results.sqlite";
};

std::size_t count_of(const Store& store) {
  std::size_t count = 0;
  store.for_each_record([&](const StoredRecord& each) {
    CHECK(bits_of(each.record) == bits_of(records_from(count, 1)[0].record));
    ++count;
  });
  return count;
}

constexpr std::streamoff user_version_at = 60;  // of SQLite's database header
constexpr std::streamoff application_id_at = 68;

}  // namespace

TEST_CASE_METHOD(Fixture, "a store of a newer schema is refused", "[store]") {
  make();
  patch(user_version_at, 2);
  CHECK(refusal() == "was written by a newer version: schema 2, this program reads 1");
  patch(user_version_at, 1);
  CHECK(count_of(Store::open(file)) == 100);
}

TEST_CASE_METHOD(Fixture, "a database of another program is refused", "[store]") {
  make();
  patch(application_id_at, 7);
  CHECK(refusal() == "is no store of results: it is a database of another program");
  patch(application_id_at, 0);
  CHECK(refusal() == "is no store of results: it is a database of another program");
}

TEST_CASE_METHOD(Fixture, "a truncated store is refused", "[store]") {
  make();
  const auto size = fs::file_size(file);
  for (const std::uintmax_t left : {size - 1, size - 8192, std::uintmax_t(8192), std::uintmax_t(100)}) {
    fs::resize_file(file, left);
    CHECK(refusal() == fmt::format("is truncated: {} B of {} B", left, size));
  }
  fs::resize_file(file, 50);
  CHECK(refusal() == "is truncated: 50 B of 100 B");
}

TEST_CASE_METHOD(Fixture, "pages of something else are refused", "[store]") {
  make();
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(8192);
  for (std::uintmax_t i = 8192; i < fs::file_size(file); ++i) stream.put('x');
  stream.close();
  CHECK(message_of([&] { (void)count_of(Store::open(file)); }) ==
        file.string() + ": is damaged: its pages contradict one another");
}

TEST_CASE_METHOD(Fixture, "a file that is no database is refused", "[store]") {
  write_file(file, "time_s,area_m2\n1,2\n");
  CHECK(refusal() == "is no store of results: it is not an SQLite file");
  write_file(file, std::string(10000, 'x'));
  CHECK(refusal() == "is no store of results: it is not an SQLite file");
}

TEST_CASE_METHOD(Fixture, "where no file can be", "[store]") {
  const auto both = [](const fs::path& path) {
    return message_of([&] { (void)Store::open(path); }) + " | " +
           message_of([&] { (void)Store::create_or_open(path); });
  };
  const std::string at = folder.path().string();
  CHECK(both(at) == at + ": is a directory | " + at + ": is a directory");
  CHECK(both("/dev/null") == "/dev/null: is not a regular file | /dev/null: is not a regular file");
  CHECK(message_of([&] { (void)Store::open(file); }) == file.string() + ": no such file");
  CHECK_FALSE(fs::exists(file));
  write_file(folder.path() / "a", "");
  CHECK(message_of([&] { (void)Store::create_or_open(folder.path() / "a/b/results.sqlite"); }) ==
        at + "/a/b/results.sqlite: cannot be written: Not a directory");
  CHECK(store_file(folder.path()) == file);
  CHECK(store_file(file) == file);
}

TEST_CASE_METHOD(Fixture, "an empty file becomes a store, and is none to read", "[store]") {
  write_file(file, "");
  CHECK(message_of([&] { (void)Store::open(file); }) ==
        file.string() + ": is no store of results: it is an empty database");
  make();
  CHECK(count_of(Store::open(file)) == 100);
}

TEST_CASE_METHOD(Fixture, "a file in a new folder whose name has what addresses give a meaning", "[store]") {
  const fs::path odd = folder.path() / "a?b#c%41 d" / "results.sqlite";
  Store::create_or_open(odd).put(records_from(0, 3));
  CHECK(fs::exists(odd));
  CHECK(count_of(Store::open(odd)) == 3);
}

TEST_CASE_METHOD(Fixture, "a store that may not be written is read, and not written", "[store]") {
  make();
  const auto write = [&] { Store::create_or_open(file).put(records_from(200, 1)); };
  const auto read = [&] {
    if (count_of(Store::open(file)) != 100) throw InputError("not 100 records");
  };
  SECTION("the file") { fs::permissions(file, fs::perms(0444)); }
  SECTION("the folder") { fs::permissions(folder.path(), fs::perms(0555)); }
  CHECK(message_in_child(be_nobody, read) == "no error");
  CHECK(message_in_child(be_nobody, write) == file.string() + ": cannot be written: Permission denied");
  CHECK(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()) == 1);
  fs::permissions(file, fs::perms(0));
  CHECK(message_in_child(be_nobody, read) == file.string() + ": cannot be read: Permission denied");
}

TEST_CASE_METHOD(Fixture, "writes that wait in a log are not read where they cannot be taken up", "[store]") {
  const int status = [&] {
    int result = 0;
    waitpid(start([&] {
              Store store = Store::create_or_open(file);
              store.put(records_from(0, 100));
              _exit(7);  // no close
            }),
            &result, 0);
    return WEXITSTATUS(result);
  }();
  REQUIRE(status == 7);
  fs::remove(file.string() + "-shm");
  fs::permissions(file, fs::perms(0444));
  const auto read = [&] { (void)Store::open(file); };
  CHECK(message_in_child(be_nobody, read) ==
        fmt::format("{0}: cannot be read where its folder cannot be written: writes are left in '{0}-wal'",
                    file.string()));
  fs::permissions(file, fs::perms(0644));
  CHECK(count_of(Store::open(file)) == 100);
  CHECK(count_of(Store::open(file)) == 100);
}

TEST_CASE_METHOD(Fixture, "a full disk loses nothing that was stored", "[store]") {
  const fs::path mount_point = folder.path() / "small";
  fs::create_directory(mount_point);
  const fs::path small = mount_point / "results.sqlite";
  std::size_t stored = 0;
  const auto mount_small = [&] {
    const int spaces = CLONE_NEWNS | (geteuid() == 0 ? 0 : CLONE_NEWUSER);
    if (unshare(spaces) != 0 || mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("none", mount_point.c_str(), "tmpfs", 0, "size=1m") != 0)
      throw std::runtime_error("no file system of its own");
  };
  const auto fill = [&] {
    Store store = Store::create_or_open(small);
    for (;; stored += 50) store.put(records_from(stored, 50));
  };
  // In one process, as its file system is gone with it.
  const std::string message = message_in_child(mount_small, [&] {
    const std::string full = message_of(fill);
    if (full != small.string() + ": cannot be written: the disk is full; what was stored before is kept")
      throw InputError("full: " + full);
    if (stored == 0 || count_of(Store::open(small)) != stored) throw InputError("lost records");
    if (message_of(fill) != full) throw InputError("still full: " + message_of(fill));
    mount("none", mount_point.c_str(), "tmpfs", MS_REMOUNT, "size=8m");
    Store::create_or_open(small).put(records_from(stored, 50));
    if (count_of(Store::open(small)) != stored + 50) throw InputError("no more records");
    // What there is no space to make is not there.
    const fs::path other = mount_point / "other/results.sqlite";
    std::ofstream(mount_point / "filler") << std::string(16 << 20, 'x');
    const std::string no_space = message_of([&] { (void)Store::create_or_open(other); });
    if (no_space.find("the disk is full") == std::string::npos) throw InputError("made: " + no_space);
    fs::remove(mount_point / "filler");
    Store::create_or_open(other).put(records_from(0, 1));
    if (count_of(Store::open(other)) != 1) throw InputError("not made");
  });
  if (message == "stopped")
    WARN("a file system of its own cannot be mounted here");
  else
    CHECK(message == "no error");
}

}  // namespace tilewright::test::TEST_FILE

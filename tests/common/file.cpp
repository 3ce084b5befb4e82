#include "common/file.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>

#include "tests/common/folder.hpp"
#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace fs = std::filesystem;

namespace {

std::size_t count_entries(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

/// A kind of configs under home() that only this process uses.
class TemporaryKind {
 public:
  TemporaryKind() : name_("test_kind_" + std::to_string(getpid())), folder_(home() / "configs" / name_) {}
  ~TemporaryKind() { fs::remove_all(folder_); }
  TemporaryKind(const TemporaryKind&) = delete;
  TemporaryKind& operator=(const TemporaryKind&) = delete;
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const fs::path& folder() const { return folder_; }

 private:
  std::string name_;
  fs::path folder_;
};

/// Runs in another current folder.
class InFolder {
 public:
  explicit InFolder(const fs::path& folder) : before_(fs::current_path()) { fs::current_path(folder); }
  ~InFolder() { fs::current_path(before_); }
  InFolder(const InFolder&) = delete;
  InFolder& operator=(const InFolder&) = delete;

 private:
  fs::path before_;
};

}  // namespace

TEST_CASE("a file is read as it was written") {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "new" / "x.txt";
  const std::string content = std::string("a\0b\r\n", 5);
  write_file(file, content);
  CHECK(read_file(file) == content);
  write_file(file, "");
  CHECK(read_file(file).empty());
  CHECK(count_entries(file.parent_path()) == 1);
}

TEST_CASE("what cannot be read is refused") {
  const TemporaryFolder folder;
  const std::string file = folder.path() / "x";
  CHECK(message_of([&] { return read_file(file); }) == file + ": no such file");
  CHECK(message_of([&] { return read_file(folder.path()); }) == folder.path().string() + ": is a directory");
  CHECK(message_of([&] { return read_file("/dev/zero"); }) == "/dev/zero: is not a regular file");
  write_file(file, "12345");
  CHECK(message_of([&] { return read_file(file, 4); }) ==
        file + ": is 5 B, more than the 4 B that a file may have");
  CHECK(read_file(file, 5) == "12345");
  REQUIRE(mkfifo((folder.path() / "pipe").c_str(), 0600) == 0);
  CHECK(message_of([&] { return read_file(folder.path() / "pipe"); }) ==
        (folder.path() / "pipe").string() + ": is not a regular file");
}

TEST_CASE("what cannot be written is refused and leaves nothing behind") {
  const TemporaryFolder folder;
  const std::string path = folder.path();
  CHECK(message_of([&] { write_file(folder.path(), "x"); }) == path + ": is a directory");
  write_file(folder.path() / "file", "kept");
  CHECK(message_of([&] { write_file(folder.path() / "file" / "x", "y"); }) ==
        path + "/file/x: cannot be written: Not a directory");
  const std::string too_long(250, 'n');  // a name of its own is fine, with the suffix of the part it is not
  CHECK(message_of([&] { write_file(folder.path() / too_long, "y"); }) ==
        path + "/" + too_long + ": cannot be written: File name too long");
  CHECK(read_file(folder.path() / "file") == "kept");
  CHECK(count_entries(folder.path()) == 1);
}

TEST_CASE("a write that fails midway leaves the old file and nothing else") {
  const TemporaryFolder folder;
  const std::string file = folder.path() / "x";
  write_file(file, "kept");
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
  const rlimit small{1 << 16, before.rlim_max};
  const auto signal_before = std::signal(SIGXFSZ, SIG_IGN);
  REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
  const std::string message = message_of([&] { write_file(file, std::string(1 << 20, 'x')); });
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, signal_before);
  CHECK(message == file + ": cannot be written: File too large");
  CHECK(read_file(file) == "kept");
  CHECK(count_entries(folder.path()) == 1);
}

TEST_CASE("a file that is written piece by piece is there at its end, or not at all") {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "x";
  write_file(file, "kept");
  {
    FileWriter writer(file);
    writer.write("lost");
    CHECK(count_entries(folder.path()) == 2);
  }
  CHECK(read_file(file) == "kept");
  CHECK(count_entries(folder.path()) == 1);
  FileWriter writer(file);
  writer.write("a");
  writer.write("b");
  CHECK(read_file(file) == "kept");
  writer.commit();
  CHECK(read_file(file) == "ab");
  CHECK(count_entries(folder.path()) == 1);
}

TEST_CASE("a rename that fails leaves nothing") {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "new").string() + "/";
  CHECK(message_of([&] { write_file(file, "x"); }) == file + ": cannot be written: Not a directory");
  CHECK(count_entries(file) == 0);
}

TEST_CASE("a full device is noticed") {
  if (!fs::exists("/dev/full")) return;
  CHECK(message_of([] { write_file("/dev/full", "x"); }) ==
        "/dev/full: cannot be written: No space left on device");
}

TEST_CASE("devices and links are written through, not replaced") {
  const TemporaryFolder folder;
  write_file("/dev/null", "x");
  CHECK(fs::is_character_file("/dev/null"));
  write_file(folder.path() / "file", "old");
  fs::create_symlink("file", folder.path() / "link");
  write_file(folder.path() / "link", "new");
  CHECK(fs::is_symlink(folder.path() / "link"));
  CHECK(read_file(folder.path() / "file") == "new");
}

TEST_CASE("home has configs") { CHECK(fs::is_directory(home() / "configs")); }

TEST_CASE("a config is found by name or by path") {
  const TemporaryKind kind;
  write_file(kind.folder() / "fusemax.yaml", "a: 1");
  write_file(kind.folder() / "gpu" / "fa3.yaml", "a: 1");
  write_file(kind.folder() / "notes.txt", "");
  CHECK(list_configs(kind.name()) == std::vector<std::string>{"fusemax", "gpu/fa3"});
  CHECK(find_config(kind.name(), "fusemax") == kind.folder() / "fusemax.yaml");
  CHECK(find_config(kind.name(), "gpu/fa3") == kind.folder() / "gpu" / "fa3.yaml");
  const fs::path file = kind.folder() / "gpu" / "fa3.yaml";
  CHECK(find_config(kind.name(), file) == file);
}

TEST_CASE("a path wins over a name, and a name over a folder") {
  const TemporaryKind kind;
  write_file(kind.folder() / "fusemax.yaml", "a: 1");
  const TemporaryFolder folder;
  const InFolder inside(folder.path());
  fs::create_directory("fusemax");
  CHECK(find_config(kind.name(), "fusemax") == kind.folder() / "fusemax.yaml");
  fs::remove("fusemax");
  write_file("fusemax", "a: 2");
  CHECK(find_config(kind.name(), "fusemax") == fs::path("fusemax"));
  write_file("mine.yaml", "a: 2");
  CHECK(find_config(kind.name(), "mine.yaml") == fs::path("mine.yaml"));
}

TEST_CASE("an unknown config is refused with the nearest") {
  const TemporaryKind kind;
  write_file(kind.folder() / "fusemax.yaml", "a: 1");
  write_file(kind.folder() / "flat.yaml", "a: 1");
  const auto refusal = [&](const std::string& name) {
    return message_of([&] { return find_config(kind.name(), name); });
  };
  const std::string where = " in configs/" + kind.name() + ", nor is it a file; ";
  CHECK(refusal("fuzemax") == "no 'fuzemax'" + where + "did you mean 'fusemax'?");
  CHECK(refusal("fusemax.yaml") == "no 'fusemax.yaml'" + where + "did you mean 'fusemax'?");
  CHECK(refusal("zzz") == "no 'zzz'" + where + "known: flat, fusemax");
  CHECK(refusal("") == "no ''" + where + "known: flat, fusemax");
  CHECK(refusal("/tmp") == "/tmp: is a directory");
  CHECK(message_of([] { return find_config("no_such_kind", "x"); }) ==
        "no 'x' in configs/no_such_kind, nor is it a file");
  CHECK(list_configs("no_such_kind").empty());
}

}  // namespace tilewright::test::TEST_FILE

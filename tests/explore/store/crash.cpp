// A writer that is killed loses the call in which it was, and nothing else.
#include <csignal>
#include <random>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/common/folder.hpp"
#include "tests/explore/store/child.hpp"
#include "tests/explore/store/samples.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t total = 20'000;
constexpr std::size_t batch = 100;

Digest digest_at(std::size_t number) { return DigestBuilder().add(static_cast<double>(number)).value(); }

StudyPoint point_at(std::size_t number) {
  return {"series", number + 1, digest_at(number), record_of({{"point.M", static_cast<double>(number)}})};
}

// What a sweep does: says its points, and computes those that have no record yet.
void write_missing(const fs::path& file) {
  Store store = Store::create_or_open(file);
  (void)store.set_points("s", {{"version", "1"}}, total, point_at);
  for (std::size_t first = 0; first < total; first += batch) {
    std::vector<Digest> digests;
    for (std::size_t i = first; i < first + batch; ++i) digests.push_back(digest_at(i));
    const std::vector<bool> known = store.known(digests);
    std::vector<StoredRecord> records;
    for (std::size_t i = 0; i < batch; ++i)
      if (!known[i]) records.push_back({digests[i], long_record(first + i, 30)});
    store.put(records);
  }
}

std::size_t count_of(const fs::path& file) {
  std::size_t count = 0;
  Store::open(file).for_each_record([&](const StoredRecord&) { ++count; });
  return count;
}

// One that is killed before it has its first tables leaves none.
std::size_t count_after_kill(const fs::path& file) {
  try {
    return fs::exists(file) ? count_of(file) : 0;
  } catch (const InputError& error) {
    CHECK(error.what() == file.string() + ": is no store of results: it is an empty database");
    return 0;
  }
}

}  // namespace

TEST_CASE("a store that was killed twenty times is the one that was not", "[store][slow]") {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "results.sqlite";
  const fs::path undisturbed = folder.path() / "undisturbed.sqlite";
  const auto begin = std::chrono::steady_clock::now();
  write_missing(undisturbed);
  const std::chrono::duration<double> whole_s = std::chrono::steady_clock::now() - begin;
  std::uniform_real_distribution<double> part(0, 0.25);
  std::mt19937 random(7);
  std::size_t before = 0;
  for (int i = 0; i < 20; ++i) {
    const pid_t child = start([&] { write_missing(file); });
    std::this_thread::sleep_for(whole_s * part(random));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    const std::size_t after = count_after_kill(file);
    CHECK(after >= before);
    CHECK(after % batch == 0);
    before = after;
  }
  CHECK(before > 0);
  write_missing(file);
  CHECK(count_of(file) == total);
  CHECK(bits_of(Store::open(file), "s") == bits_of(Store::open(undisturbed), "s"));
}

TEST_CASE("two processes at once fill one store", "[store][slow]") {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "results.sqlite";
  std::vector<pid_t> children;
  for (int i = 0; i < 2; ++i) children.push_back(start([&] { write_missing(file); }));
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(status == 0);
  }
  const fs::path alone = folder.path() / "alone.sqlite";
  write_missing(alone);
  CHECK(count_of(file) == total);
  CHECK(bits_of(Store::open(file), "s") == bits_of(Store::open(alone), "s"));
}

}  // namespace tilewright::test::TEST_FILE

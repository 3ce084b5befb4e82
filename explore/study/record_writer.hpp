// Puts results into a store while others are computed: many at once, or whatever has come in a fiftieth of a
// second. What a kill loses is what is being computed and written at that moment.
#pragma once

#include <condition_variable>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "explore/store/store.hpp"

namespace tilewright {

class RecordWriter {
 public:
  /// The store is its own until finish(), but for what goes through with_store().
  explicit RecordWriter(Store& store);
  /// Without finish(), as after an error: what is not written yet is lost.
  ~RecordWriter();

  /// Any thread. Waits where very much is still to be written. Throws what writing threw.
  void add(StoredRecord record, std::string mapping = {});
  /// Any thread: the store, between two writes.
  template <class Action>
  auto with_store(Action action) {
    const std::scoped_lock lock(store_mutex_);
    return action(store_);
  }
  /// Writes the rest. Throws what writing threw.
  void finish();

 private:
  struct Mapping {
    Digest digest;
    std::string text;
  };

  void run();
  void write(const std::vector<StoredRecord>& records, const std::vector<Mapping>& mappings);

  Store& store_;
  std::mutex store_mutex_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<StoredRecord> records_;
  std::vector<Mapping> mappings_;
  std::exception_ptr failed_;
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace tilewright

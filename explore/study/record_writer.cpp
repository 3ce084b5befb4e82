#include "explore/study/record_writer.hpp"

#include <chrono>
#include <utility>

namespace tilewright {

namespace {
constexpr std::size_t most_waiting = 4096;
// A transaction has so many records, or what has come in so long.
constexpr std::size_t at_once = 256;
constexpr std::chrono::milliseconds longest_wait{20};
}  // namespace

RecordWriter::RecordWriter(Store& store) : store_(store), thread_([this] { run(); }) {}

RecordWriter::~RecordWriter() {
  {
    const std::scoped_lock lock(mutex_);
    ends_ = true;
    records_.clear();
    mappings_.clear();
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void RecordWriter::add(StoredRecord record, std::string mapping) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return failed_ || records_.size() < most_waiting; });
  if (failed_) std::rethrow_exception(failed_);
  if (!mapping.empty()) mappings_.push_back({record.digest, std::move(mapping)});
  records_.push_back(std::move(record));
  if (records_.size() == 1 || records_.size() == at_once) changed_.notify_all();
}

void RecordWriter::finish() {
  {
    const std::scoped_lock lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  thread_.join();
  if (failed_) std::rethrow_exception(failed_);
}

void RecordWriter::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ends_ || !records_.empty(); });
    if (records_.empty()) return;
    changed_.wait_for(lock, longest_wait, [this] { return ends_ || records_.size() >= at_once; });
    const auto records = std::exchange(records_, {});
    const auto mappings = std::exchange(mappings_, {});
    lock.unlock();
    changed_.notify_all();
    try {
      write(records, mappings);
      lock.lock();
    } catch (...) {
      lock.lock();
      failed_ = std::current_exception();
      changed_.notify_all();
      return;
    }
  }
}

// Mappings first: a record that is there has its own.
void RecordWriter::write(const std::vector<StoredRecord>& records, const std::vector<Mapping>& mappings) {
  const std::scoped_lock lock(store_mutex_);
  for (const Mapping& mapping : mappings) store_.put_mapping(mapping.digest, mapping.text);
  store_.put(records);
}

}  // namespace tilewright

// The records of a sweep into a store of its own.
#pragma once

#include <string>
#include <vector>

#include "explore/study/sweep.hpp"
#include "tests/common/folder.hpp"

namespace tilewright::test {

inline std::vector<Record> records_of(const Store& store, const Study& study) {
  std::vector<Record> records;
  store.for_each(study.name, [&](Record record) { records.push_back(std::move(record)); });
  return records;
}

inline std::vector<Record> sweep_records(const Study& study, const SweepOptions& options = {}) {
  const TemporaryFolder folder;
  Store store = Store::create_or_open(folder.path() / "results.sqlite");
  Library library;
  (void)sweep(study, library, store, options);
  return records_of(store, study);
}

}  // namespace tilewright::test

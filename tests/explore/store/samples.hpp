// Shared by the tests of stores: records, and what is the same in two of them.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "explore/store/store.hpp"

namespace tilewright::test {

inline Record record_of(std::vector<std::pair<std::string, RecordValue>> fields) {
  Record record;
  for (auto& [name, value] : fields) record.add(name, value);
  return record;
}

inline Digest digest_of(const std::string& text) { return DigestBuilder().add(text).value(); }

/// Names, kinds and bits, in order.
inline std::string bits_of(const Record& record) {
  std::string text;
  for (const auto& [name, value] : record.fields()) {
    const double* number = std::get_if<double>(&value);
    text += number == nullptr ? fmt::format("{}='{}' ", name, std::get<std::string>(value))
                              : fmt::format("{}={:x} ", name, std::bit_cast<std::uint64_t>(*number));
  }
  return text;
}

inline std::string bits_of(const Store& store, const std::string& study) {
  std::string text;
  store.for_each(study, [&](const Record& record) { text += bits_of(record) + '\n'; });
  return text;
}

/// As models give them: `fields` numbers and a few texts.
inline Record long_record(std::size_t number, std::size_t fields) {
  Record record = record_of({{"workload", "attention of a model"},
                             {"arch", "an architecture"},
                             {"time_s", 1e-3 / static_cast<double>(number + 1)},
                             {"binding", number % 3 == 0 ? "dram" : "array"}});
  for (std::size_t i = record.fields().size(); i < fields; ++i)
    record.add(fmt::format("traffic.dram.T{}.E{}.read_B", i % 12, i), static_cast<double>(number * 64 + i) / 3);
  return record;
}

}  // namespace tilewright::test

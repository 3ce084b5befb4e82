// Shared by the tests of report/: a small study of two series and the specs around it.
#pragma once

#include <string>
#include <vector>

#include "report/spec.hpp"
#include "sim/record/record.hpp"

namespace tilewright::test {

inline Record sample_record(const std::string& series, const std::string& model, double length, double time_s) {
  Record record;
  record.add("series", series);
  record.add("point.model", model);
  record.add("point.length", length);
  record.add("version", "1.2.3");
  record.add("commit", "abc");
  record.add("binding", "vector");
  record.add("time_s", time_s);
  return record;
}

/// Series run-slow (8, 16 s; 32 s for XL) and run-fast (2, 2 s; 16 s), over models S and XL and lengths 1024 and
/// 4096; the point XL, 4096 is missing in run-fast. Only run-slow has energies, and not for S at 4096.
inline std::vector<Record> sample_records() {
  std::vector<Record> records = {
      sample_record("run-slow", "XL", 4096, 64), sample_record("run-slow", "XL", 1024, 32),
      sample_record("run-slow", "S", 1024, 8),   sample_record("run-slow", "S", 4096, 16),
      sample_record("run-fast", "XL", 1024, 16), sample_record("run-fast", "S", 1024, 2),
      sample_record("run-fast", "S", 4096, 2)};
  records[0].add("energy_J", 6.0);
  records[1].add("energy_J", 4.0);
  records[2].add("energy_J", 2.0);
  return records;
}

inline std::string sample_head() {
  return "report:\n"
         "  name: sample\n"
         "  title: A \"sample\" <report>\n"
         "  study: sample\n"
         "  axes:\n"
         "    length: {label: Length, unit: tokens, scale: log2, names: {1024: 1K, 4096: 4K}}\n"
         "  designs:\n"
         "    slow: {label: \"it's_slow\", color: orange}\n"
         "    fast: {label: Fast & <good>, color: blue}\n"
         "  page:\n";
}

/// A figure with the given keys after kind, name, title, caption; one per line without indentation.
inline std::string sample_figure(const std::string& kind, const std::string& keys) {
  std::string text = sample_head() + "    - figure:\n        kind: " + kind +
                     "\n        name: f\n        title: T\n        caption: C\n";
  std::size_t from = 0;
  while (from < keys.size()) {
    const std::size_t end = keys.find('\n', from);
    text += "        " + keys.substr(from, end - from) + "\n";
    from = end == std::string::npos ? keys.size() : end + 1;
  }
  return text;
}

inline ReportSpec sample_spec(const std::string& text) { return parse_report(Yaml::parse(text, "r.yaml")); }

inline const char* const sample_lines =
    "series: run-{design}\nx: length\npanels: model\ny: {value: time_s, label: Time (s)}";

}  // namespace tilewright::test

#include "sim/systemc/trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <limits>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "common/error.hpp"
#include "sim/systemc/ticks.hpp"

namespace tilewright {

namespace {

// Names of Chromium's own colours for slices (tracing/base/color_scheme.html of the Catapult project).
const char* cname(Colour colour) {
  switch (colour) {
    case Colour::whole:
      return "generic_work";
    case Colour::work:
      return "thread_state_running";
    case Colour::second_work:
      return "rail_response";
    case Colour::third_work:
      return "yellow";
    case Colour::overhead:
      return "grey";
    case Colour::copy:
      return "rail_load";
    case Colour::wait:
      return "terrible";
    case Colour::skipped:
      return "white";
  }
  return "generic_work";
}

// Readers may cut microseconds down to whole nanoseconds (Perfetto: json_utils.cc), so that what is written is the
// least number of which these are left.
double in_us(std::int64_t time_ns) {
  double time_us = static_cast<double>(time_ns) / 1e3;
  while (static_cast<std::int64_t>(time_us * 1e3) < time_ns)
    time_us = std::nextafter(time_us, std::numeric_limits<double>::infinity());
  return time_us;
}

std::string in_quotes(const std::string& text) { return nlohmann::json(text).dump(); }

}  // namespace

class Trace::File {
 public:
  explicit File(std::filesystem::path target) : target_(std::move(target)), beside_(target_) {
    beside_ += ".part";
    std::error_code error;
    const auto status = std::filesystem::status(target_, error);
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
      throw InputError(target_.string() + ": is not a regular file");
    error.clear();
    if (target_.has_parent_path()) std::filesystem::create_directories(target_.parent_path(), error);
    if (error) fail(error.value());
    stream_ = std::fopen(beside_.c_str(), "wb");
    if (stream_ == nullptr) fail(errno);
    write("{\"displayTimeUnit\": \"ns\",\n\"traceEvents\": [");
  }
  ~File() {
    if (stream_ == nullptr) return;
    std::fclose(stream_);
    std::error_code ignored;
    std::filesystem::remove(beside_, ignored);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  // A failure waits for finish(): exceptions do not get through a process of the simulation.
  void write(const std::string& text) {
    if (error_ == 0 && std::fwrite(text.data(), 1, text.size(), stream_) != text.size()) error_ = errno;
  }
  void event(const std::string& text) {
    write(first_ ? "\n" : ",\n");
    write(text);
    first_ = false;
  }
  void finish(const std::string& metadata) {
    write("\n],\n\"metadata\": " + metadata + "}\n");
    if (std::fflush(stream_) != 0 && error_ == 0) error_ = errno;
    if (error_ != 0) fail(error_);
    if (std::fclose(std::exchange(stream_, nullptr)) != 0) fail(errno);
    std::error_code error;
    std::filesystem::rename(beside_, target_, error);
    if (error) fail(error.value());
  }

 private:
  [[noreturn]] void fail(int error) const {
    throw InputError(
        fmt::format("{}: cannot be written: {}", target_.string(), std::generic_category().message(error)));
  }

  std::filesystem::path target_;
  std::filesystem::path beside_;
  std::FILE* stream_ = nullptr;
  int error_ = 0;
  bool first_ = true;
};

Trace::Trace(TraceOptions options, TraceClock clock)
    : file_(std::make_unique<File>(options.file)), options_(std::move(options)), clock_(std::move(clock)) {}

Trace::~Trace() = default;

void Trace::name_process(int process, const std::string& name) {
  file_->event(fmt::format(R"({{"ph": "M", "name": "process_name", "pid": {}, "args": {{"name": {}}}}})", process,
                           in_quotes(name)));
}

void Trace::name_row(int process, int row, const std::string& name) {
  file_->event(fmt::format(R"({{"ph": "M", "name": "thread_name", "pid": {}, "tid": {}, "args": {{"name": {}}}}})",
                           process, row, in_quotes(name)));
  file_->event(fmt::format(
      R"({{"ph": "M", "name": "thread_sort_index", "pid": {}, "tid": {}, "args": {{"sort_index": {}}}}})", process,
      row, row));
}

std::int64_t Trace::in_ns(double cycle) const { return std::llround(in_ticks(cycle) / clock_.Hz * 1e9); }

void Trace::add(const Slice& slice) {
  const std::int64_t start_ns = in_ns(slice.start);
  const std::int64_t end_ns = in_ns(slice.end);
  if (start_ns == end_ns) return;
  if (slices_ == options_.most_slices) {
    if (left_out_from_ < 0) left_out_from_ = slice.start;
    return;
  }
  ++slices_;
  file_->event(fmt::format(
      R"({{"ph": "X", "name": {}, "cname": "{}", "pid": {}, "tid": {}, "ts": {}, "dur": {}, "args": {{{}: {:.3f}{}}}}})",
      in_quotes(slice.name), cname(slice.colour), slice.process, slice.row, in_us(start_ns),
      in_us(end_ns - start_ns), in_quotes(clock_.cycles), slice.end - slice.start,
      slice.detail.empty() ? "" : ", \"detail\": " + in_quotes(slice.detail)));
}

void Trace::finish(double end, const TraceFacts& facts) {
  nlohmann::ordered_json metadata;
  for (const auto& [name, value] : facts)
    std::visit([&metadata, &key = name](const auto& v) { metadata[key] = v; }, value);
  metadata["clock_Hz"] = clock_.Hz;
  metadata[clock_.cycles] = end;
  metadata["time_s"] = end / clock_.Hz;
  if (left_out_from_ >= 0)
    metadata["left_out"] = fmt::format("slices that are written after the first {}: those from about {:.3f} us on",
                                       options_.most_slices, left_out_from_ / clock_.Hz * 1e6);
  file_->finish(metadata.dump());
}

}  // namespace tilewright

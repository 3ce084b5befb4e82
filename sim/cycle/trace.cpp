#include "sim/cycle/trace.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "common/error.hpp"

namespace tilewright {

namespace {

constexpr double rounding_cycles = 1e-3;

// Names of Chromium's own colours for slices (tracing/base/color_scheme.html of the Catapult project).
const char* cname(Colour colour) {
  switch (colour) {
    case Colour::block:
      return "generic_work";
    case Colour::products:
      return "thread_state_running";
    case Colour::softmax:
      return "rail_response";
    case Colour::mask:
      return "yellow";
    case Colour::tile:
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

std::string quoted(const std::string& text) { return nlohmann::json(text).dump(); }

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

Trace::Trace(const TraceOptions& options, double clock_Hz)
    : file_(std::make_unique<File>(options.file)), options_(options), us_per_cycle_(1e6 / clock_Hz) {}

Trace::~Trace() = default;

bool Trace::shows(int multiprocessor) const {
  return static_cast<std::size_t>(multiprocessor) < options_.multiprocessors;
}

void Trace::name_row(int multiprocessor, int row, const std::string& name) {
  if (row == 0)
    file_->event(
        fmt::format(R"({{"ph": "M", "name": "process_name", "pid": {}, "args": {{"name": "multiprocessor {}"}}}})",
                    multiprocessor, multiprocessor));
  file_->event(fmt::format(R"({{"ph": "M", "name": "thread_name", "pid": {}, "tid": {}, "args": {{"name": {}}}}})",
                           multiprocessor, row, quoted(name)));
  file_->event(fmt::format(
      R"({{"ph": "M", "name": "thread_sort_index", "pid": {}, "tid": {}, "args": {{"sort_index": {}}}}})",
      multiprocessor, row, row));
}

void Trace::add(const Slice& slice) {
  if (slice.end - slice.start < rounding_cycles) return;
  if (slices_ == options_.most_slices) {
    if (left_out_from_ < 0) left_out_from_ = slice.start;
    return;
  }
  ++slices_;
  file_->event(fmt::format(
      R"({{"ph": "X", "name": {}, "cname": "{}", "pid": {}, "tid": {}, "ts": {:.6f}, "dur": {:.6f}, "args": {{"sm_cycles": {:.3f}{}}}}})",
      quoted(slice.name), cname(slice.colour), slice.multiprocessor, slice.row, slice.start * us_per_cycle_,
      (slice.end - slice.start) * us_per_cycle_, slice.end - slice.start,
      slice.detail.empty() ? "" : ", \"detail\": " + quoted(slice.detail)));
}

void Trace::finish(const std::string& about, double multiprocessors, double end) {
  nlohmann::ordered_json metadata;
  metadata["about"] = about;
  metadata["multiprocessors"] = multiprocessors;
  metadata["multiprocessors_shown"] = std::min(multiprocessors, static_cast<double>(options_.multiprocessors));
  metadata["sm_cycles"] = end;
  if (left_out_from_ >= 0)
    metadata["left_out"] = fmt::format("slices that are written after the first {}: those from about {:.3f} us on",
                                       options_.most_slices, left_out_from_ * us_per_cycle_);
  file_->finish(metadata.dump());
}

}  // namespace tilewright

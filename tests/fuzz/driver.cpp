// libFuzzer's side: all readers in one program, which is linked once; `--reader=NAME` says which of them runs.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "common/error.hpp"
#include "kernels/plan/error.hpp"
#include "tests/fuzz/reader.hpp"

namespace tilewright::fuzz {
namespace {

constexpr Reader readers[] = {
    {"arch", read_arch, true},
    {"call", read_call, true},
    {"cascade", read_cascade, true},
    {"choice", read_choice, true},
    {"claims", read_claims, true},
    {"configuration", read_configuration, true},
    {"csv", read_csv, true},
    {"dram", read_dram, true},
    {"einsum", read_einsum, true},
    {"expression", read_expression, true},
    {"intervals", read_intervals, true},
    {"joint-calibration", read_joint_calibration, true},
    {"kernel", read_kernel, true},
    {"mapping", read_mapping, true},
    {"mapspace", read_mapspace, true},
    {"mask", read_mask, false},
    {"mask-data", read_mask_data, false},
    {"mask-file", read_mask_file, true},
    {"model", read_model, true},
    {"operations", read_operations, true},
    {"plan", read_plan, true},
    {"report", read_report, true},
    {"requests", read_requests, false},
    {"settings", read_settings, false},
    {"study", read_study, true},
    {"suite", read_suite, true},
    {"workload", read_workload, true},
};

const Reader* chosen = nullptr;

[[noreturn]] void refuse(const char* why, std::string_view message) {
  std::fprintf(stderr, "%s: %.*s\n", why, static_cast<int>(message.size()), message.data());
  std::abort();
}

// One line that a person can act on, which says where.
void require_message(std::string_view message) {
  if (message.empty()) refuse("no message", message);
  if (message.find('\n') != std::string_view::npos) refuse("a message of several lines", message);
  if (chosen->placed && !message.starts_with(input_name)) refuse("a message without a place", message);
}

[[noreturn]] void list_readers() {
  for (const Reader& reader : readers) std::printf("%s\n", reader.name);
  std::exit(0);
}

}  // namespace
}  // namespace tilewright::fuzz

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  using namespace tilewright::fuzz;
  constexpr std::string_view option = "--reader=";  // libFuzzer leaves what begins with -- alone
  for (int i = 1; i < *count; ++i) {
    const std::string_view argument = (*arguments)[i];
    if (argument == "--list") list_readers();
    if (!argument.starts_with(option)) continue;
    const auto* found = std::ranges::find(readers, argument.substr(option.size()), &Reader::name);
    if (found != std::end(readers)) chosen = found;
  }
  if (chosen == nullptr) refuse("no such reader", "say --reader=NAME; --list lists them");
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tilewright;
  try {
    fuzz::chosen->read(std::string(reinterpret_cast<const char*>(data), size));
  } catch (const InputError& error) {
    fuzz::require_message(error.what());
  } catch (const plan::Error& error) {
    fuzz::require_message(error.what());
  }
  return 0;
}

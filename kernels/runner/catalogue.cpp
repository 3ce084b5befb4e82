#include "kernels/runner/catalogue.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

#include "kernels/attention/instances.hpp"
#include "kernels/attention/specialized_launch.hpp"
#include "kernels/decode/launch.hpp"
#include "kernels/linear/launch.hpp"
#include "kernels/micro/micro.hpp"
#include "kernels/passes/launch.hpp"
#include "kernels/permute/launch.hpp"
#include "kernels/plan/csv.hpp"
#include "kernels/runner/outcome.hpp"

namespace tilewright::kernels::runner {
namespace {

constexpr int head_dims[] = {64, 128};
static_assert(decode_is_compiled(64) && decode_is_compiled(128) && passes_are_compiled(64) &&
              passes_are_compiled(128) && linear_is_compiled(64) && linear_is_compiled(128) &&
              permute_is_compiled(64) && permute_is_compiled(128));

void add_attention(std::span<const Instance> instances, const std::string& needs, std::vector<Compiled>& all) {
  for (const Instance& of : instances) {
    all.push_back(
        {"attention", std::string(of.kernel), std::string(of.dtype), of.head_dim, of.q_tile, of.kv_tile, needs});
  }
}

/// Kernels that choose their tiles themselves.
void add_family(const std::string& operation, const std::vector<std::string>& kernels,
                const std::vector<std::string>& dtypes, std::vector<Compiled>& all) {
  for (const std::string& kernel : kernels) {
    for (const std::string& dtype : dtypes) {
      for (const int head_dim : head_dims) all.push_back({operation, kernel, dtype, head_dim});
    }
  }
}

void add_passes(std::vector<Compiled>& all) {
  for (const char* kernel : {"three-pass", "two-pass", "one-pass"}) {
    for (const int head_dim : head_dims) {
      all.push_back({"passes", kernel, "bf16", head_dim, passes_q_tile, passes_kv_tile});
    }
  }
}

void add_micros(std::vector<Compiled>& all) {
  for (const Micro& of : micros()) {
    all.push_back({"micro", std::string(of.name), "", 0, 0, 0, std::string(of.needs), std::string(of.unit),
                   std::string(of.meaning) + "; " + std::string(of.fills)});
  }
}

std::string number_or_any(int number) { return number == 0 ? "" : std::to_string(number); }

std::vector<std::string> cells_of(const Compiled& of) {
  return {of.operation,
          of.kernel,
          of.dtype,
          number_or_any(of.head_dim),
          number_or_any(of.q_tile),
          number_or_any(of.kv_tile),
          of.needs,
          of.unit,
          of.about};
}

/// As a point has it: 0 and empty stand for a cell that is empty.
Compiled asked_by(const plan::Row& point) {
  const auto tokens = [](const plan::Shape& tile) { return static_cast<int>(plan::tokens_in(tile)); };
  return {point.operation, point.kernel, point.dtype, point.head_dim, tokens(point.q_tile), tokens(point.kv_tile)};
}

bool fits(const std::string& compiled, const std::string& asked) { return compiled.empty() || compiled == asked; }
bool fits(int compiled, int asked) { return compiled == 0 || compiled == asked; }

bool same_kernel(const Compiled& of, const Compiled& asked) {
  return of.operation == asked.operation && of.kernel == asked.kernel;
}

bool fits(const Compiled& of, const Compiled& asked) {
  return same_kernel(of, asked) && fits(of.dtype, asked.dtype) && fits(of.head_dim, asked.head_dim) &&
         fits(of.q_tile, asked.q_tile) && fits(of.kv_tile, asked.kv_tile);
}

double octaves(int compiled, int asked) {
  if (compiled == 0 || asked == 0) return 0;
  return std::abs(std::log2(static_cast<double>(compiled) / asked));
}

/// How far an entry is from what is asked, for the eye of a reader: a tile twice as large is as far as another
/// type.
double distance(const Compiled& of, const Compiled& asked) {
  return (of.dtype == asked.dtype ? 0 : 1) + octaves(of.head_dim, asked.head_dim) +
         octaves(of.q_tile, asked.q_tile) + octaves(of.kv_tile, asked.kv_tile);
}

std::string describe(const Compiled& of) {
  std::string text = of.kernel;
  if (!of.dtype.empty()) text += " " + of.dtype;
  if (of.head_dim > 0) text += " D=" + std::to_string(of.head_dim);
  if (of.q_tile > 0) text += " tiles " + std::to_string(of.q_tile) + "/" + number_or_any(of.kv_tile);
  return text;
}

std::string nearest(const Compiled& asked) {
  std::vector<Compiled> found;
  for (const Compiled& of : catalogue()) {
    if (same_kernel(of, asked)) found.push_back(of);
  }
  std::stable_sort(found.begin(), found.end(),
                   [&](const Compiled& a, const Compiled& b) { return distance(a, asked) < distance(b, asked); });
  std::string text;
  for (std::size_t index = 0; index < std::min<std::size_t>(found.size(), 3); ++index) {
    text += (index == 0 ? "; nearest: " : ", ") + describe(found[index]);
  }
  return text.empty() ? "; --list names the kernels" : text;
}

bool runs_on(const std::string& needs, int capability) {
  const int first = std::stoi(needs.substr(3));
  return needs.back() == 'a' ? capability == first : capability >= first;
}

}  // namespace

const std::vector<Compiled>& catalogue() {
  static const std::vector<Compiled> all = [] {
    std::vector<Compiled> entries;
    add_attention(portable_instances, "sm_80", entries);
    add_attention(specialized_instances, "sm_90a", entries);
    add_family("decode", {"split-kv", "stream-k"}, {"bf16", "fp16"}, entries);
    add_passes(entries);
    add_family("linear", {"chunked"}, {"bf16"}, entries);
    add_family("permute", {"permute", "unpermute"}, {"bf16", "fp16"}, entries);
    add_micros(entries);
    return entries;
  }();
  return all;
}

std::string catalogue_csv() {
  std::string text =
      plan::csv_line({"operation", "kernel", "dtype", "head_dim", "q_tile", "kv_tile", "needs", "unit", "about"});
  for (const Compiled& of : catalogue()) text += plan::csv_line(cells_of(of));
  return text;
}

const Compiled& compiled_for(const plan::Row& point, int capability) {
  const Compiled asked = asked_by(point);
  const auto found =
      std::find_if(catalogue().begin(), catalogue().end(), [&](const Compiled& of) { return fits(of, asked); });
  if (found == catalogue().end()) throw Unsupported(describe(asked) + " is not compiled" + nearest(asked));
  if (!runs_on(found->needs, capability)) {
    throw Unsupported(found->kernel + " needs " + found->needs + "; this device is sm_" +
                      std::to_string(capability));
  }
  return *found;
}

}  // namespace tilewright::kernels::runner

#include "kernels/runner/catalogue.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

#include "common/nearest.hpp"
#include "kernels/plan/csv.hpp"

namespace tilewright::kernels::runner {
namespace {

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
  return {point.operation,
          point.kernel,
          point.dtype,
          point.head_dim,
          static_cast<int>(plan::tokens_in(point.q_tile)),
          static_cast<int>(plan::tokens_in(point.kv_tile))};
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

std::string nearest_entries(const std::vector<const Compiled*>& same, const Compiled& asked) {
  std::vector<const Compiled*> found = same;
  std::stable_sort(found.begin(), found.end(),
                   [&](const Compiled* a, const Compiled* b) { return distance(*a, asked) < distance(*b, asked); });
  std::string text;
  for (std::size_t index = 0; index < std::min<std::size_t>(found.size(), 3); ++index) {
    text += (index == 0 ? "; nearest: " : ", ") + describe(*found[index]);
  }
  return text;
}

std::string nearest_kernels(std::span<const Compiled> catalogue, const Compiled& asked) {
  std::vector<std::string> kernels;
  for (const Compiled& of : catalogue) {
    const bool known = std::find(kernels.begin(), kernels.end(), of.kernel) != kernels.end();
    if (of.operation == asked.operation && !known) kernels.push_back(of.kernel);
  }
  if (const std::string* near = nearest::of(asked.kernel, kernels)) return "; did you mean '" + *near + "'?";
  std::string text;
  for (const std::string& kernel : kernels) text += (text.empty() ? "; known: " : ", ") + kernel;
  return text;
}

std::string refusal(std::span<const Compiled> catalogue, const Compiled& asked) {
  std::vector<const Compiled*> same;
  for (const Compiled& of : catalogue) {
    if (same_kernel(of, asked)) same.push_back(&of);
  }
  if (same.empty())
    return asked.operation + " has no kernel '" + asked.kernel + "'" + nearest_kernels(catalogue, asked);
  return describe(asked) + " is not compiled" + nearest_entries(same, asked);
}

bool runs_on(const std::string& needs, int capability) {
  const int first = std::stoi(needs.substr(3));
  return needs.back() == 'a' ? capability == first : capability >= first;
}

}  // namespace

std::string catalogue_csv(std::span<const Compiled> catalogue) {
  std::string text =
      plan::csv_line({"operation", "kernel", "dtype", "head_dim", "q_tile", "kv_tile", "needs", "unit", "about"});
  for (const Compiled& of : catalogue) text += plan::csv_line(cells_of(of));
  return text;
}

const Compiled& compiled_for(const plan::Row& point, std::span<const Compiled> catalogue, int capability) {
  const Compiled asked = asked_by(point);
  const auto found =
      std::find_if(catalogue.begin(), catalogue.end(), [&](const Compiled& of) { return fits(of, asked); });
  if (found == catalogue.end()) throw Unsupported(refusal(catalogue, asked));
  if (point.splits > 0 && point.operation != "decode") throw Unsupported("keys are split in decoding alone");
  if (!runs_on(found->needs, capability)) {
    throw Unsupported(found->kernel + " needs " + found->needs + "; this device is sm_" +
                      std::to_string(capability));
  }
  return *found;
}

}  // namespace tilewright::kernels::runner

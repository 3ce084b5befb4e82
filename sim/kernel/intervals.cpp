#include "sim/kernel/intervals.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/file.hpp"
#include "common/read_log.hpp"

namespace tilewright {

namespace {

constexpr double many_launches = 0.3;  // of the predicted time
constexpr double most_queries = 8;     // of a sequence that decodes: a word, and guesses of those that follow it
constexpr double most_rows = 1e9;

const std::vector<std::string> problems{"decode", "masked", "dense", "latent", "backward", "passes"};
const std::vector<std::string> launch_shares{"few", "many"};

bool is_dense(const Attention& problem) {
  return std::ranges::all_of(problem.requests, [](const Request& request) {
    return std::ranges::all_of(request.masks, [](const HeadMask& mask) { return mask.text == "dense"; });
  });
}

bool decodes(const Attention& problem) {
  return std::ranges::all_of(problem.requests,
                             [](const Request& request) { return request.queries() <= most_queries; });
}

std::string problem_of(const PreparedKernel& prepared) {
  if (!prepared.fused) return "passes";
  if (prepared.kernel.schedule.owns_keys) return "backward";
  if (decodes(prepared.problem)) return "decode";
  if (prepared.problem.head_dim != prepared.problem.value_dim) return "latent";
  return is_dense(prepared.problem) ? "dense" : "masked";
}

std::string one_of(const Yaml& yaml, const std::vector<std::string>& known) {
  const std::string text = yaml.text();
  if (std::ranges::find(known, text) == known.end())
    yaml.fail("expected one of them, got '" + text + "'" + did_you_mean(text, known));
  return text;
}

PredictionInterval read_interval(const Yaml& yaml) {
  yaml.only({"kernel", "arch", "problem", "launches", "times", "rows", "shapes"});
  PredictionInterval interval;
  if (const auto kernel = yaml.find("kernel")) interval.kind.kernel = kernel->text();
  if (const auto arch = yaml.find("arch")) interval.kind.arch = arch->text();
  if (const auto problem = yaml.find("problem")) interval.kind.problem = one_of(*problem, problems);
  if (const auto launches = yaml.find("launches")) interval.kind.launches = one_of(*launches, launch_shares);
  const std::vector<Yaml> ends = yaml.at("times").items();
  if (ends.size() != 2) yaml.at("times").fail("expected two numbers");
  interval.low = ends[0].number({}, 1e-9, 1e9);
  interval.high = ends[1].number({}, 1e-9, 1e9);
  if (interval.low > interval.high) yaml.at("times").fail("expected the lower number first");
  interval.rows = static_cast<std::size_t>(yaml.at("rows").number({}, 1, most_rows));
  interval.shapes = static_cast<std::size_t>(yaml.at("shapes").number({}, 1, most_rows));
  return interval;
}

std::string member(const char* key, const std::string& text) {
  return text.empty() ? "" : fmt::format("{}: {}, ", key, text);
}

}  // namespace

bool PredictionKind::holds(const PredictionKind& prediction) const {
  const auto fits = [](const std::string& own, const std::string& other) { return own.empty() || own == other; };
  return fits(kernel, prediction.kernel) && fits(arch, prediction.arch) && fits(problem, prediction.problem) &&
         fits(launches, prediction.launches);
}

std::string PredictionKind::str() const {
  std::string text = kernel.empty() ? "all kernels" : kernel;
  if (!arch.empty()) text += " on " + arch;
  if (!problem.empty()) text += ", " + problem;
  if (!launches.empty()) text += launches == "many" ? ", mostly launches" : ", few launches";
  return text;
}

PredictionKind kind_of(const PreparedKernel& prepared, const KernelResult& result) {
  const bool many = result.shares.launch_s >= many_launches * result.time_s;
  return {prepared.kernel.name, prepared.arch.name, problem_of(prepared), many ? "many" : "few"};
}

const PredictionInterval* PredictionIntervals::of(const PredictionKind& prediction) const {
  const auto found =
      std::ranges::find_if(kinds, [&](const PredictionInterval& each) { return each.kind.holds(prediction); });
  return found == kinds.end() ? nullptr : &*found;
}

PredictionIntervals parse_intervals(const Yaml& root) {
  root.only({"intervals"});
  const Yaml yaml = root.at("intervals");
  yaml.only({"suite", "share", "kernels", "kinds"});
  PredictionIntervals intervals{
      yaml.at("suite").text(), yaml.at("share").number({}, 0.01, 0.99), yaml.at("kernels").texts(), {}};
  for (const Yaml& kind : yaml.at("kinds").items()) intervals.kinds.push_back(read_interval(kind));
  return intervals;
}

std::shared_ptr<const PredictionIntervals> find_intervals(const std::string& suite,
                                                          const std::filesystem::path& folder) {
  std::error_code ignored;
  for (const std::filesystem::path& in : {folder, configs_folder()}) {
    const std::filesystem::path file = in / "intervals" / (suite + ".yaml");
    if (in.empty()) continue;
    if (std::filesystem::exists(file, ignored))
      return std::make_shared<const PredictionIntervals>(parse_intervals(Yaml::load(file)));
    ReadLog::note_absent(file);
  }
  return nullptr;
}

std::string to_yaml(const PredictionIntervals& intervals) {
  std::string text = fmt::format("# Written by: tilewright calibrate {}\nintervals:\n  suite: {}\n  share: {:g}\n",
                                 intervals.suite, intervals.suite, intervals.share);
  text += fmt::format("  kernels: [{}]\n  kinds:{}\n", fmt::join(intervals.kernels, ", "),
                      intervals.kinds.empty() ? " []" : "");
  for (const auto& [kind, low, high, rows, shapes] : intervals.kinds)
    text += fmt::format("    - {{{}{}{}{}times: [{:.4g}, {:.4g}], rows: {}, shapes: {}}}\n",
                        member("kernel", kind.kernel), member("arch", kind.arch), member("problem", kind.problem),
                        member("launches", kind.launches), low, high, rows, shapes);
  return text;
}

}  // namespace tilewright

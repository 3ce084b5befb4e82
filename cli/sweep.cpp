#include "explore/study/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

#include "cli/command.hpp"
#include "cli/dry_run.hpp"
#include "cli/log.hpp"
#include "cli/series_summary.hpp"
#include "common/file.hpp"
#include "common/parallel.hpp"
#include "explore/store/field_rows.hpp"

namespace tilewright::cli {

namespace {

struct Arguments {
  std::string study;
  std::string shard;
  bool dry_run = false;
};

std::filesystem::path results_folder(const Study& study, const Options& options) {
  return options.output.empty() ? std::filesystem::path("results") / study.name
                                : std::filesystem::path(options.output);
}

// What people look for in the records of a study, read once.
class Outcome {
 public:
  void add(const Record& record) {
    ++points_;
    summary_.add(record);
    if (const std::string why = failure_of(record); !why.empty()) ++failures_[why];
    if (const std::string warning = record.text("warnings"); !warning.empty()) ++warnings_[warning];
  }
  [[nodiscard]] Table table() const { return summary_.table(); }
  /// Whether any point has a result.
  [[nodiscard]] bool has_results() const { return failures_.empty() || summary_.results() > 0; }
  [[nodiscard]] std::string most_frequent_failure() const { return most(failures_)->first; }
  /// The reasons, the most frequent first.
  void say() const {
    say_most(failures_, "have no result", "the records say why, under 'infeasible' or 'error'");
    say_most(warnings_, "have warnings", "the records have them, under 'warnings'");
  }

 private:
  using Counts = std::map<std::string, std::size_t>;
  static Counts::const_iterator most(const Counts& counts) {
    return std::ranges::max_element(counts, {}, [](const auto& each) { return each.second; });
  }

  void say_most(const std::map<std::string, std::size_t>& counts, const char* what, const char* where) const {
    if (counts.empty()) return;
    std::size_t all = 0;
    for (const auto& [text, count] : counts) all += count;
    const auto most = Outcome::most(counts);
    log_warning(
        fmt::format("{} of {} points {}, {} of them '{}'{}; {}", all, points_, what, most->second, most->first,
                    counts.size() == 1 ? "" : fmt::format(", and {} other texts", counts.size() - 1), where));
  }

  std::size_t points_ = 0;
  SeriesSummary summary_;
  std::map<std::string, std::size_t> failures_;
  std::map<std::string, std::size_t> warnings_;
};

void print_all(const Store& store, const Study& study, const Options& options) {
  std::vector<Record> records;
  store.for_each(study.name, [&](Record record) { records.push_back(std::move(record)); });
  if (Table::format(options.format) == Table::Format::json)
    fmt::print("{}", to_json(records, {}));
  else
    fmt::print("{}", to_table(records).str(Table::Format::csv));
}

void put_out(const Store& store, const Study& study, const Options& options) {
  Outcome outcome;
  std::vector<std::string> fields = SeriesSummary::fields(store);
  fields.emplace_back("warnings");
  for_each_row(store, study.name, fields, [&](const Record& record) { outcome.add(record); });
  if (!outcome.has_results()) throw InputError(outcome.most_frequent_failure());
  if (Table::format(options.format) == Table::Format::table)
    print(outcome.table(), options,
          "Means over the points of each series: time and energy geometric, use of units arithmetic");
  else
    print_all(store, study, options);
  outcome.say();
}

// A store of its own, where there was none, is not left behind by a study that is wrong, or without any result.
template <class Action>
int remove_if_refused(const std::filesystem::path& file, const Action& action) {
  const bool was_there = std::filesystem::exists(file);
  try {
    return action();
  } catch (const InputError&) {
    std::error_code ignored;
    if (!was_there) std::filesystem::remove(file, ignored);
    throw;
  }
}

int run(const Study& study, const Shard& shard, const std::filesystem::path& folder, const Options& options) {
  const std::filesystem::path file = folder / "results.sqlite";
  return remove_if_refused(file, [&]() -> int {
    Library library;
    Store store = Store::create_or_open(file);
    const SweepCount count =
        sweep(study, library, store, {options.jobs, !options.quiet, shard, folder / "mappings"});
    const bool ended = !interrupted();
    if (ended && shard.of == 1) put_out(store, study, options);
    if (!options.quiet)
      fmt::print(stderr, "{}: {} points, {} computed now\n", file.string(), count.points, count.computed);
    if (ended) return done;
    fmt::print(stderr, "interrupted: the same command goes on from here\n");
    return stopped;
  });
}

}  // namespace

Action add_sweep(Verb& verb) {
  const auto arguments = std::make_shared<Arguments>();
  verb.add_option("study", arguments->study, "name below configs/studies, or a file")->required();
  verb.add_option("--shard", arguments->shard,
                  "NUMBER/OF, as in 2/8: one of so many parts of the points, which 'merge' puts together");
  verb.add_flag("--dry-run", arguments->dry_run,
                "says how many points there are, how long they will take, and the first");
  verb.footer(
      "Keeps results in results.sqlite in the folder of -o, or in results/<study>, and computes what is not there "
      "yet. The mappings that are found are beside it. 'export', 'query', 'summarize' and 'report' read it.");
  return [arguments](const Options& options) {
    const Study study = load_study(find_config("studies", arguments->study));
    const Shard shard = arguments->shard.empty() ? Shard() : parse_shard(arguments->shard);
    if (arguments->dry_run && !arguments->shard.empty())
      throw InputError("--shard: --dry-run says all points; expected one of the two");
    const std::filesystem::path folder = results_folder(study, options);
    if (arguments->dry_run) {
      Library library;
      return dry_run(study, library, store_file(folder), options);
    }
    require_writable(folder);
    return run(study, shard, folder, options);
  };
}

}  // namespace tilewright::cli

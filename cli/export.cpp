#include "explore/store/export.hpp"

#include <fmt/format.h>

#include <memory>

#include "cli/command.hpp"
#include "cli/log.hpp"

namespace tilewright::cli {

namespace {

struct Arguments {
  std::string store;
  std::string study;
  std::string to;
};

}  // namespace

Action add_export(Verb& verb) {
  const auto arguments = std::make_shared<Arguments>();
  verb.add_option("store", arguments->store, "folder that sweep wrote, or a store")->required();
  verb.add_option("--study", arguments->study, "one of several in the store");
  verb.add_option("--to", arguments->to, "file that is written: .csv, .json (as records.json) or .jsonl")
      ->required();
  verb.footer("Parquet is written from Python: tilewright.read_store(STORE).to_parquet(FILE).");
  return [arguments](const Options& options) {
    require_export_format(arguments->to);
    const Store store = Store::open(store_file(arguments->store));
    const StoredStudy study = store.study(arguments->study);
    const std::size_t count = export_study(store, study, arguments->to);
    announce(arguments->to, options);
    if (count < study.points)
      log_warning(fmt::format("{} of the {} points of '{}' have no result yet", study.points - count, study.points,
                              study.name));
    return static_cast<int>(done);
  };
}

}  // namespace tilewright::cli

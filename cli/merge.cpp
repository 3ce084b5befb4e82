#include "explore/store/merge.hpp"

#include <memory>

#include "cli/command.hpp"
#include "cli/log.hpp"

namespace tilewright::cli {

namespace {

struct Arguments {
  std::string into;
  std::vector<std::string> from;
};

Table table_of(const std::vector<Merged>& all) {
  Table table{{{"from"}, {"records"}, {"points"}, {"mappings"}}, {}};
  for (const Merged& each : all)
    table.rows.push_back({each.from, static_cast<double>(each.records), static_cast<double>(each.points),
                          static_cast<double>(each.mappings)});
  return table;
}

}  // namespace

Action add_merge(Verb& verb) {
  const auto arguments = std::make_shared<Arguments>();
  verb.add_option("into", arguments->into, "store, or the folder of one; made where there is none")->required();
  verb.add_option("from", arguments->from, "stores, folders that sweep wrote, or files of records (records.json)")
      ->required();
  verb.footer("Prints what was new. Where two have one point, or one record, it must be the same.");
  return [arguments](const Options& options) {
    for (const std::string& from : arguments->from) require_mergeable(from);  // before anything is made
    Store store = Store::create_or_open(store_file(arguments->into));
    std::vector<Merged> all;
    for (const std::string& from : arguments->from) {
      all.push_back(merge(store, from));
      for (const std::string& note : all.back().notes) log_warning(note);
    }
    print(table_of(all), options, "New in " + store.file().string());
    return static_cast<int>(done);
  };
}

}  // namespace tilewright::cli

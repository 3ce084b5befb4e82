#include "explore/evaluate.hpp"

#include <memory>

#include "cli/command.hpp"
#include "cli/log.hpp"
#include "cli/point_options.hpp"
#include "common/file.hpp"
#include "report/export/accelforge.hpp"

namespace tilewright::cli {

namespace {

struct Arguments {
  PointOptions point;
  std::string exported;
};

void write(const AccelForgeFiles& files, const Options& options) {
  const std::filesystem::path folder = std::filesystem::path(options.output) / "accelforge";
  for (const auto& [name, text] : {std::pair("workload.yaml", &files.workload), std::pair("arch.yaml", &files.arch),
                                   std::pair("mapping.yaml", &files.mapping)}) {
    write_file(folder / name, *text);
    announce(folder / name, options);
  }
  for (const std::string& note : files.notes) log_warning("--export: " + note);
}

}  // namespace

Action add_evaluate(Verb& verb) {
  const auto arguments = std::make_shared<Arguments>();
  add_point_options(verb, arguments->point);
  verb.add_option("--export", arguments->exported,
                  "writes workload, architecture and mapping below DIR of -o as input files of another tool, too")
      ->check(one_of({"accelforge"}));
  return [arguments](const Options& options) {
    const Point point = point_of(arguments->point, options);
    if (!arguments->exported.empty() && options.output.empty())
      throw InputError("--export: expected -o DIR as well");
    Library library;
    const Candidate candidate = candidate_of(point, library);
    const Record record = estimate(candidate);
    std::optional<AccelForgeFiles> files;
    if (!arguments->exported.empty()) files = to_accelforge(candidate);
    put_out(record, options);
    if (files) write(*files, options);
    return static_cast<int>(done);
  };
}

}  // namespace tilewright::cli

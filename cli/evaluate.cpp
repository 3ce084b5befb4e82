#include "explore/evaluate.hpp"

#include <memory>

#include "cli/command.hpp"
#include "cli/point_options.hpp"

namespace tilewright::cli {

Action add_evaluate(Verb& verb) {
  const auto arguments = std::make_shared<PointOptions>();
  add_point_options(verb, *arguments);
  return [arguments](const Options& options) {
    const Point point = point_of(*arguments, options);
    Library library;
    put_out(evaluate(point, library), options);
    return static_cast<int>(done);
  };
}

}  // namespace tilewright::cli

#include "mappings/kernel/parse_splits.hpp"

#include "mappings/kernel/choice.hpp"
#include "mappings/kernel/tiles.hpp"

namespace tilewright {

namespace {

Expression bound(const Yaml& yaml) {
  Expression value = yaml.expression();
  value.bind(split_symbols());
  return value;
}

void read_keys(const Yaml& yaml, const char* key, KernelSplits::Kind kind, KernelSplits& splits) {
  yaml.only({key});
  splits.kind = kind;
  splits.keys = bound(yaml.at(key));
}

void read_waves(const Yaml& yaml, KernelSplits& splits) {
  yaml.only({"enough", "within", "most", "lengths"});
  splits.kind = KernelSplits::Kind::fill_waves;
  splits.enough = yaml.at("enough").number(dimension::number, 0, 1);
  splits.within = yaml.at("within").number(dimension::number, 0, 1);
  splits.most = yaml.at("most").number(dimension::number, 1, most_splits);
}

void read_map(const Yaml& yaml, KernelSplits& splits) {
  yaml.only({"count", "keys", "least_keys", "enough", "within", "most", "lengths"});
  if (yaml.find("keys")) return read_keys(yaml, "keys", KernelSplits::Kind::keys, splits);
  if (yaml.find("least_keys")) return read_keys(yaml, "least_keys", KernelSplits::Kind::fit_keys, splits);
  if (const auto count = yaml.find("count")) {
    yaml.only({"count", "lengths"});
    splits.count = bound(*count);
  } else {
    if (!yaml.find("enough")) yaml.fail("expected 'count', 'keys', 'least_keys', or 'enough', 'within' and 'most'");
    read_waves(yaml, splits);
  }
  if (const auto lengths = yaml.find("lengths"))
    splits.of_longest = choice<bool>(*lengths, {{"own", false}, {"longest", true}});
}

}  // namespace

KernelSplits parse_splits(const Yaml& yaml) {
  KernelSplits splits;
  if (yaml.is_map()) {
    read_map(yaml, splits);
  } else if (yaml.text() == "stream") {
    splits.kind = KernelSplits::Kind::stream;
  } else {
    splits.count = bound(yaml);
  }
  return splits;
}

}  // namespace tilewright

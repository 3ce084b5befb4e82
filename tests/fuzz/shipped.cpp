#include <map>

#include "arch/parse.hpp"
#include "common/file.hpp"
#include "einsum/parse.hpp"
#include "tests/fuzz/reader.hpp"

namespace tilewright::fuzz {

const Cascade& shipped_cascade(const Yaml& key) {
  static std::map<std::string, Cascade> known;
  const std::string name = key.text();
  const auto found = known.find(name);
  if (found != known.end()) return found->second;
  try {
    return known.emplace(name, load_cascade(find_config("cascades", name))).first->second;
  } catch (const InputError& error) {
    key.fail(error.what());
  }
}

const Arch& shipped_arch(const std::string& name) {
  static std::map<std::string, Arch> known;
  const auto found = known.find(name);
  if (found != known.end()) return found->second;
  return known.emplace(name, ArchFile::load(find_config("archs", name)).with()).first->second;
}

}  // namespace tilewright::fuzz

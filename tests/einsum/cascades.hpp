// Small cascades for tests, and the text of errors.
#pragma once

#include <string>
#include <vector>

#include "common/file.hpp"
#include "common/yaml.hpp"
#include "einsum/parse.hpp"

namespace tilewright::test {

/// `body` is what stands under `cascade:` besides the name, in flow style, one key a line.
inline Cascade parse(const std::string& body) {
  return parse_cascade(Yaml::parse("cascade:\n  name: t\n" + body, "t.yaml"));
}

/// One Einsum a line of `einsums`; `more` holds further keys, each line with its indentation and its end.
inline Cascade parse(const std::string& inputs, const std::string& output, const std::vector<std::string>& einsums,
                     const std::string& more = "") {
  std::string text = "  inputs: {" + inputs + "}\n  outputs: [" + output + "]\n" + more + "  einsums:\n";
  for (const std::string& einsum : einsums) text += "    - " + einsum + "\n";
  return parse(text);
}

inline Cascade shipped(const std::string& name) { return load_cascade(find_config("cascades", name)); }

/// The message of the InputError that `call` throws; "no error" if it throws none.
template <typename Call>
std::string error_of(Call&& call) {
  try {
    call();
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace tilewright::test

#include "report/palette.hpp"

#include <array>
#include <vector>

namespace tilewright {

namespace {

struct Color {
  const char* name;
  const char* code;
};

// Yellow is last, as thin yellow lines are weak on white.
constexpr std::array<Color, 9> colors = {{{"blue", "#0072B2"},
                                          {"vermillion", "#D55E00"},
                                          {"green", "#009E73"},
                                          {"purple", "#CC79A7"},
                                          {"orange", "#E69F00"},
                                          {"sky", "#56B4E9"},
                                          {"black", "#000000"},
                                          {"grey", "#999999"},
                                          {"yellow", "#F0E442"}}};

}  // namespace

std::string color_code(const Yaml& value) {
  std::vector<std::string> known;
  for (const Color& color : colors) {
    if (value.text() == color.name) return color.code;
    known.emplace_back(color.name);
  }
  value.fail("unknown color '" + value.text() + "'" + did_you_mean(value.text(), known));
}

std::string color_name(std::size_t n) { return colors[n % colors.size()].name; }

std::string color_of_index(std::size_t n) { return colors[n % colors.size()].code; }

}  // namespace tilewright

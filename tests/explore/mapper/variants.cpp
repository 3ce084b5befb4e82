#include "explore/mapper/variants.hpp"

#include <catch2/catch.hpp>

#include "common/yaml.hpp"
#include "explore/library.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::vector<Variant> variants_of_keys(Library& library, const std::string& keys) {
  const Workload workload = parse_workload(
      Yaml::parse("workload:\n  name: w\n  phase: prefill\n  cascades: [attention-1pass, attention-3pass]\n"
                  "  word_B: 2 B\n  shapes: {B: 1, H: 2, P: 8, M: " +
                      keys + ", E: 4, F: 4}\n",
                  "w.yaml"),
      {});
  std::vector<Variant> variants;
  for (const std::string& name : workload.cascades) add_variants(name, library.cascade(name), workload, variants);
  return variants;
}

std::vector<double> chosen(const std::vector<Variant>& variants, const std::vector<std::size_t>& which) {
  std::vector<double> shapes;
  for (const std::size_t v : which) shapes.push_back(variants[v].chosen.empty() ? 0 : variants[v].chosen[0].second);
  std::ranges::sort(shapes);
  return shapes;
}

}  // namespace

TEST_CASE("variants have every divisor as the tile that a cascade leaves open", "[mapper]") {
  Library library;
  const std::vector<Variant> variants = variants_of_keys(library, "12");
  CHECK(chosen(variants, {0, 1, 2, 3, 4, 5, 6}) == std::vector<double>{0, 1, 2, 3, 4, 6, 12});
  CHECK(variants.back().cascade->name == "attention-3pass");
}

TEST_CASE("few variants are of few tiles of every cascade", "[mapper]") {
  Library library;
  const std::vector<Variant> variants = variants_of_keys(library, "65536");
  CHECK(chosen(variants, few_of(variants)) == std::vector<double>{0, 1, 16, 256, 4096, 65536});
}

TEST_CASE("beside a variant are those with the next tiles", "[mapper]") {
  Library library;
  std::vector<Variant> variants = variants_of_keys(library, "12");
  std::ranges::reverse(variants);  // in whichever order they are
  const auto beside_tile = [&](double tile) {
    const auto has_tile = [&](const Variant& v) { return !v.chosen.empty() && v.chosen[0].second == tile; };
    const auto at = std::ranges::find_if(variants, has_tile);
    return chosen(variants, beside(variants, static_cast<std::size_t>(at - variants.begin())));
  };
  CHECK(beside_tile(1) == std::vector<double>{2});
  CHECK(beside_tile(4) == std::vector<double>{3, 6});
  CHECK(beside_tile(12) == std::vector<double>{6});
  CHECK(beside(variants, 0).empty());  // three passes: nothing is left open
}

}  // namespace tilewright::test::TEST_FILE

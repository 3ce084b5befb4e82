#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/einsum/mask/expand.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("vertical-slash: chosen columns and diagonals", "[mask]") {
  Random random(9);
  for (int i = 0; i < 3000; ++i) {
    const Layout layout = random.layout(1, 40);
    std::vector<Count> columns;
    std::vector<Count> diagonals;
    for (Count n = random.from(0, 8); n > 0; --n) columns.push_back(random.from(0, layout.keys[0] - 1));
    for (Count n = random.from(columns.empty() ? 1 : 0, 8); n > 0; --n)
      diagonals.push_back(random.from(0, layout.keys[0] - 1));
    const auto written = [&](std::vector<Count>& lines) {  // a line, or a range of them
      std::vector<std::string> text;
      const std::size_t given = lines.size();
      for (std::size_t n = 0; n < given; ++n) {
        const Count last = random.from(0, 2) > 0 ? lines[n] : random.from(lines[n], layout.keys[0] - 1);
        text.push_back(last == lines[n] ? fmt::format("{}", last) : fmt::format("{}..{}", lines[n], last));
        for (Count line = lines[n] + 1; line <= last; ++line) lines.push_back(line);
      }
      return fmt::format("{}", fmt::join(text, "/"));
    };
    const std::string text =
        fmt::format("vertical-slash,columns='{}',diagonals='{}'", written(columns), written(diagonals));
    INFO(text << " of " << to_text(layout.queries) << " by " << to_text(layout.keys));
    const auto in = [](const std::vector<Count>& list, Count value) {
      return std::find(list.begin(), list.end(), value) != list.end();
    };
    REQUIRE(difference(mask_of(text, layout),
                       [&](Count q, Count k) { return k <= q && (in(columns, k) || in(diagonals, q - k)); }) == "");
  }
}

TEST_CASE("vertical-slash: drawn columns are so many that every later query sees", "[mask]") {
  const Layout layout = same({40});
  const auto columns_of = [&](const std::string& text) {  // that the last query sees
    const Pairs pairs = expand(*mask_of("vertical-slash," + text, layout).flattened());
    std::vector<Count> seen;
    for (Count k = 0; k < 40; ++k)
      if (pairs.has(39, k)) seen.push_back(k);
    return seen;
  };
  const std::vector<Count> seven = columns_of("drawn=7");
  CHECK(seven.size() == 7);
  CHECK(columns_of("drawn=7,seed=1") != seven);
  CHECK(columns_of(fmt::format("drawn=7,columns={}", seven[3])) == seven);
  CHECK(columns_of("drawn=60").size() == 40);
  CHECK(message_of([&] { (void)columns_of("columns=1,seed=3"); }).find("seed: expected 'drawn' beside it") !=
        std::string::npos);
}

TEST_CASE("vertical-slash: arguments that make no sense", "[mask]") {
  const auto message = [](const std::string& text) { return message_of([&] { mask_of(text, same({12})); }); };
  CHECK(message("vertical-slash") == "vertical-slash: columns: expected columns, diagonals or both, got none");
  CHECK(message("vertical-slash,columns=3/12") ==
        "vertical-slash: columns: expected whole numbers from 0 to 11, or ranges a..b of them, with / between "
        "them, got '3/12'");
  CHECK(message("vertical-slash,diagonals=-1") ==
        "vertical-slash: diagonals: expected whole numbers from 0 to 11, or ranges a..b of them, with / between "
        "them, got '-1'");
}

}  // namespace tilewright::test::TEST_FILE

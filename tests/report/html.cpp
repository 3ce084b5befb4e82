#include "report/html.hpp"
#include "report/shown_table.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/report/samples.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::string table_of(const std::string& column) {
  const ReportSpec spec = sample_spec(sample_head() +
                                      "    - table:\n        title: T\n        caption: C < D\n        groups:\n"
                                      "          - title: G\n            columns:\n              - {" +
                                      column + "}\n");
  static const std::vector<Record> records = sample_records();
  return html_of(show(std::get<ReportTable>(spec.page[0]), spec, Dataset(records)));
}

}  // namespace

TEST_CASE("HTML is escaped") {
  CHECK(escape_html("<a href=\"x\">'&'</a>") == "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
}

TEST_CASE("a table has a row per design and says how many points are behind it") {
  const std::string html =
      table_of("label: \"<S>\", series: \"run-{design}\", value: time_s, digits: 1, suffix: \" <s>\"");
  CHECK(html.find("<b>T.</b> C &lt; D Each cell is the arithmetic mean over 3 to 4 points.") != std::string::npos);
  CHECK(html.find("scope=\"col\"><button type=\"button\">&lt;S&gt;</button></th>") != std::string::npos);
  CHECK(html.find("</span>it&#39;s_<wbr>slow</th><td class=\"first\" data-v=\"30\">30.0 &lt;s&gt;</td></tr>") !=
        std::string::npos);
  CHECK(html.find("</span>Fast &amp; &lt;good&gt;</th><td class=\"first\" data-v=\"6.666666666666667\">6.7 "
                  "&lt;s&gt;</td></tr>") != std::string::npos);
}

TEST_CASE("a cell without a value is empty, percentages are times 100") {
  CHECK(table_of("label: L, series: \"run-{design}\", value: energy_J, digits: 0")
            .find("</th><td class=\"first\"></td>") != std::string::npos);
  CHECK(table_of("label: L, series: \"run-{design}\", value: time_s, relative_to: run-slow, as: ratio, digits: 1, "
                 "percent: true")
            .find("<td class=\"first\" data-v=\"100\">100.0</td>") != std::string::npos);
}

TEST_CASE("a table refuses what the records do not have") {
  CHECK(message_of([] { table_of("label: L, series: \"run-{design}\", value: tine_s, digits: 0"); }) ==
        "r.yaml:17:59: report.page[0].table.groups[0].columns[0].value: no record of series 'run-slow', 'run-fast' "
        "has a number 'tine_s'; did you mean 'time_s'?");
}

TEST_CASE("an SVG becomes an element whose ids are its own") {
  const std::string file =
      "<?xml version=\"1.0\"?>\n<svg viewBox=\"0 0 1 1\">\n<title>Gnuplot</title>\n<defs><path id='p' "
      "d='M0'/></defs>"
      "<use xlink:href='#p'/><g id=\"g\"><title>tip</title><text> id='p' > a &lt; b</text></g>\n</svg>\n";
  CHECK(inline_svg(file, "f", {"a \"b\"", "class=\"c\"", "<rect/>"}) ==
        "<svg role=\"img\" aria-label=\"a &quot;b&quot;\" class=\"c\" viewBox=\"0 0 1 1\">\n\n<defs><path id='f-p' "
        "d='M0'/></defs>"
        "<use xlink:href='#f-p'/><g id=\"f-g\"><text> id='p' > a &lt; b</text></g>\n<rect/></svg>\n");
}

TEST_CASE("shapes of markers that nothing uses are left out, those that others are of stay") {
  const std::string file =
      "<svg>\n<path id='gpPt5' d='M1'/>\n<use xlink:href='#gpPt5' id='gpPt6'/>\n<path id='gpPt7' d='M2'/>\n"
      "<path fill='url(#gpPat1)'/><use xlink:href='#gpPt6'/></svg>\n";
  const std::string svg = inline_svg(file, "f", {"t"});
  CHECK(svg.find("id='f-gpPt5'") != std::string::npos);
  CHECK(svg.find("id='f-gpPt6'") != std::string::npos);
  CHECK(svg.find("gpPt7") == std::string::npos);
  CHECK(svg.find("url(#f-gpPat1)") != std::string::npos);
}

TEST_CASE("the page needs nothing else") {
  const std::string page = html_page("a < b", "<p>x</p>\n");
  CHECK(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
  CHECK(page.find("<title>a &lt; b</title>") != std::string::npos);
  for (const char* outside : {"src=", "http:", "https:", "@import", "url("})
    CHECK(page.find(outside) == std::string::npos);
}

}  // namespace tilewright::test::TEST_FILE

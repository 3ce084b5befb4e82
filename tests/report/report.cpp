#include "report/report.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>

#include "common/file.hpp"
#include "report/gnuplot.hpp"
#include "tests/common/folder.hpp"
#include "tests/common/messages.hpp"
#include "tests/report/samples.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

/// The PATH has nothing on it for as long as this lives.
class EmptyPath {
 public:
  EmptyPath() : before_(std::getenv("PATH")) { setenv("PATH", "/nonexistent", 1); }
  ~EmptyPath() { setenv("PATH", before_.c_str(), 1); }
  EmptyPath(const EmptyPath&) = delete;
  EmptyPath& operator=(const EmptyPath&) = delete;

 private:
  std::string before_;
};

}  // namespace

TEST_CASE("a report is one page and its figures") {
  if (!has_gnuplot()) return;
  const TemporaryFolder folder;
  const ReportSpec spec = sample_spec(sample_figure("lines", sample_lines) +
                                      "    - heading: H & I\n    - text: |\n"
                                      "        one\n\n        two < 3\n");
  const auto files = write_report(spec, sample_records(), folder.path() / "out", {{"svg", "png"}});
  REQUIRE(files.size() >= 4);
  CHECK(files[0] == folder.path() / "out" / "index.html");
  CHECK(std::ranges::find(files, folder.path() / "out" / "tables" / "points.tex") != files.end());
  CHECK(files[1] == folder.path() / "out" / "figures" / "f.csv");
  CHECK(files[2] == folder.path() / "out" / "figures" / "f.png");
  CHECK(files[3] == folder.path() / "out" / "figures" / "f.svg");
  const std::string page = read_file(files[0]);
  CHECK(page.find("<h1>A &quot;sample&quot; &lt;report&gt;</h1>") != std::string::npos);
  CHECK(page.find("Study sample, 7 records of version 1.2.3, commit abc.") != std::string::npos);
  CHECK(page.find("<h2>H &amp; I</h2>\n<p>one</p>\n<p>two &lt; 3") != std::string::npos);
  CHECK(page.find("<svg role=\"img\" aria-label=\"T: S\" class=\"panel\"") != std::string::npos);
  CHECK(page.find("<a href=\"figures/f.png\">png</a>") != std::string::npos);
  CHECK(read_file(files[1]) ==
        "panel,curve,x: length,y: Time (s),points\nXL,it's_slow,1024,32,1\nXL,it's_slow,4096,64,1\n"
        "XL,Fast & <good>,1024,16,1\nXL,Fast & <good>,4096,,0\nS,it's_slow,1024,8,1\nS,it's_slow,4096,16,1\n"
        "S,Fast & <good>,1024,2,1\nS,Fast & <good>,4096,2,1\n");
  CHECK(read_file(files[3]).find("</svg>") != std::string::npos);
}

TEST_CASE("without gnuplot a report with figures is refused, and nothing is written") {
  const TemporaryFolder folder;
  const ReportSpec spec = sample_spec(sample_figure("lines", sample_lines));
  {
    const EmptyPath empty;
    CHECK_THROWS_AS(write_report(spec, sample_records(), folder.path() / "out"), MissingError);
    CHECK_THROWS_WITH(write_report(spec, sample_records(), folder.path() / "out"),
                      "gnuplot is not on the PATH; figures need it (Debian package gnuplot-nox)");
  }
  CHECK_FALSE(std::filesystem::exists(folder.path() / "out"));
}

TEST_CASE("a report without figures needs no gnuplot") {
  const TemporaryFolder folder;
  const EmptyPath empty;
  const ReportSpec spec = sample_spec(sample_head() + "    - text: only words\n");
  for (const auto& file : write_report(spec, sample_records(), folder.path()))
    CHECK(file.parent_path().filename() != "figures");
}

TEST_CASE("a picture that another command drew is part of the page") {
  const TemporaryFolder folder;
  const auto picture = [&](const std::string& svg) {
    write_file(folder.path() / "p.svg", svg);
    const ReportSpec spec = sample_spec(sample_head() + "    - picture: {name: p, title: P, caption: C, file: " +
                                        (folder.path() / "p.svg").string() + "}\n");
    return write_report(spec, sample_records(), folder.path() / "out");
  };
  const std::string page = read_file(picture("<svg viewBox=\"0 0 9 9\"><text>words</text></svg>\n").front());
  CHECK(page.find("class=\"picture\" viewBox=\"0 0 9 9\"><text>words</text></svg>") != std::string::npos);
  CHECK(page.find("<a href=\"figures/p.svg\">svg</a>") != std::string::npos);
  CHECK(message_of([&] { picture("<svg><script>x</script></svg>"); }).ends_with("' has a script in it"));
  CHECK(message_of([&] { picture("GIF89a"); }).ends_with("' is no SVG"));
}

TEST_CASE("a wrong spec leaves nothing behind") {
  const TemporaryFolder folder;
  const ReportSpec spec = sample_spec(
      sample_figure("lines", "series: run-{design}\nx: length\npanels: model\ny: {value: tine_s, label: T}"));
  CHECK(message_of([&] { write_report(spec, sample_records(), folder.path() / "out"); }) ==
        "r.yaml:19:20: report.page[0].figure.y.value: no record of series 'run-slow', 'run-fast' has a number "
        "'tine_s'; did you mean 'time_s'?");
  CHECK_FALSE(std::filesystem::exists(folder.path() / "out"));
}

}  // namespace tilewright::test::TEST_FILE

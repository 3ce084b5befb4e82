#include <catch2/catch.hpp>

#include "report/shown_table.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

ShownTable sample() {
  return {"t",
          "A & B",
          "50 % of {x}",
          "Design",
          {{"G_1", 2}},
          {"Time", "#"},
          {{"a_b", "#000000", {{"2×", 2.0}, {"", {}}}}, {"c", "", {{"1", 1.0}, {"text", {}}}}}};
}

}  // namespace

TEST_CASE("LaTeX has the rules of booktabs, and no character that it would read itself") {
  CHECK(latex_of(sample()) ==
        "% \\usepackage{booktabs}\n\\begin{table}\n\\caption{A \\& B. 50 \\% of \\{x\\}}\n\\begin{tabular}{lrr}\n"
        "\\toprule\n & \\multicolumn{2}{c}{G\\_1} \\\\\n\\cmidrule(lr){2-3}\nDesign & Time & \\# \\\\\n\\midrule\n"
        "a\\_b & 2\\ensuremath{\\times} &  \\\\\nc & 1 & text \\\\\n\\bottomrule\n\\end{tabular}\n\\end{table}\n");
  CHECK(escape_latex("~^\\$<") == "\\textasciitilde{}\\textasciicircum{}\\textbackslash{}\\$\\textless{}");
}

TEST_CASE("CSV has the numbers behind the cells") {
  CHECK(csv_of(sample()) == "Design,G_1: Time,G_1: #\na_b,2,\nc,1,text\n");
}

}  // namespace tilewright::test::TEST_FILE

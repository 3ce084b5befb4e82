#include "common/short_lists.hpp"

#include <catch2/catch.hpp>

namespace tilewright::test::TEST_FILE {

TEST_CASE("long lists of numbers are cut short, and nothing else") {
  CHECK(with_short_lists("vertical-slash,columns=0/7/19/20/21/30/31/32/900,diagonals=0..1023") ==
        "vertical-slash,columns=0/7/19/20/... (9 in all),diagonals=0..1023");
  CHECK(with_short_lists("a,c=1/2/3/4/5/6/7/8/9 | b,d=0..1/4..5/7/8/9/10/11/12/13/14") ==
        "a,c=1/2/3/4/... (9 in all) | b,d=0..1/4..5/7/8/... (10 in all)");
  for (const char* same :
       {"", "a,c=1/2/3/4/5/6/7/8", "documents,lengths=512/1536", "file,file=a/b/c/d/e/f/g/h/i/j.npy"})
    CHECK(with_short_lists(same) == same);
}

TEST_CASE("a table has its texts cut short and its numbers as they are") {
  const Table table = with_short_lists({{{"mask"}, {"n"}}, {{std::string("1/2/3/4/5/6/7/8/9"), 3.0}}});
  CHECK(std::get<std::string>(table.rows[0][0]) == "1/2/3/4/... (9 in all)");
  CHECK(std::get<double>(table.rows[0][1]) == 3);
}

}  // namespace tilewright::test::TEST_FILE

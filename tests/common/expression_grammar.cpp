#include "common/expression_grammar.hpp"

#include <catch2/catch.hpp>
#include <set>

namespace tilewright::test::TEST_FILE {

TEST_CASE("the longest operator is found") {
  CHECK(find_operator("<< 2")->symbol == "<<");
  CHECK(find_operator("<= 2")->symbol == "<=");
  CHECK(find_operator("< <2")->symbol == "<");
  CHECK(find_operator("!= 2")->symbol == "!=");
  CHECK(find_operator("! 2") == nullptr);
  CHECK(find_operator("") == nullptr);
}

TEST_CASE("every function is found by its name and has a code of its own") {
  std::set<Code> codes;
  for (const std::string& name : function_names()) {
    REQUIRE(find_function(name) != nullptr);
    codes.insert(find_function(name)->code);
  }
  CHECK(codes.size() == function_names().size());
  CHECK(find_function("exp") == nullptr);
}

}  // namespace tilewright::test::TEST_FILE

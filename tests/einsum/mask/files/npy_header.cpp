#include "einsum/mask/files/npy_header.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

NpyHeader parse(const std::string& text) { return parse_npy_header(text, "m.npy"); }

std::string refused(const std::string& text) {
  return message_of([&] { parse(text); });
}

}  // namespace

TEST_CASE("a header is a dict with three keys in any order") {
  const NpyHeader header = parse("{'descr': '|b1', 'fortran_order': False, 'shape': (3, 16, 20), }   \n");
  CHECK(header.type == "|b1");
  CHECK_FALSE(header.fortran_order);
  CHECK(header.shape == Extents{3, 16, 20});
  const NpyHeader other = parse(R"({ "shape":(7,),"fortran_order" :True,'descr':"<i4"})");
  CHECK(other.type == "<i4");
  CHECK(other.fortran_order);
  CHECK(other.shape == Extents{7});
  CHECK(parse("{'descr': '|b1', 'fortran_order': False, 'shape': ()}").shape.empty());
  CHECK(parse("{'descr': '|b1', 'fortran_order': False, 'shape': (2, 3,)}").shape == Extents{2, 3});
}

TEST_CASE("the type of a record is its list of fields") {
  const NpyHeader header =
      parse("{'descr': [('x', '<f4'), ('y', '|b1', (2,))], 'fortran_order': False, 'shape': (2,)}");
  CHECK(header.type == "[('x', '<f4'), ('y', '|b1', (2,))]");
  CHECK(header.shape == Extents{2});
}

TEST_CASE("a header that is no such dict is refused with the position") {
  CHECK(refused("") == "m.npy: character 1 of the header: expected '{'");
  CHECK(refused("[1]") == "m.npy: character 1 of the header: expected '{', got '[1]'");
  CHECK(refused("{'descr' '|b1'}") == "m.npy: character 10 of the header: expected ':', got ''|b1'}'");
  CHECK(refused("{descr: '|b1'}") ==
        "m.npy: character 2 of the header: expected a text in quotes, got 'descr: '|b1'}'");
  CHECK(refused("{'descr': '|b1}") == "m.npy: character 11 of the header: expected a text in quotes, got ''|b1}'");
  CHECK(refused("{'descr': [('x', '<f4')") ==
        "m.npy: character 11 of the header: expected ']', got '[('x', '<f4')'");
  CHECK(refused("{'fortran_order': false}") ==
        "m.npy: character 19 of the header: expected True or False, got 'false}'");
  CHECK(refused("{'shape': 3}") == "m.npy: character 11 of the header: expected '(', got '3}'");
  CHECK(refused("{'shape': (3)}") == "m.npy: character 13 of the header: expected ',', got ')}'");
  CHECK(refused("{'shape': (3 4)}") == "m.npy: character 14 of the header: expected ',', got '4)}'");
  CHECK(refused("{'shape': (3, 4 5)}") == "m.npy: character 17 of the header: expected ')', got '5)}'");
  CHECK(refused("{'shape': (-3, 4)}") ==
        "m.npy: character 12 of the header: expected a whole number below 2^63, got '-3, 4)}'");
  CHECK(refused("{'shape': (9223372036854775808, 4)}") ==
        "m.npy: character 12 of the header: expected a whole number below 2^63, got '9223372036854775808,'");
  CHECK(refused("{'shape': (3.5, 4)}") == "m.npy: character 13 of the header: expected ',', got '.5, 4)}'");
  CHECK(refused("{'shape': (3, 4) 'descr': '|b1'}") ==
        "m.npy: character 18 of the header: expected '}', got ''descr': '|b1'}'");
  CHECK(refused("{'shape': (3, 4)} x") == "m.npy: character 19 of the header: expected the end, got 'x'");
}

TEST_CASE("keys are all there, once, and no others") {
  CHECK(refused("{'descr': '|b1', 'shape': (3, 4)}") == "m.npy: the header has no 'fortran_order'");
  CHECK(refused("{}") == "m.npy: the header has no 'descr'");
  CHECK(refused("{'shape': (3, 4), 'shape': (3, 4)}") ==
        "m.npy: character 26 of the header: 'shape' a second time, got ': (3, 4)}'");
  CHECK(refused("{'strides': (3, 4)}") ==
        "m.npy: character 11 of the header: unknown key 'strides', got ': (3, 4)}'");
}

TEST_CASE("shapes are written as Python writes them") {
  CHECK(shape_text({}) == "()");
  CHECK(shape_text({3}) == "(3,)");
  CHECK(shape_text({3, 4}) == "(3, 4)");
}

}  // namespace tilewright::test::TEST_FILE

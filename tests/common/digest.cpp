#include "common/digest.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace tilewright::test::TEST_FILE {

TEST_CASE("a digest is the same on every machine") {
  // Of no bytes at all: the value that xxHash states for XXH3_128bits("", 0).
  CHECK(hex(DigestBuilder().value()) == "99aa06d3014798d86001c324468d497f");
}

TEST_CASE("parts, their kinds and their order make a digest") {
  const std::set<Digest> all = {
      DigestBuilder().value(),
      DigestBuilder().add("").value(),
      DigestBuilder().add("ab").value(),
      DigestBuilder().add("a").add("b").value(),
      DigestBuilder().add("b").add("a").value(),
      DigestBuilder().add("1").value(),
      DigestBuilder().add(1).value(),
      DigestBuilder().add(0.0).value(),
      DigestBuilder().add(-0.0).value(),
      DigestBuilder().add(Digest{}).value(),
      DigestBuilder().add(std::string(16, '\0')).value(),
  };
  CHECK(all.size() == 11);
  CHECK(DigestBuilder().add("a").add(2).value() == DigestBuilder().add("a").add(2).value());
}

TEST_CASE("a digest as text, and back") {
  const Digest digest = DigestBuilder().add("text").value();
  CHECK(hex(digest).size() == 32);
  CHECK(digest_of_hex(hex(digest)) == digest);
  CHECK(hex(Digest{0x01, 0xAB}) == "01ab0000000000000000000000000000");
  CHECK_FALSE(digest_of_hex(""));
  CHECK_FALSE(digest_of_hex(std::string(31, '0')));
  CHECK_FALSE(digest_of_hex(std::string(32, 'g')));
  CHECK_FALSE(digest_of_hex("-1" + std::string(30, '0')));
}

}  // namespace tilewright::test::TEST_FILE

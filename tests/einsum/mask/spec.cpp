#include "einsum/mask/spec.hpp"

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "tests/common/folder.hpp"
#include "tests/common/messages.hpp"

using namespace tilewright;

TEST_CASE("a file of blocks says how it is used, and any other that it is none", "[mask]") {
  const TemporaryFolder folder;
  write_file(folder.path() / "blocks.npy", "");
  write_file(folder.path() / "list.json", "{}");
  const auto error = [&](const std::string& text) {
    return message_of([&] { (void)find_mask(text, folder.path().string()); });
  };
  CHECK(error("./blocks.npy") ==
        "mask './blocks.npy': a file of blocks does not say how many queries and keys a block has; give "
        "file,file=./blocks.npy,block=128x128 for blocks of 128 x 128, block=1x1 where every element is a pair");
  CHECK(error("none.mtx") == "mask 'none.mtx': there is no such file");
  CHECK(error("list.json") ==
        "mask 'list.json': the file is no mask: expected one of YAML with the key 'mask', or, of blocks, .npy or "
        ".mtx");
  CHECK(error("casual") == "no mask pattern 'casual'; did you mean 'causal'?");
}

#include "einsum/mask/spec.hpp"

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "tests/common/folder.hpp"
#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

/// A folder with files that are given as masks.
class Files {
 public:
  Files() {
    for (const char* name : {"blocks.npy", "deep/blocks.mtx", "list.json", "scores.pt", "deep/table.csv", "plain",
                             "dense", "window.yaml"})
      write_file(folder_.path() / name, "");
  }
  [[nodiscard]] std::string error(const std::string& text) const {
    return message_of([&] { (void)find_mask(text, folder_.path().string()); });
  }

 private:
  TemporaryFolder folder_;
};

const std::string of_blocks =
    "a file of blocks does not say how many queries and keys a block has; give file,file=";
const std::string blocks = ",block=128x128 for blocks of 128 x 128, block=1x1 where every element is a pair";
const std::string of_arrays =
    "the file is there, but of arrays only .npy and .mtx are read; save it as .npy (bool or uint8: [heads,] query "
    "blocks, key blocks), and give file,file=";

}  // namespace

TEST_CASE("a file of blocks says how it is used", "[mask]") {
  const Files files;
  CHECK(files.error("./blocks.npy") == "mask './blocks.npy': " + of_blocks + "./blocks.npy" + blocks);
  CHECK(files.error("deep/blocks.mtx") == "mask 'deep/blocks.mtx': " + of_blocks + "deep/blocks.mtx" + blocks);
  CHECK(files.error("blocks.npy,block=64x64") ==
        "mask 'blocks.npy,block=64x64': 'blocks.npy': " + of_blocks + "blocks.npy" + blocks);
  CHECK(files.error("causal & ./blocks.npy") ==
        "mask 'causal & ./blocks.npy': './blocks.npy': " + of_blocks + "./blocks.npy" + blocks);
}

TEST_CASE("a file of another kind says what can be done with it", "[mask]") {
  const Files files;
  CHECK(files.error("scores.pt") == "mask 'scores.pt': " + of_arrays + "scores.npy" + blocks);
  CHECK(files.error("deep/table.csv") == "mask 'deep/table.csv': " + of_arrays + "deep/table.npy" + blocks);
  CHECK(files.error("list.json") ==
        "mask 'list.json': the file is there, but the file of a mask ends in .yaml, has the key 'mask', and stands "
        "alone");
  CHECK(files.error("causal | window.yaml") ==
        "mask 'causal | window.yaml': 'window.yaml': the file is there, but the file of a mask ends in .yaml, has "
        "the key 'mask', and stands alone");
  CHECK(files.error("plain") ==
        "mask 'plain': the file is no mask: expected one of YAML with the key 'mask', or, of blocks, .npy or .mtx");
}

TEST_CASE("a file that is not there is none, and a pattern is no file", "[mask]") {
  const Files files;
  for (const char* name : {"none.mtx", "./none.npz", "deep/none.safetensors", "none.json"})
    CHECK(files.error(name) == std::string("mask '") + name + "': there is no such file");
  CHECK(files.error("deep/none") ==
        "mask 'deep/none': there is no such file, nor a mask of that name below configs/masks");
  CHECK(files.error("dense") == "no error");
  CHECK(files.error("casual") == "no mask pattern 'casual'; did you mean 'causal'?");
  CHECK(files.error("sliding.left=3") ==
        "mask 'sliding.left=3': character 8: expected an operator or the end, got '.left=3'");
}

}  // namespace tilewright::test::TEST_FILE

#include "explore/library.hpp"

#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "common/parallel.hpp"
#include "tests/common/messages.hpp"
#include "tests/explore/little.hpp"

namespace tilewright::test::TEST_FILE {

TEST_CASE("a file is read once, whatever becomes of it later") {
  const Little little;
  Library library;
  const Cascade& cascade = library.cascade(little.path("product.yaml"));
  const ArchFile& arch = library.arch(little.path("arch.yaml"));
  const Yaml& mapping = library.mapping(little.path("by-row.yaml"));
  const Yaml& workload = library.workload(little.path("small.yaml"));
  CHECK(cascade.name == "product");
  CHECK(arch.with().name == "little");
  CHECK(mapping.at("mapping").at("name").text() == "m");
  CHECK(workload.at("workload").at("name").text() == "small");
  for (const std::string file : {"product.yaml", "arch.yaml", "by-row.yaml", "small.yaml"})
    little.write(file, "nothing of the kind");
  CHECK(&library.cascade(little.path("product.yaml")) == &cascade);
  CHECK(&library.arch(little.path("arch.yaml")) == &arch);
  CHECK(&library.mapping(little.path("by-row.yaml")) == &mapping);
  CHECK(&library.workload(little.path("small.yaml")) == &workload);
}

TEST_CASE("what is kept in memory stands in front of files, once") {
  const Little little;
  Library library;
  library.keep_workload("mine", Yaml::load(little.path("small.yaml")));
  library.keep_mapping("mine", Yaml::load(little.path("by-row.yaml")));
  library.keep_arch("mine", ArchFile::load(little.path("arch.yaml")));
  CHECK(library.workload("mine").at("workload").at("name").text() == "small");
  CHECK(library.mapping("mine").at("mapping").at("name").text() == "m");
  CHECK(library.arch("mine").with().name == "little");
  CHECK_FALSE(library.has_cascade("mine"));
  CHECK_THROWS(library.cascade("mine"));
  CHECK_FALSE(library.has_cascade("mine"));
  library.keep_cascade("attention-1pass", Cascade(library.cascade(little.path("product.yaml"))));
  CHECK(library.has_cascade("attention-1pass"));
  CHECK(library.cascade("attention-1pass").name == "product");
  CHECK(message_of([&] { library.keep_arch("mine", ArchFile::load(little.path("arch.yaml"))); }) ==
        "two inputs of one kind have the name 'mine'");
}

TEST_CASE("shipped files are found by name") {
  Library library;
  CHECK(library.workload("BERT").place().file == (home() / "configs/workloads/BERT.yaml").string());
  CHECK(&library.cascade("attention-1pass") != &library.cascade("attention-2pass"));
}

TEST_CASE("a file that could not be read is read again") {
  const Little little;
  Library library;
  const std::string file = little.write("new.yaml", "cascade: []\n");
  CHECK(message_of([&] { library.cascade(file); }) == file + ":1:10: cascade: expected a map, got a list");
  little.write("new.yaml", read_file(little.path("product.yaml")));
  CHECK(library.cascade(file).name == "product");
}

TEST_CASE("names that are not there are refused") {
  Library library;
  CHECK(message_of([&] { library.workload("BRET"); }) ==
        "no 'BRET' in configs/workloads, nor is it a file; did you mean 'BERT'?");
  CHECK(message_of([&] { library.arch("fusemax/proposl"); }) ==
        "no 'fusemax/proposl' in configs/archs, nor is it a file; did you mean 'fusemax/proposal'?");
}

TEST_CASE("many threads get the same objects") {
  const Little little;
  Library library;
  const std::vector<std::string> names{little.path("product.yaml"), little.path("scale.yaml"), "attention-1pass"};
  std::vector<const Cascade*> found(600);
  parallel_for(found.size(), 0, [&](std::size_t i) { found[i] = &library.cascade(names[i % names.size()]); });
  for (std::size_t i = 0; i < found.size(); ++i) {
    CHECK(found[i] == found[i % names.size()]);
    CHECK(found[i]->name == std::vector<std::string>{"product", "scale", "attention-1pass"}[i % names.size()]);
  }
}

}  // namespace tilewright::test::TEST_FILE

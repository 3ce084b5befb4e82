#include "mappings/cascade_facts.hpp"

#include <catch2/catch.hpp>

#include "tests/common/messages.hpp"
#include "tests/mappings/model.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

std::vector<std::string> names(const Cascade& cascade, const IdSet<RankId>& ranks) {
  std::vector<std::string> list;
  ranks.each([&](RankId rank) { list.push_back(cascade.ranks[rank].name); });
  return list;
}

}  // namespace

TEST_CASE("facts tell reads, writes and the ranks through which an Einsum sees a tensor") {
  const Cascade cascade = chain_cascade();
  const CascadeFacts facts(cascade);
  const EinsumId T = cascade.einsum("T");
  REQUIRE(facts.reads(T).size() == 2);
  CHECK(facts.reads(T)[1].tensor == cascade.tensor("B"));
  CHECK(facts.write(T).tensor == cascade.tensor("T"));
  CHECK(names(cascade, facts.ranks(T, cascade.tensor("T"))) == std::vector<std::string>{"M", "N"});
  CHECK(facts.ranks(T, cascade.tensor("C")).empty());
  CHECK(facts.iteration(T).size() == 3);
  CHECK(facts.reduces(T));
}

TEST_CASE("a whole rank gives way to its parts") {
  const Cascade cascade = cascade_of(
      "  partitions: {M: [M1, M0]}\n"
      "  inputs: {A: [M]}\n"
      "  outputs: [Z]\n"
      "  views: [\"BA[m1,m0] = A[m]\"]\n"
      "  einsums: [\"Z[m1] = BA[m1,m0]\"]\n");
  const CascadeFacts facts(cascade);
  IdSet<RankId> ranks;
  ranks.add(cascade.rank("M"));
  CHECK(facts.without_partitioned_wholes(ranks) == ranks);
  IdSet<RankId> all = ranks;
  all.add(cascade.rank("M1"));
  CHECK(names(cascade, facts.without_partitioned_wholes(all)) == std::vector<std::string>{"M1"});
}

TEST_CASE("a cascade with more Einsums than sets hold is refused") {
  Cascade cascade = product_cascade();
  while (cascade.einsums.size() <= IdSet<EinsumId>::limit) cascade.einsums.push_back(cascade.einsums.front());
  CHECK(message_of([&] {
          const CascadeFacts facts(cascade);
        }).find("'c' has 129 Einsums; loop nests take at most 128") != std::string::npos);
}

}  // namespace tilewright::test::TEST_FILE

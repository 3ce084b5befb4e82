#include "einsum/requests.hpp"

#include <catch2/catch.hpp>

#include "common/file.hpp"
#include "einsum/parse.hpp"
#include "einsum/workload.hpp"
#include "tests/common/folder.hpp"
#include "tests/common/messages.hpp"

namespace tilewright::test::TEST_FILE {

namespace {

using Lengths = std::vector<RequestLengths>;

Attention stated(const std::string& more, const std::string& shapes = "H: 8, G: 2, E: 64, F: 32",
                 const std::map<std::string, double>& set = {}) {
  const std::string text =
      "workload:\n  name: w\n  phase: decode\n  cascades: [attention-1pass]\n  word_B: 2\n  shapes: {" + shapes +
      "}\n  ranks: {queries: P, keys: M, heads: H, kv_heads: G, batch: B, head_dim: E, value_dim: F}\n" + more;
  return attention_of(parse_workload(Yaml::parse(text, "w.yaml"), set),
                      load_cascade("configs/cascades/attention-1pass.yaml"));
}

}  // namespace

TEST_CASE("requests as text: queries and keys of each, equal ones in a row together") {
  CHECK(find_requests("300x900,40x40,300x2300") == Lengths{{300, 900, 1}, {40, 40, 1}, {300, 2300, 1}});
  CHECK(find_requests("1x8,2*1x8,3x8,1x8") == Lengths{{1, 8, 3}, {3, 8, 1}, {1, 8, 1}});
  CHECK(to_text(find_requests("1x8,2*1x8,3x8")) == "3*1x8,3x8");
  CHECK(find_requests(" 1x8, 2*1x8 ,3x8 ") == find_requests("1x8,2*1x8,3x8"));
  for (const char* wrong : {"", "300", "x4", "4x", "*4x4", "4x4x4", "4x-4", "a*4x4", "4 x 4", ",4x4", "4x4,,4x4"})
    CHECK(
        message_of([&] { (void)find_requests(wrong); })
            .starts_with("requests: expected QUERIESxKEYS of each with commas between them, as in 300x900,40x40 or "
                         "64*1x4096, or a file, as in requests.csv; got "));
  CHECK(message_of([] { (void)find_requests("4x4, "); }).ends_with("requests.csv; got an empty one in '4x4, '"));
}

TEST_CASE("requests as text that are out of range") {
  const auto error = [](const std::string& text) { return message_of([&] { (void)find_requests(text); }); };
  const std::string tokens = "expected a whole number from 1 to 2147483648, got ";
  CHECK(error("1x1000000000000") == "requests: keys of '1x1000000000000': " + tokens + "'1000000000000'");
  CHECK(error("1x1,4294967296x4294967296") ==
        "requests: queries of '4294967296x4294967296': " + tokens + "'4294967296'");
  CHECK(error("0x4") == "requests: queries of '0x4': " + tokens + "'0'");
  CHECK(error("4x99999999999999999999") ==
        "requests: keys of '4x99999999999999999999': " + tokens + "'99999999999999999999'");
  CHECK(error("1000000000000*1x1") ==
        "requests: times of '1000000000000*1x1': expected a whole number from 1 to 1048576, got '1000000000000'");
}

TEST_CASE("requests as a CSV file") {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "r.csv").string();
  const auto read = [&](const std::string& text) {
    write_file(file, text);
    return find_requests(file);
  };
  CHECK(read("queries,keys\n300,900\n40,40\n") == Lengths{{300, 900, 1}, {40, 40, 1}});
  CHECK(read("times,keys,queries\n2,900,1\n3,900,1\n1,7,7\n") == Lengths{{1, 900, 5}, {7, 7, 1}});
  CHECK(read("queries , keys\r\n300, 900\r\n\r\n\n") == Lengths{{300, 900, 1}});
  const auto error = [&](const std::string& text) { return message_of([&] { (void)read(text); }); };
  CHECK(error("queries,keys, keys\n1,2,3\n") == file + ":1: duplicate column 'keys'");
  CHECK(error("queries,keys\n300,900\n40,0\n") ==
        file + ":3: keys: expected a whole number from 1 to 2147483648, got '0'");
  CHECK(error("queries,keys,times\n1,1,9000000\n") ==
        file + ":2: times: expected a whole number from 1 to 1048576, got '9000000'");
  CHECK(error("queries,key\n1,1\n") == file + ":1: no column 'key' of requests; did you mean 'keys'?");
  CHECK(error("queries\n1\n") == file + ":1: missing column 'keys'; requests have queries, keys and times");
  CHECK(error("queries,keys\n") == file + ":1: expected at least one request, a line each");
}

TEST_CASE("a workload of unequal requests: three append to their caches, each causal to its own last key") {
  // q (k - q) + q (q + 1) / 2 of each.
  const double pairs = 300.0 * 600 + 45150 + 820 + 300.0 * 2000 + 45150;
  REQUIRE(pairs == 871120);
  const Attention problem =
      stated("  mask: {pattern: causal}\n  requests: {queries: [300, 40, 300], keys: [900, 40, 2300]}\n");
  REQUIRE(problem.requests.size() == 3);
  CHECK(problem.requests[2].layout == Layout{{300}, {2300}});
  CHECK(problem.sequences() == 3);
  CHECK(problem.heads() == 8);
  CHECK(problem.query_rows() == 8 * 640);
  CHECK(problem.key_rows() == 2 * 3240);
  const AttentionNeeds needs = needs_of(problem);
  CHECK(needs.pairs == 8 * pairs);
  CHECK(needs.queries == 8 * 640);
  CHECK(needs.keys == 2 * 3240);
  const AttentionNeeds of_one = needs_of(problem, problem.requests[1]);
  CHECK(of_one.pairs == 8 * 820);
  CHECK(of_one.keys == 2 * 40);
}

TEST_CASE("requests of a workload may be repeated, and may have no mask") {
  const Attention problem = stated("  requests: {queries: [1, 1, 2], keys: [70, 70, 9], times: [2, 3, 4]}\n");
  REQUIRE(problem.requests.size() == 2);
  CHECK(problem.requests[0].times == 5);
  CHECK(problem.sequences() == 9);
  CHECK(needs_of(problem).pairs == 8 * (5 * 70 + 4 * 18));
}

TEST_CASE("requests are in place of shapes, which are refused beside them") {
  const std::string requests = "  requests: {queries: [4, 1], keys: [8, 9]}\n";
  const auto error = [&](const std::string& more, const std::string& shapes = "H: 8, G: 2, E: 64, F: 32",
                         const std::map<std::string, double>& set = {}) {
    return message_of([&] { (void)stated(more, shapes, set); });
  };
  CHECK(error(requests) == "no error");
  CHECK(error(requests, "H: 8, G: 2, E: 64, F: 32, P: 4") ==
        "w.yaml:6:41: workload.shapes.P: the requests give the queries; leave the shape out");
  CHECK(error(requests, "H: 8, G: 2, E: 64, F: 32, B: 4") ==
        "w.yaml:6:41: workload.shapes.B: the requests give the batch; leave the shape out");
  CHECK(error(requests, "H: 8, G: 2, E: 64, F: 32", {{"M", 16}}) ==
        "w.yaml:8:13: workload.requests: they give the keys, so 'M' cannot be set");
  CHECK(error(requests, "H: 8, G: 2, E: 64, F: 32", {{"H", 16}}) == "no error");
  CHECK(
      error("  mask: {pattern: dense, layout: 4x2}\n" + requests) ==
      "w.yaml:9:13: workload.requests: mask 'dense': it has a layout of its own, 4x2, but each request has its own "
      "lengths");
  CHECK(error("  mask: {pattern: \"gna,window=3\"}\n  requests: {queries: [4, 9], keys: [8, 8]}\n") ==
        "w.yaml:9:13: workload.requests: the request of 9 queries and 8 keys: gna: defined for at most as many "
        "queries as keys, got 9 queries of 8 keys");
  CHECK(error("  requests: {queries: [4, 1], keys: [8]}\n") ==
        "w.yaml:8:37: workload.requests.keys: expected as many as there are queries, 2, got 1");
  CHECK(error("  requests: {queries: [], keys: []}\n") ==
        "w.yaml:8:23: workload.requests.queries: expected at least one request");
  CHECK(error("  requests: {file: r.csv, keys: [1]}\n") ==
        "w.yaml:8:27: workload.requests.keys: unknown key; known: file");
  CHECK(error("  requests: {file: r.yaml}\n") ==
        "w.yaml:8:20: workload.requests.file: expected a CSV file, as in requests.csv, got 'r.yaml'");
  CHECK(message_of([&] {
          Workload workload = parse_workload(
              Yaml::parse("workload:\n  name: w\n  phase: decode\n  cascades: [attention-1pass]\n  word_B: 2\n"
                          "  shapes: {H: 8, G: 2, E: 64, F: 32}\n"
                          "  ranks: {queries: P, keys: M, heads: H, batch: Z, head_dim: E, value_dim: F}\n" +
                              requests,
                          "w.yaml"));
          (void)attention_of(workload, load_cascade("configs/cascades/attention-1pass.yaml"));
        }) == "w.yaml:7:10: workload.ranks: cascade 'attention-1pass' has no rank 'Z' for the requests");
  CHECK(message_of([&] {
          (void)parse_workload(
              Yaml::parse("workload:\n  name: w\n  phase: decode\n  cascades: [attention-1pass]\n"
                          "  word_B: 2\n  shapes: {H: 8}\n  ranks: {queries: P, keys: M, heads: H}\n" +
                              requests,
                          "w.yaml"));
        }) == "w.yaml:7:10: workload.ranks: missing key 'batch': the rank of the requests");
  CHECK(message_of([&] {
          (void)parse_workload(
              Yaml::parse("workload:\n  name: w\n  phase: decode\n  cascades: [attention-1pass]\n"
                          "  word_B: 2\n  shapes: {H: 8}\n" +
                              requests,
                          "w.yaml"));
        }) ==
        "w.yaml:7:13: workload.requests: of which ranks? Expected a key 'ranks' of the workload, as in ranks: "
        "{queries: P, keys: M, batch: B}");
}

namespace {

constexpr const char* serving_ranks =
    "{queries: P, keys: M, heads: H, kv_heads: G, batch: B, head_dim: E, value_dim: F}";

Workload given(const std::string& lengths,
               const std::string& shapes = "B: 2, H: 8, G: 2, E: 64, F: 32, S: 16, M: S, P: M",
               const std::string& ranks = serving_ranks, const std::map<std::string, double>& set = {}) {
  Workload workload = parse_workload(
      Yaml::parse("workload:\n  name: w\n  phase: decode\n  cascades: [attention-1pass]\n  word_B: 2\n  shapes: {" +
                      shapes + "}\n" + (ranks.empty() ? "" : "  ranks: " + ranks + "\n  mask: {pattern: causal}\n"),
                  "w.yaml"),
      set);
  workload.set_requests(lengths, set);
  return workload;
}

}  // namespace

TEST_CASE("requests in place of a workload's shapes are as if its file had them") {
  const Attention problem =
      attention_of(given("300x900,40x40,300x2300"), load_cascade("configs/cascades/attention-1pass.yaml"));
  CHECK(problem.requests.size() == 3);
  CHECK(needs_of(problem).pairs == 8 * 871120.0);
  const Workload workload = given("2*1x9");
  for (const char* gone : {"B", "M", "P"}) CHECK(!workload.shapes.contains(gone));
  CHECK(workload.shape("S") == 16);
  Workload again = workload;
  again.set_requests("1x7", {});
  CHECK(again.requests == Lengths{{1, 7, 1}});
}

TEST_CASE("requests in place of a workload's shapes are refused beside shapes that are set") {
  const auto error = [](const std::string& lengths, const std::string& shapes, const std::string& ranks,
                        const std::map<std::string, double>& set = {}) {
    return message_of([&] { (void)given(lengths, shapes, ranks, set); });
  };
  const std::string shapes = "B: 2, H: 8, G: 2, E: 64, F: 32, S: 16, M: S, P: M";
  CHECK(error("1x9", shapes, serving_ranks, {{"H", 4}}) == "no error");
  CHECK(error("1x9", shapes, serving_ranks, {{"B", 4}}) == "requests: they give the batch, so 'B' cannot be set");
  CHECK(error("1x9", shapes, serving_ranks, {{"M", 4}}) == "requests: they give the keys, so 'M' cannot be set");
  CHECK(error("1x9", shapes, serving_ranks, {{"S", 4}}) ==
        "requests: they give the queries, so 'S', which 'P' is from, cannot be set");
  CHECK(error("1x9", shapes + ", T: 2 * P", serving_ranks) ==
        "w.yaml: workload.shapes.T: it is from 'P', and the requests give the queries");
  CHECK(error("1x9", shapes, "") ==
        "w.yaml: workload: it does not say which ranks requests are of; expected a key 'ranks', as in ranks: "
        "{queries: "
        "P, keys: M, batch: B}");
  CHECK(error("1x9", shapes, "{queries: P, keys: M, heads: H}") ==
        "w.yaml:7:10: workload.ranks: missing key 'batch': the rank of the requests");
  CHECK(error("1x", shapes, serving_ranks).starts_with("requests: expected QUERIESxKEYS of each with commas"));
}

TEST_CASE("a file of requests stands beside the workload that names it") {
  const TemporaryFolder folder;
  write_file(folder.path() / "r.csv", "queries,keys\n1,9\n");
  const Yaml yaml = Yaml::parse("requests: {file: r.csv}\n", (folder.path() / "w.yaml").string());
  CHECK(parse_requests(yaml.at("requests")) == Lengths{{1, 9, 1}});
}

}  // namespace tilewright::test::TEST_FILE

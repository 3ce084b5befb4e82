#include "kernels/runner/recorder.hpp"

#include <catch2/catch.hpp>
#include <cstddef>
#include <functional>
#include <future>
#include <stdexcept>
#include <string>
#include <vector>

namespace tilewright::kernels::runner::TEST_FILE {
namespace {

Taken taken(const std::string& name, std::function<void(Outcome&)> judge) {
  Taken of;
  of.point.point = name;
  of.outcome.judge = std::move(judge);
  return of;
}

}  // namespace

TEST_CASE("points are written in their order, and whoever watches hears of a judgement that lasts") {
  std::promise<void> patience;
  std::vector<std::string> written;
  std::vector<std::size_t> waited;
  const auto tell = [&](std::size_t points) {
    if (waited.empty()) patience.set_value();
    waited.push_back(points);
  };
  Recorder recorder([&](const Taken& of) { written.push_back(of.point.point); }, tell);
  recorder.add(taken("long", [ended = patience.get_future().share()](Outcome&) { ended.wait(); }));
  recorder.add(taken("none", nullptr));
  CHECK(written.empty());
  recorder.write_all();
  CHECK(written == std::vector<std::string>{"long", "none"});
  REQUIRE_FALSE(waited.empty());
  CHECK(waited.front() == 2);
}

TEST_CASE("a judgement that fails is a point that failed") {
  std::vector<Taken> written;
  Recorder recorder([&](const Taken& of) { written.push_back(of); }, [](std::size_t) {});
  recorder.add(taken("bad", [](Outcome&) { throw std::runtime_error("no reference"); }));
  recorder.write_all();
  REQUIRE(written.size() == 1);
  CHECK(written[0].outcome.status == plan::Status::failed);
  CHECK(written[0].outcome.message == "no reference");
}

}  // namespace tilewright::kernels::runner::TEST_FILE

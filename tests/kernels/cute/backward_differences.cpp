#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "tests/kernels/cute/differences.hpp"

namespace tilewright::kernels::conformance {
namespace {

/// A product as CuTe would have it issued; A in registers has no descriptor.
struct Expected {
  const char* name;
  int n;
  const std::uint64_t* a;
  bool a_mn_major;
  std::uint64_t b;
  bool b_mn_major;
  bool leading_is_read;  ///< of operands that are MN-major
};

/// The products of a consumer on one visit, in their order.
class Visit {
 public:
  Visit(const BackwardMatrices& cute, std::size_t consumer, std::size_t visit)
      : cute_(cute),
        consumer_(consumer),
        stage_(visit % static_cast<std::size_t>(cute.q.copies)),
        turn_(visit % 2) {}

  std::vector<Expected> products() {
    by_queries("S", cute_.k, cute_.q);
    by_queries("dP", cute_.v, cute_.grad_o);
    over_queries("dV", cute_.grad_o_by_queries);
    over_queries("dK", cute_.q_by_queries);
    over_keys();
    return std::move(products_);
  }

 private:
  void by_queries(const char* name, const Canonical& a, const Canonical& b) {
    const auto steps = static_cast<std::size_t>(a.columns / 16);
    for (std::size_t i = 0; i < steps; ++i)
      products_.push_back({name, b.rows, &a.descriptors[consumer_ * steps + i], false,
                           b.descriptors[stage_ * steps + i], false, true});
  }

  void over_queries(const char* name, const Canonical& b) {
    const auto steps = static_cast<std::size_t>(b.rows / 16);
    for (std::size_t i = 0; i < steps; ++i)
      products_.push_back(
          {name, b.columns, nullptr, false, b.descriptors[stage_ * steps + i], true, b.columns > 64});
  }

  void over_keys() {
    const auto steps = static_cast<std::size_t>(cute_.k.rows / 16);
    const auto columns = static_cast<std::size_t>(cute_.k.columns / 64);
    const auto parts = static_cast<std::size_t>(cute_.grad_s_by_keys.columns / 64);
    const std::size_t a = (turn_ * parts + consumer_ / columns) * steps;
    const std::size_t b = consumer_ % columns * steps;
    for (std::size_t i = 0; i < steps; ++i)
      products_.push_back({"dQ", 64, &cute_.grad_s_by_keys.descriptors[a + i], true,
                           cute_.k_by_keys.descriptors[b + i], true, false});
  }

  const BackwardMatrices& cute_;
  std::size_t consumer_, stage_, turn_;
  std::vector<Expected> products_;
};

std::string difference_of_product(const Product& ours, const Expected& cute) {
  const bool same = ours.n == cute.n && ours.a_in_registers == (cute.a == nullptr) &&
                    ours.a_mn_major == cute.a_mn_major && ours.b_mn_major == cute.b_mn_major;
  if (!same) return "has another shape";
  std::string found;
  if (cute.a != nullptr) found = difference(ours.a, *cute.a, !cute.a_mn_major || cute.leading_is_read);
  if (!found.empty()) return "A: " + found;
  found = difference(ours.b, cute.b, cute.leading_is_read);
  return found.empty() ? "" : "B: " + found;
}

std::string difference_of_consumer(const std::vector<Product>& ours, const BackwardMatrices& cute,
                                   std::size_t consumer) {
  std::size_t at = 0;
  for (std::size_t visit = 0; at < ours.size(); ++visit) {
    for (const Expected& expected : Visit(cute, consumer, visit).products()) {
      if (at == ours.size()) return "a visit ends too early";
      const std::string found = difference_of_product(ours[at++], expected);
      if (!found.empty()) return fmt::format("visit {}, product {}, {}: {}", visit, at - 1, expected.name, found);
    }
  }
  return at == 0 ? "no products" : "";
}

}  // namespace

std::string difference(const Recording& ours, const BackwardMatrices& cute) {
  const auto consumers = static_cast<std::size_t>(cute.k.rows / 64);
  if (ours.products.size() != consumers + 1 || !ours.products[0].empty()) return "other warpgroups have products";
  for (std::size_t i = 0; i < consumers; ++i) {
    const std::string found = difference_of_consumer(ours.products[i + 1], cute, i);
    if (!found.empty()) return fmt::format("consumer {}, {}", i, found);
  }
  return "";
}

}  // namespace tilewright::kernels::conformance

#include "explore/claim/ring.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/error.hpp"
#include "common/parallel.hpp"

namespace tilewright {

namespace {

// Which device has which tokens: chunks of as equal a length as there is.
class Chunks {
 public:
  Chunks(const Ring& ring, Count tokens)
      : ring_(ring), chunks_(ring.zigzag ? 2 * ring.devices : ring.devices), tokens_(tokens) {}

  [[nodiscard]] Count chunks() const { return chunks_; }
  [[nodiscard]] Count begin(Count chunk) const { return chunk * tokens_ / chunks_; }
  [[nodiscard]] std::size_t device(Count chunk) const {
    return static_cast<std::size_t>(chunk < ring_.devices ? chunk : chunks_ - 1 - chunk);
  }

 private:
  Ring ring_;
  Count chunks_;
  Count tokens_;
};

// By the device of the queries and that of the keys.
class Pairs {
 public:
  Pairs(const Ring& ring, Extent extent)
      : devices_(static_cast<std::size_t>(ring.devices)),
        queries_(ring, extent.queries),
        keys_(ring, extent.keys),
        pairs_(devices_ * devices_, 0) {
    if (queries_.chunks() > extent.queries || keys_.chunks() > extent.keys)
      throw InputError(
          fmt::format("ring: {} chunks of {} queries and {} keys", queries_.chunks(), extent.queries, extent.keys));
  }

  void add(const HeadMask& mask) {
    const RelationPtr relation = mask.mask.flattened();
    for (Count chunk = 0; chunk < queries_.chunks(); ++chunk) {
      stop_if_interrupted();
      Bands bands;
      relation->bands(queries_.begin(chunk), queries_.begin(chunk + 1), bands);
      for (const Band& band : bands.bands)
        for (const Segment& segment : bands.of(band))
          for (Count row = 0; row < band.last - band.first; ++row)
            add_run(queries_.device(chunk), segment.low.row(row), segment.high.row(row), mask.heads);
    }
  }

  [[nodiscard]] double sum() const {
    double sum = 0;
    for (const double each : pairs_) sum += each;
    return sum;
  }
  // Of the busiest device in a step.
  [[nodiscard]] double most(std::size_t step) const {
    double most = 0;
    for (std::size_t d = 0; d < devices_; ++d) most = std::max(most, pairs_[d * devices_ + (d + step) % devices_]);
    return most;
  }
  [[nodiscard]] std::size_t devices() const { return devices_; }

 private:
  void add_run(std::size_t device, Count low, Count high, Count heads) {
    for (Count chunk = 0; chunk < keys_.chunks(); ++chunk) {
      const Count length = std::min(high, keys_.begin(chunk + 1)) - std::max(low, keys_.begin(chunk));
      if (length > 0)
        pairs_[device * devices_ + keys_.device(chunk)] += static_cast<double>(length) * static_cast<double>(heads);
    }
  }

  std::size_t devices_;
  Chunks queries_;
  Chunks keys_;
  std::vector<double> pairs_;
};

}  // namespace

double most_of_ideal(const Attention& problem, const Ring& ring) {
  const Request& request = problem.only_request("ring");
  Pairs pairs(ring, request.layout.flattened());
  for (const HeadMask& mask : request.masks) pairs.add(mask);
  double steps = 0;
  for (std::size_t step = 0; step < pairs.devices(); ++step) steps += pairs.most(step);
  if (steps == 0) throw InputError("ring: the mask has no pairs");
  return pairs.sum() / static_cast<double>(pairs.devices()) / steps;
}

Answer answer_on_ring(const Claim& claim) {
  const double most = most_of_ideal(whole_problem(claim.attention, find_mask(claim.mask)), *claim.ring);
  const char* chunks =
      claim.ring->zigzag ? "a chunk from the beginning and one from the end" : "neighbouring queries";
  Answer answer;
  answer.lines = {
      {"claimed", fmt::format("{:.1f} %", 100 * claim.claimed->value), "of what the devices do together"},
      {"ring", fmt::format("{:.1f} %", 100 * most),
       fmt::format("{} devices of {}: each step takes as long as its busiest device", claim.ring->devices,
                   chunks)}};
  const bool possible = claim.claimed->value <= most * (1 + 1e-9);
  answer.verdict = possible ? Verdict::within : Verdict::impossible;
  answer.sentence = fmt::format(
      "{:.1f} % of ideal {}: a ring of {} devices, each with {}, does at most {:.1f} % under this mask, "
      "however fast keys are passed on",
      100 * claim.claimed->value, possible ? "are possible" : "are impossible", claim.ring->devices, chunks,
      100 * most);
  return answer;
}

}  // namespace tilewright

#include "sim/nest/cycle/shares.hpp"

#include <algorithm>

namespace tilewright {

namespace {

constexpr double never = std::numeric_limits<double>::infinity();
// Ends so near are one: sums of shares are rounded.
constexpr double same_cycle = 1e-6;
constexpr int most_rounds = 4;

}  // namespace

Shares::Shares(const ByResource<double>& capacity, std::size_t units)
    : capacity_(capacity), left_(capacity), units_(units) {
  for (const ResourceId r : capacity.ids())
    if (r.index() >= units && capacity[r] < unlimited) memories_.push_back(r);
}

void Shares::begin(const SharedWork& work) {
  const auto after = [&](const SharedWork& other) { return other.precedence > work.precedence; };
  running_.insert(std::ranges::find_if(running_, after), work);
}

// Rates that units allow, none above its limit.
void Shares::divide_units() {
  for (std::size_t u = 0; u < units_; ++u) left_[ResourceId::at(u)] = capacity_[ResourceId::at(u)];
  for (SharedWork& work : running_) {
    work.wanted = work.limit;
    for (const Demand& demand : work.demands)
      if (is_unit(demand) && demand.amount > 0)
        work.wanted = std::min(work.wanted, left_[demand.resource] / demand.amount);
    for (const Demand& demand : work.demands) {
      if (!is_unit(demand) || demand.amount == 0) continue;
      double& left = left_[demand.resource];
      left -= work.wanted * demand.amount;
      if (left < 1e-9 * capacity_[demand.resource]) left = 0;
    }
  }
}

// Lowers limits where more is wanted of a memory than it has: the least demands first, each at most its even part
// of what is left. Whether any was lowered.
bool Shares::divide_memory(ResourceId memory) {
  claims_.clear();
  double sum = 0;
  for (SharedWork& work : running_)
    for (const Demand& demand : work.demands)
      if (demand.resource == memory && demand.amount > 0 && work.wanted > 0) {
        claims_.push_back({&work, demand.amount});
        sum += work.wanted * demand.amount;
      }
  double left = capacity_[memory];
  if (sum <= left * (1 + 1e-12)) return false;
  std::ranges::sort(claims_, {}, [](const Claim& claim) { return claim.work->wanted * claim.bytes; });
  auto others = static_cast<double>(claims_.size());
  for (const Claim& claim : claims_) {
    const double part = std::min(claim.work->wanted * claim.bytes, left / others--);
    claim.work->limit = std::min(claim.work->limit, part / claim.bytes);
    left -= part;
  }
  return true;
}

// What units leave where memories slow work down goes to others, which memories may then slow down in turn.
void Shares::divide(double now) {
  for (SharedWork& work : running_) work.limit = work.least_cycles > 0 ? 1 / work.least_cycles : never;
  bool lowered = true;
  for (int round = 0; lowered && round < most_rounds; ++round) {
    divide_units();
    lowered = false;
    for (const ResourceId memory : memories_) {
      if (!divide_memory(memory)) continue;
      lowered = true;
      for (const Claim& claim : claims_) claim.work->wanted = std::min(claim.work->wanted, claim.work->limit);
    }
  }
  for (SharedWork& work : running_) set_rate(work, now);
}

void Shares::set_rate(SharedWork& work, double now) {
  if (work.begun && work.wanted == work.rate) return;
  if (work.begun && work.end != never) work.rest = std::max(0.0, (work.end - now) * work.rate);
  work.rate = work.wanted;
  work.end = work.rate == 0 ? never : now + work.rest / work.rate;
  work.begun = true;
}

double Shares::next_end() const {
  double end = never;
  for (const SharedWork& work : running_) end = std::min(end, work.end);
  return end;
}

bool Shares::take_ended(double now, SharedWork& ended) {
  const auto over =
      std::ranges::find_if(running_, [&](const SharedWork& work) { return work.end <= now + same_cycle; });
  if (over == running_.end()) return false;
  ended = *over;
  running_.erase(over);
  return true;
}

}  // namespace tilewright

#include "sim/nest/functional/moved.hpp"

namespace tilewright {

MoveCount::MoveCount(const NestOfLoops& nest, const Ports& ports) : nest_(nest), ports_(ports) {
  of_port_.resize(ports.ports.size());
  touched_.resize(ports.leaves.size());
  const Cascade& cascade = nest.facts.cascade();
  const std::size_t size = nest.arch.levels.size() * cascade.tensors.size() * cascade.einsums.size();
  for (auto* counts : {&moved_.read, &moved_.written, &moved_.filled}) counts->assign(size, 0);
}

double& MoveCount::at(std::vector<double>& counts, LevelId level, TensorId tensor, EinsumId einsum) const {
  const Cascade& cascade = nest_.facts.cascade();
  return counts[(level.index() * cascade.tensors.size() + tensor.index()) * cascade.einsums.size() +
                einsum.index()];
}

bool MoveCount::is_now(OfPort& counts) const {
  if (counts.time == time_) return true;
  counts.time = time_;
  counts.wanted.clear();
  counts.brought.clear();
  return false;
}

void MoveCount::fill(PortId to, const Buffer& tile) {
  const Port& port = ports_.ports[to];
  const LevelId parent = ports_.ports[port.parent].level;
  OfPort& counts = of_port_[to];
  (void)is_now(counts);
  const double size = tile.size(port);
  const bool first = counts.wanted.insert({tile.parent_instance, tile.first}).second;
  if (first || !nest_.arch.levels[parent].multicast) at(moved_.read, parent, port.tensor, port.reader) += size;
  at(moved_.written, port.level, port.tensor, port.reader) += size;
  at(moved_.filled, port.level, port.tensor, port.reader) += size;
}

// Partial sums that come again are read back by every instance that adds to them.
void MoveCount::drain(PortId from, const Buffer& tile) {
  const Port& port = ports_.ports[from];
  const LevelId parent = ports_.ports[port.parent].level;
  OfPort& counts = of_port_[from];
  (void)is_now(counts);
  const double size = tile.size(port);
  const Tile key{tile.parent_instance, tile.first};
  const auto known = counts.brought.find(key);
  const bool joins = known != counts.brought.end() && nest_.arch.levels[parent].reduction;
  const bool first = joins ? known->second : !port.accumulates || counts.touched.insert(key).second;
  counts.brought[key] = first;
  if (nest_.arch.drains_charged) at(moved_.read, port.level, port.tensor, port.writer) += size;
  if (!joins) at(moved_.written, parent, port.tensor, port.writer) += size;
  if (first || !port.accumulates) return;
  if (!joins) at(moved_.read, parent, port.tensor, port.writer) += size;
  at(moved_.written, port.level, port.tensor, port.writer) += size;
  at(moved_.filled, port.level, port.tensor, port.writer) += size;
}

void MoveCount::read(const RunLeaf& leaf, std::size_t operand, const Port& port, Element& element) {
  const std::uint64_t now = time_ * 64 + operand;
  std::uint64_t& counted = element.counted[operand % 2];
  if (counted == now && nest_.arch.levels[port.level].multicast) return;
  counted = now;
  at(moved_.read, port.level, port.tensor, leaf.einsum) += 1;
}

void MoveCount::write(LeafId leaf, const Port& port, std::size_t instance, std::size_t index, Element& element) {
  const EinsumId einsum = ports_.leaves[leaf].einsum;
  std::uint64_t& counted = element.counted[2];
  if (counted == time_ && nest_.arch.levels[port.level].reduction) return;
  counted = time_;
  at(moved_.written, port.level, port.tensor, einsum) += 1;
  if (!nest_.facts.reduces(einsum)) return;
  std::vector<char>& touched = touched_[leaf][instance];
  if (touched.size() <= index) touched.resize(index + 1, 0);
  if (touched[index] != 0) at(moved_.read, port.level, port.tensor, einsum) += 1;
  touched[index] = 1;
}

}  // namespace tilewright
